"""Every kind of relation, and the ways to choose and name what is read of it."""

import pytest


def run(project, tables, **options):
    project.configure(tables=tables, **options)
    return project.succeed("run")


def test_views_and_materialised_views_are_read_when_named(project):
    project.database.execute(
        "CREATE TABLE t AS SELECT i AS id, i * 2 AS twice FROM generate_series(1, 100) i",
        "CREATE VIEW v AS SELECT id, twice FROM t WHERE id > 90",
        "CREATE MATERIALIZED VIEW m AS SELECT sum(twice) AS total FROM t")
    run(project, "  - public.v\n  - public.m")
    assert project.query("SELECT count(*), sum(twice) FROM v") == [["10", "1910"]]
    assert project.query("SELECT total FROM m") == [["10100"]]
    plan = project.succeed("plan").out
    assert "(view)" in plan and "(materialised view)" in plan and "one stream" in plan


def test_a_pattern_takes_tables_and_no_views(project):
    project.database.execute("CREATE TABLE t (id int)", "CREATE VIEW v AS SELECT * FROM t",
                             "CREATE MATERIALIZED VIEW m AS SELECT * FROM t")
    run(project, "  - public.*")
    assert sorted(row[0] for row in project.query("SHOW TABLES")) == ["m", "t"]


def test_an_empty_materialised_view_is_refused_with_the_cure(project):
    project.database.execute("CREATE MATERIALIZED VIEW m AS SELECT 1 AS x WITH NO DATA")
    project.configure(tables="  - public.m")
    finished = project.run("run")
    assert finished.code == 65
    assert "REFRESH MATERIALIZED VIEW" in finished.err


def test_a_foreign_table_is_read(project):
    settings = project.database.settings
    try:
        project.database.execute("CREATE EXTENSION postgres_fdw")
    except Exception:  # pylint: disable=broad-exception-caught
        pytest.skip("the server has no postgres_fdw")
    project.database.execute(
        "CREATE SCHEMA far", "CREATE TABLE far.t AS SELECT i AS id, 'n' || i AS note "
        "FROM generate_series(1, 500) i",
        "CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS "
        f"(host '{settings['PGHOST']}', port '{settings['PGPORT']}', dbname '{project.database.name}')",
        f"CREATE USER MAPPING FOR {settings['PGUSER']} SERVER here OPTIONS "
        f"(user '{settings['PGUSER']}', password_required 'false')",
        "CREATE FOREIGN TABLE f (id int, note text) SERVER here OPTIONS "
        "(schema_name 'far', table_name 't')")
    run(project, "  - public.f")
    assert "(foreign table)" in project.succeed("plan").out
    assert project.query("SELECT count(*), sum(id), max(note) FROM f") == [["500", "125250", "n99"]]


def test_a_partitioned_table_is_one_table_of_all_its_leaves(project):
    project.database.execute(
        "CREATE TABLE events (id int, day date, extra text) PARTITION BY RANGE (day)",
        "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
        # Another order of columns and a dropped one: read by name all the same.
        "CREATE TABLE events_2 (gone int, extra text, day date, id int)",
        "ALTER TABLE events_2 DROP COLUMN gone",
        "ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')",
        "CREATE TABLE events_3 PARTITION OF events DEFAULT PARTITION BY LIST (id)",
        "CREATE TABLE events_3_1 PARTITION OF events_3 DEFAULT",
        "INSERT INTO events SELECT i, '2024-01-01'::date + i % 90, 'e' || i "
        "FROM generate_series(1, 900) i")
    run(project, "  - public.events")
    assert "(partitioned table of 3)" in project.succeed("plan").out
    assert project.query("SELECT count(*), sum(id), count(DISTINCT extra), min(day), max(day) "
                         "FROM events") == [["900", "405450", "900", "2024-01-01", "2024-03-30"]]
    assert project.query("SELECT count(*) FROM events WHERE extra <> 'e' || id") == [["0"]]


def test_a_pattern_does_not_take_a_partition_beside_its_table(project):
    project.database.execute(
        "CREATE TABLE p (id int) PARTITION BY LIST (id)",
        "CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1)", "INSERT INTO p VALUES (1)")
    run(project, "  - public.*")
    assert project.query("SHOW TABLES") == [["p"]]


def test_a_parent_of_plain_inheritance_is_read_without_its_children(project):
    project.database.execute(
        "CREATE TABLE parent (id int)", "CREATE TABLE child (more int) INHERITS (parent)",
        "INSERT INTO parent VALUES (1), (2)", "INSERT INTO child VALUES (3, 3)")
    run(project, "  - public.*")
    assert project.query("SELECT id FROM parent ORDER BY id") == [["1"], ["2"]]
    assert project.succeed("plan").out.count("read with ONLY") == 1
    assert project.query("SELECT id, more FROM child") == [["3", "3"]]


def test_generated_and_dropped_columns(project):
    project.database.execute(
        "CREATE TABLE g (a int, gone text, b int GENERATED ALWAYS AS (a * 2) STORED, "
        "c int GENERATED ALWAYS AS IDENTITY)", "INSERT INTO g (a, gone) VALUES (5, 'x'), (6, 'y')",
        "ALTER TABLE g DROP COLUMN gone")
    run(project, "  - public.g")
    assert project.query("SELECT * FROM g ORDER BY a") == [["5", "10", "1"], ["6", "12", "2"]]


