"""Trino, whose engine is Athena's, reads from Glue and S3 what was published, exactly."""

import pytest

from trino_server import TrinoServer


@pytest.fixture(scope="module")
def trino(tmp_path_factory, servers):
    started = TrinoServer(tmp_path_factory.mktemp("trino"), servers.environment)
    yield started
    started.stop()


def test_every_type_is_read_exactly(cloud, trino):
    cloud.project.database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        "CREATE TYPE place AS (street text, zip int, at timestamptz)",
        "CREATE TABLE every (id int, a boolean, b smallint, c bigint, d real, e float8,"
        " f numeric(5,2), g numeric(18,6), h numeric(38,9), i numeric, j text, k char(3),"
        " l bytea, m date, n time, o timestamp, p timestamptz, q interval, r uuid, s jsonb,"
        " t int[], u mood, v money, w int4range, x inet, y place, z xid8, aa text[], ab float8[])",
        "INSERT INTO every VALUES (1, true, -32768, 9223372036854775807, 1.5, -0.1, -123.45,"
        " 123456789012.123456, 12345678901234567890123456789.123456789, 1.500, 'ü\"x', 'a',"
        " '\\x00dead', '0044-03-15', '23:59:59.5', '2024-05-01 12:00:00.125',"
        " '2024-05-01 12:00+02', '1 day', '00000000-0000-0000-0000-000000000001',"
        " '{\"a\": [1]}', '{1,NULL,3}', 'ok', -9.99, '[1,5)', '10.0.0.1',"
        " ROW('Ring', 1010, '2024-05-01Z'), '7', '{}', '{0.5}')",
        "INSERT INTO every (id) VALUES (2)")
    cloud.configure()
    cloud.project.succeed("run")
    columns = ("a, b, c, d, e, f, g, h, i, j, k, to_hex(l), cast(m as varchar), n,"
               " cast(o as varchar), cast(p as varchar), q, r, s, t, u, v, w, x, y.street, y.zip,"
               " cast(y.at as varchar), z, aa, ab")
    assert trino.query(f"SELECT {columns} FROM every WHERE id = 1", cloud.database) == [[
        True, -32768, 9223372036854775807, 1.5, -0.1, "-123.45", "123456789012.123456",
        "12345678901234567890123456789.123456789", "1.500", 'ü"x', "a  ", "00DEAD",
        "0044-03-15", "23:59:59.5", "2024-05-01 12:00:00.125", "2024-05-01 10:00:00.000",
        "P1D", "00000000-0000-0000-0000-000000000001", '{"a": [1]}', [1, None, 3], "ok", "-9.99",
        [1, 5, True, False, False], "10.0.0.1", "Ring", 1010, "2024-05-01 00:00:00.000", "7", [],
        [0.5]]]
    empty = trino.query(f"SELECT {columns} FROM every WHERE id = 2", cloud.database)
    assert empty == [[None] * len(empty[0])]


def test_partitions_are_pruned_moved_and_gone(cloud, trino):
    cloud.project.database.execute(
        "CREATE TABLE visits (id bigint, at timestamptz)",
        "INSERT INTO visits SELECT i, timestamptz '2024-05-01Z' + i * interval '1 hour'"
        " FROM generate_series(0, 95) i", "INSERT INTO visits VALUES (1000, NULL)")
    cloud.configure(tables="  - name: public.visits\n"
                           "    partition_by: {column: at, every: day}")
    cloud.project.succeed("run")

    def days():
        return trino.query("SELECT cast(dt as varchar), count(*), min(id) FROM visits"
                           " GROUP BY dt ORDER BY dt", cloud.database)

    assert days() == [["2024-05-01", 24, 0], ["2024-05-02", 24, 24], ["2024-05-03", 24, 48],
                      ["2024-05-04", 24, 72], [None, 1, 1000]]
    assert trino.query("SELECT count(*) FROM visits WHERE dt = DATE '2024-05-02'",
                       cloud.database) == [[24]]
    cloud.project.database.execute("DELETE FROM visits WHERE id BETWEEN 20 AND 80")
    cloud.project.succeed("run")
    assert days() == [["2024-05-01", 20, 0], ["2024-05-04", 15, 81], [None, 1, 1000]]


def test_escaped_names_are_found(cloud, trino):
    cloud.project.database.execute(
        'CREATE TYPE place AS ("Zip Code" int, street text)',
        'CREATE TABLE "Größe" ("order id" int, "createdAt" date, at place, "select" text)',
        "INSERT INTO \"Größe\" VALUES (7, '2024-05-01', ROW(1010, 'Ring'), 's')")
    cloud.configure()
    cloud.project.succeed("run")
    table = cloud.glue.get_tables(DatabaseName=cloud.database)["TableList"][0]
    order_id = table["StorageDescriptor"]["Columns"][0]["Name"]
    zip_code = table["StorageDescriptor"]["Columns"][2]["Type"].split("<")[1].split(":")[0]
    assert trino.query(
        f'SELECT {order_id}, cast(createdAt as varchar), at.{zip_code}, at.street, "select"'
        f' FROM {table["Name"]}', cloud.database) == [[7, "2024-05-01", 1010, "Ring", "s"]]


def test_the_figures_of_compare_are_those_of_athenas_engine(cloud, trino):
    """The SQL of `carmilla compare` means the same to both engines."""
    cloud.project.database.execute(
        "CREATE TABLE sums (id bigint, amount numeric(12,2), paid boolean, day date, note text)",
        "INSERT INTO sums SELECT 9223372036854775000 + i, i * 1.25, i % 3 = 0,"
        " date '1969-12-25' + i, repeat('ü', i) FROM generate_series(1, 9) i")
    cloud.configure()
    cloud.project.succeed("run")
    statements = [entry for entry in cloud.statements_of("compare", "sums")
                  if "count(*)" in entry]
    assert len(statements) == 1
    assert trino.query(statements[0], cloud.database) == [[
        "9", "9", str(9223372036854775000 * 9 + 45), "9", "56.25", "9", "3", "9", "-18", "9",
        "45"]]
