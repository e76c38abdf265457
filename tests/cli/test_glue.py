"""A lake in a bucket with a catalog: what is published is what Athena reads, and nobody sees a
table of two versions. The servers check signatures, conditions and versions as AWS does."""

import signal
import time

import pyarrow
import pyarrow.parquet
import pytest


OTHER_DATA = 65
STOPPED_BY_USER = 130
WAIT_SECONDS = 60
WRONG_CONFIGURATION = 78
ORDERS = (
    "CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric(12,2), at timestamptz, note text)",
    "INSERT INTO orders SELECT i, i * 1.25, timestamptz '2024-05-01 10:00Z' + i * interval"
    " '1 hour', CASE WHEN i % 3 = 0 THEN NULL ELSE 'n\"' || i END FROM generate_series(1, 100) i",
    "COMMENT ON TABLE orders IS 'All orders'", "COMMENT ON COLUMN orders.id IS 'the key'")


@pytest.fixture
def orders(cloud):
    cloud.project.database.execute(*ORDERS)
    cloud.configure()
    return cloud


def test_athena_reads_what_was_published(orders):
    orders.project.succeed("run")
    assert orders.athena("SELECT count(*) AS n, sum(amount) AS total, count(note) AS notes"
                         " FROM orders") == [[100, 6312.50, 67]]
    assert orders.athena("SELECT note, amount FROM orders WHERE id <= 3 ORDER BY id") == [
        ['n"1', 1.25], ['n"2', 2.50], [None, 3.75]]
    orders.project.database.execute("DELETE FROM orders WHERE id > 10")
    orders.project.succeed("run")
    assert orders.athena("SELECT count(*) AS n FROM orders") == [[10]]


def test_the_table_in_glue_has_exact_types_comments_and_our_marker(orders):
    orders.project.succeed("run")
    table = orders.table("orders")
    assert [(column["Name"], column["Type"]) for column in
            table["StorageDescriptor"]["Columns"]] == [
                ("id", "bigint"), ("amount", "decimal(12,2)"), ("at", "timestamp"),
                ("note", "string")]
    assert table["Description"] == "All orders"
    assert table["StorageDescriptor"]["Columns"][0]["Comment"] == "the key"
    assert table["Parameters"]["carmilla.table"] == "orders"
    assert table["Parameters"]["carmilla.run_id"] == orders.current_run("orders")
    assert table["Parameters"]["numRows"] == "100"
    assert table["StorageDescriptor"]["Location"].startswith(f"s3://{orders.bucket}/lake/orders/")


def test_comparing_finds_a_catalog_that_lags_and_status_lets_it_follow(orders):
    orders.project.succeed("run")
    lagging = orders.table("orders")
    agreed = orders.project.succeed("compare", "--source").out
    assert agreed.endswith("athena 8, source 8)\n")
    orders.project.database.execute("DELETE FROM orders WHERE id = 4")
    orders.project.succeed("run")
    orders.put_back(lagging)
    finished = orders.project.run("compare")
    assert finished.code == OTHER_DATA and "carmilla status" in finished.err
    assert ["id", "sum", "5046", "5050"] in [line.split() for line in finished.out.splitlines()]
    orders.project.succeed("status")
    orders.project.succeed("compare")


def test_a_file_of_another_bucket_becomes_a_partition_that_athena_reads(cloud, servers, tmp_path):
    table = pyarrow.table({"id": pyarrow.array([1, 2]), "note": ["a", None]})
    pyarrow.parquet.write_table(table, tmp_path / "clicks.parquet")
    drop = servers.make_bucket()
    cloud.s3.upload_file(str(tmp_path / "clicks.parquet"), drop, "in/clicks.parquet")
    cloud.configure()
    for file, day in ((f"s3://{drop}/in/clicks.parquet", 1), (tmp_path / "clicks.parquet", 2)):
        cloud.project.succeed("add", file, "--to", "clicks", "--partition", f"dt=2024-05-0{day}")
    assert cloud.athena("SELECT dt, id, note FROM clicks ORDER BY dt, id") == [
        ["2024-05-01", 1, "a"], ["2024-05-01", 2, None],
        ["2024-05-02", 1, "a"], ["2024-05-02", 2, None]]
    cloud.project.succeed("compare")


def test_partitions_come_move_and_go(orders):
    orders.configure(tables="  - name: public.orders\n"
                            "    partition_by: {column: at, every: day}")
    orders.project.succeed("run")
    first = orders.locations("orders")
    assert sorted(first) == [f"2024-05-0{day}" for day in range(1, 6)]
    assert orders.athena("SELECT count(*) AS n FROM orders WHERE dt = DATE '2024-05-02'") == [[24]]
    orders.project.database.execute("DELETE FROM orders WHERE at >= '2024-05-04'",
                                    "INSERT INTO orders VALUES (999, 1, NULL, 'when?')")
    orders.project.succeed("run")
    second = orders.locations("orders")
    assert sorted(second) == ["2024-05-01", "2024-05-02", "2024-05-03",
                              "__HIVE_DEFAULT_PARTITION__"]
    assert all(second[day] != first[day] for day in ("2024-05-01", "2024-05-02"))
    assert orders.athena("SELECT id FROM orders WHERE dt IS NULL") == [[999]]