def test_tables_of_one_name_in_two_schemas_are_told_apart(project):
    project.database.execute(
        "CREATE SCHEMA sales", "CREATE TABLE t AS SELECT 'public' AS s",
        "CREATE TABLE sales.t AS SELECT 'sales' AS s")
    run(project, "  - public.*\n  - sales.*")
    assert project.query("SELECT s FROM sales_t") == [["sales"]]
    assert project.query("SELECT s FROM public_t") == [["public"]]


def test_as_gives_the_one_name(project):
    project.database.execute("CREATE TABLE t AS SELECT 1 AS id", "CREATE SCHEMA b",
                             "CREATE TABLE b.t AS SELECT 2 AS id")
    run(project, "  - {name: public.t, as: first}\n  - {name: b.t, as: second}")
    assert project.query("SELECT a.id, b.id FROM first a, second b") == [["1", "2"]]
    assert sorted(p.name for p in project.lake.iterdir() if not p.name.startswith("_")) == [
        "first", "second"]
    assert "1 of 1 table" in project.succeed("run", "second").err
    assert "1 of 1 table" in project.succeed("run", "b.t").err


def test_columns_are_chosen_and_ordered(project):
    project.database.execute("CREATE TABLE t AS SELECT 1 AS a, 2 AS b, NULL::gtsvector AS p, 3 AS c")
    run(project, "  - {name: public.t, columns: [c, a]}")
    assert project.succeed("query", "--csv", "SELECT * FROM t").out == "c,a\n3,1\n"


def test_where_is_sent_in_parentheses(project):
    project.database.execute("CREATE TABLE t AS SELECT generate_series(1, 100) AS id",
                             "CREATE TABLE p (id int) PARTITION BY RANGE (id)",
                             "CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (0) TO (50)",
                             "CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM (50) TO (200)",
                             "INSERT INTO p SELECT generate_series(1, 100)")
    run(project, '  - {name: public.t, where: "id < 10 OR id > 95"}\n'
                 '  - {name: public.p, where: "id < 10 OR id > 95 -- with a comment"}')
    assert project.query("SELECT count(*), sum(id) FROM t") == [["14", "535"]]
    assert project.query("SELECT count(*), sum(id) FROM p") == [["14", "535"]]
    assert "id < 10 OR id > 95" in project.succeed("plan", "t").out
    for gentleness in ("balanced", "full"):
        project.succeed("run", "--set", f"gentleness={gentleness}")
        assert project.query("SELECT count(*), sum(id) FROM t") == [["14", "535"]]


@pytest.mark.parametrize("where", ["id ) OR (true", "id = 1); DROP TABLE t; --", "nosuch = 1", "id"])
def test_a_where_that_is_no_condition_is_refused(project, where):
    project.database.execute("CREATE TABLE t AS SELECT 1 AS id")
    project.configure(tables=f'  - {{name: public.t, where: "{where}"}}')
    finished = project.run("run")
    assert finished.code == 65, str(finished)
    assert "public.t" in finished.err
    assert project.database.rows("SELECT count(*) FROM t") == [(1,)]
    assert not (project.lake / "t/_carmilla/current.json").exists()


def test_enums_domains_and_arrays(project):
    project.database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'glad')", "CREATE DOMAIN price AS numeric(8,2) CHECK (VALUE >= 0)",
        "CREATE DOMAIN dearer AS price",
        "CREATE TABLE t (id int, m mood, p price, d dearer, ms mood[], ps price[], n int[], w text[])",
        "INSERT INTO t VALUES (1, 'glad', 1.50, 2.25, '{sad,glad}', '{1.5,NULL}', '{}', NULL), "
        "(2, NULL, NULL, NULL, NULL, NULL, '{1,NULL,3}', ARRAY['a,b', '\"', ''])")
    run(project, "  - public.t")
    rows = project.succeed("query", "--json", "SELECT * FROM t ORDER BY id").out.splitlines()
    assert rows[0] == ('{"id":1,"m":"glad","p":1.50,"d":2.25,"ms":["sad","glad"],"ps":[1.50,null],'
                       '"n":[],"w":null}')
    assert rows[1] == ('{"id":2,"m":null,"p":null,"d":null,"ms":null,"ps":null,"n":[1,null,3],'
                       '"w":["a,b","\\"",""]}')


def test_domains_over_enums_and_their_arrays(project):
    project.database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'glad')", "CREATE DOMAIN feeling AS mood",
        "CREATE DOMAIN deeper AS feeling", "CREATE DOMAIN moods AS mood[]",
        "CREATE DOMAIN feelings AS feeling[]",
        "CREATE TABLE t (f feeling, d deeper, ms moods, fs feelings, ds deeper[])",
        "INSERT INTO t VALUES ('glad', 'sad', '{sad}', '{glad}', '{sad,NULL}')")
    run(project, "  - public.t")
    rows = project.succeed("query", "--json", "SELECT * FROM t").out.splitlines()
    assert rows == ['{"f":"glad","d":"sad","ms":["sad"],"fs":["glad"],"ds":["sad",null]}']


def test_quoted_names_in_the_configuration(project):
    project.database.execute(
        'CREATE SCHEMA "My Schema"', 'CREATE TABLE "My Schema"."Or.ders*" ("Id" int, "the ""note""" text)',
        """INSERT INTO "My Schema"."Or.ders*" VALUES (1, 'x')""")
    run(project, """  - {name: '"My Schema"."Or.ders*"', as: orders, columns: [Id, 'the "note"'], """
                 """where: '"Id" = 1'}""")
    assert project.query('SELECT "Id", "the ""note""" FROM orders') == [["1", "x"]]
    assert "1 of 1 table" in project.succeed("run", 'orders').err