def test_names_that_athena_does_not_know_are_escaped(cloud):
    cloud.project.database.execute(
        "CREATE TYPE place AS (\"Zip Code\" int, street text)",
        "CREATE TABLE \"Größe\" (\"order id\" int, \"createdAt\" date, at place)",
        "INSERT INTO \"Größe\" VALUES (7, '2024-05-01', ROW(1010, 'Ring'))")
    cloud.configure()
    plan = cloud.project.succeed("plan").out
    assert "in Athena, order id is order_id_x" in plan.replace("\n", " "), plan
    cloud.project.succeed("run")
    name = cloud.glue.get_tables(DatabaseName=cloud.database)["TableList"][0]["Name"]
    columns = [column["Name"] for column in cloud.table(name)["StorageDescriptor"]["Columns"]]
    assert columns[0].startswith("order_id_x") and columns[1:] == ["createdat", "at"]
    assert cloud.table(name)["StorageDescriptor"]["Columns"][2]["Type"].startswith(
        "struct<zip_code_x")
    assert cloud.athena(f"SELECT {columns[0]} AS a, createdAt AS b FROM {name}") == [
        [7, "2024-05-01"]]


def test_columns_that_differ_only_in_case_are_refused_before_reading(cloud):
    cloud.project.database.execute("CREATE TABLE t (total int, \"Total\" int)")
    cloud.configure()
    refused = cloud.project.run("run")
    assert refused.code == 78, str(refused)
    assert "two columns have one name in Athena: total and Total" in refused.err


def test_somebody_elses_table_is_refused_before_reading_and_left_alone(orders):
    orders.glue.create_database(DatabaseInput={"Name": orders.database})
    orders.glue.create_table(DatabaseName=orders.database, TableInput={
        "Name": "orders", "Parameters": {"owner": "ada"}})
    refused = orders.project.run("run")
    assert refused.code == WRONG_CONFIGURATION, str(refused)
    assert "somebody else's table has this name" in refused.err
    assert orders.table("orders")["Parameters"] == {"owner": "ada"}
    listed = orders.s3.list_objects_v2(Bucket=orders.bucket, Prefix="lake/orders/")
    assert listed["KeyCount"] == 0
    orders.configure(glue=", adopt: true")
    orders.project.succeed("run")
    assert orders.table("orders")["Parameters"]["owner"] == "ada"
    assert orders.athena("SELECT count(*) AS n FROM orders") == [[100]]


@pytest.mark.parametrize("command", [["status"], ["run"]])
def test_a_table_that_lags_is_put_right(orders, command):
    orders.project.succeed("run")
    lagging = orders.table("orders")
    orders.project.database.execute("DELETE FROM orders WHERE id > 10")
    orders.project.succeed("run")
    orders.put_back(lagging)
    assert orders.athena("SELECT count(*) AS n FROM orders") == [[100]]
    orders.project.succeed(*command)
    assert orders.athena("SELECT count(*) AS n FROM orders") == [[10]]
    assert orders.table("orders")["Parameters"]["carmilla.run_id"] == orders.current_run("orders")


def test_every_type_is_read_as_the_catalog_says(cloud):
    cloud.project.database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        "CREATE TABLE every (a boolean, b smallint, c int, d bigint, e real, f float8,"
        " g numeric(5,2), h numeric(38,9), i numeric, j text, k char(3), l bytea, m date, n time,"
        " o timestamp, p timestamptz, q interval, r uuid, s jsonb, t int[], u mood, v money,"
        " w int4range, x inet, y bit(3), z xid8)",
        "INSERT INTO every VALUES (true, -1, 2, 3, 1.5, 2.5, 123.45, 1.000000001, 1.500, 'x', 'a',"
        " '\\xdead', '2024-05-01', '12:00', '2024-05-01 12:00:00.125', '2024-05-01 12:00Z',"
        " '1 day', '00000000-0000-0000-0000-000000000001', '{\"a\": 1}', '{1,NULL}', 'ok', 9.99,"
        " '[1,5)', '10.0.0.1', B'101', '7')",
        "INSERT INTO every (a) VALUES (NULL)")
    cloud.configure()
    cloud.project.succeed("run")
    row = cloud.athena("SELECT * FROM every WHERE a")[0]
    assert row[:11] == [True, -1, 2, 3, 1.5, 2.5, 123.45, 1.000000001, "1.500", "x", "a  "]
    assert row[11:16] == ["\\xdead", "2024-05-01", "12:00:00", "2024-05-01 12:00:00.125",
                          "2024-05-01 12:00:00"]
    assert cloud.athena("SELECT count(*) AS n FROM every WHERE a IS NULL AND z IS NULL") == [[1]]


def test_a_wrong_statement_is_answered_in_athenas_words(orders):
    orders.project.succeed("run")
    wrong = orders.project.run("query", "--on", "athena", "SELECT nothing FROM orders")
    assert wrong.code == 65, str(wrong)
    assert "running the query on Athena: " in wrong.err and "nothing" in wrong.err


def test_a_query_tells_what_it_scanned(orders):
    orders.project.succeed("run")
    asked = orders.project.succeed("query", "--on", "athena", "--timing", "SELECT 1 AS one")
    assert "(1 row in " in asked.err and "4.0 KiB scanned)" in asked.err


def test_ctrl_c_stops_the_query_there_too(orders, servers):
    athena = servers.client("athena")
    before = set(athena.list_query_executions()["QueryExecutionIds"])
    process = orders.project.start("query", "--on", "athena", "SELECT 'endless'")
    deadline = time.monotonic() + WAIT_SECONDS
    started = set()
    while not started and time.monotonic() < deadline:
        started = set(athena.list_query_executions()["QueryExecutionIds"]) - before
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=WAIT_SECONDS) == STOPPED_BY_USER
    execution = athena.get_query_execution(QueryExecutionId=started.pop())["QueryExecution"]
    assert execution["Status"]["State"] == "CANCELLED"


def test_a_lake_without_a_catalog_says_so(orders):
    path = orders.project.folder / "carmilla.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f", catalog: {{glue: {{database: {orders.database}}}}}", ""),
                    encoding="utf-8")
    refused = orders.project.run("query", "--on", "athena", "SELECT 1")
    assert refused.code == 78 and "the lake has no catalog" in refused.err, str(refused)
