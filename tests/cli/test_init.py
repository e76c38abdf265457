"""carmilla init: the file that it writes runs at once, whatever the database holds."""

import json
import os
import re

import pytest

from test_bad_names import HOSTILE, quote


def succeed_with(project, *arguments, **options):
    """init, plan and run; gives the text of the file."""
    project.succeed("init", *arguments, **options)
    project.succeed("plan", **options)
    project.succeed("run", **options)
    return (project.folder / "carmilla.yaml").read_text(encoding="utf-8")


def published(project):
    return sorted(row[0] for row in project.query("SHOW TABLES"))


def test_the_file_tells_what_the_catalog_knows(project):
    project.database.execute(
        "CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric(12,2), discount numeric, "
        "created_at timestamptz, updated_at timestamptz)",
        "CREATE INDEX ON orders (updated_at)",
        "CREATE TABLE \"Order Items\" (order_id bigint, line int, note text, "
        "PRIMARY KEY (order_id, line))",
        "CREATE TABLE places (id int, position gtsvector)",
        "CREATE VIEW recent AS SELECT * FROM orders",
        "INSERT INTO orders SELECT i FROM generate_series(1, 1000) i", "ANALYZE")
    text = succeed_with(project)
    first, tables = text.splitlines()[0], text[text.index("\ntables:"):]
    assert first == "# yaml-language-server: $schema=carmilla.schema.json"
    (heap,), = project.database.rows("SELECT pg_relation_size('orders')")
    size = f"{heap / 1024:.1f} KiB"
    assert tables == f"""
tables:
  # public: 3 tables, {size}
  #
  #   table         rows      size  primary key     likely watermark      name in the lake
  #   orders       1,000  {size}  id              updated_at (indexed)
  #   Order Items      0       0 B  order_id, line                        order_items_x61_20
  #   places           0       0 B
  #
  # orders: discount: no declared precision, so exact text; declared as
  # numeric(p,s) with p <= 38 it would be a decimal
  #
  # A pattern takes no views and no foreign tables; name those that you want:
  # recent
  - name: public.*
    new_tables: take  # or ignore: keep to the tables that earlier runs read

  # places: without position (gtsvector), which Carmilla cannot yet copy
  # exactly.
  - name: public.places
    columns: [id]
"""
    assert f"{size} at an assumed 40 MB/s take less than a second, so one snapshot" in (
        " ".join(text.replace("\n#", "").split()))
    assert published(project) == ["order_items_x61_20", "orders", "places"]
    schema = (project.folder / "carmilla.schema.json").read_text(encoding="utf-8")
    assert schema == project.succeed("schema").out
    assert json.loads(schema)["title"] == "carmilla.yaml"


def test_an_existing_file_is_kept_unless_forced(project):
    project.database.execute("CREATE TABLE t (id int)")
    path = project.folder / "carmilla.yaml"
    path.write_text("mine\n", encoding="utf-8")
    finished = project.run("init")
    assert finished.code == 64
    assert "the file exists already" in finished.err and "--force" in finished.err
    assert path.read_text(encoding="utf-8") == "mine\n"
    project.succeed("init", "--force")
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server")
    assert sorted(file.name for file in project.folder.iterdir()) == [
        "carmilla.schema.json", "carmilla.yaml"]


def test_a_dash_prints_the_file_and_writes_nothing(project):
    project.database.execute("CREATE TABLE t (id int)")
    out = project.succeed("init", "--to", "-").out
    assert "- name: public.*" in out
    assert not list(project.folder.iterdir())
    (project.folder / "carmilla.yaml").write_text(out, encoding="utf-8")
    project.succeed("plan")


def test_paths_keep_their_meaning_in_another_folder(project):
    project.database.execute("CREATE TABLE t (id int)")
    (project.folder / "conf").mkdir()
    url = project.folder / "url"
    url.write_text(project.database.conninfo(), encoding="utf-8")
    url.chmod(0o600)
    project.succeed("init", "--source", "file:url", "--to", "conf/c.yaml", "--lake", "data/lake",
                    environment={"DATABASE_URL": ""})
    project.succeed("run", "--config", "conf/c.yaml", environment={"DATABASE_URL": ""})
    assert (project.folder / "data/lake/t").is_dir()
    assert (project.folder / "conf/carmilla.schema.json").is_file()


@pytest.mark.parametrize("to", ["../other/c.yaml", "./c.yaml", "deep/../c.yaml", "deep/er/c.yaml",
                                "../../{}/{}/deep/c.yaml", "/"])
@pytest.mark.parametrize("lake", ["lake", "../other/lake/"])
def test_a_lake_is_where_it_was_said_from_wherever_the_file_is(project, to, lake):
    project.database.execute("CREATE TABLE t (id int)")
    here = project.folder / "here"
    for folder in (here / "deep/er", project.folder / "other"):
        folder.mkdir(parents=True)
    project.folder = here
    to = to.format(here.parent.name, here.name) if to != "/" else here.parent / "other/c.yaml"
    project.succeed("init", "--to", to, "--lake", lake)
    project.succeed("run", "--config", to)
    assert (here / lake / "t").is_dir()
    project.folder = here / os.path.dirname(to)
    project.succeed("query", "--config", os.path.basename(to), "SELECT count(*) FROM t")


def test_a_lake_may_be_in_a_bucket(project):
    project.database.execute("CREATE TABLE t (id int)")
    (project.folder / "conf").mkdir()
    project.succeed("init", "--to", "conf/c.yaml", "--lake", "s3://company-lake/raw/")
    path = project.folder / "conf/c.yaml"
    text = path.read_text(encoding="utf-8")
    assert '  path: "s3://company-lake/raw"\n' in text
    assert "# catalog: {glue: {database: raw}}" in text
    path.write_text(text.replace("# catalog", "catalog"), encoding="utf-8")
    told = project.run("plan", "--config", "conf/c.yaml", environment={
        "AWS_EC2_METADATA_DISABLED": "true", "HOME": str(project.folder)})
    assert told.code == 77 and "AWS credentials" in told.err, "it can be read, and is a bucket"
    refused = project.run("init", "--to", "-", "--lake", "s3a://lake")
    assert refused.code == 64, str(refused)


def test_the_source_is_named_and_never_copied(project):
    project.database.execute("CREATE TABLE t (id int)")
    without = {"DATABASE_URL": ""}
    finished = project.run("init", environment=without)
    assert finished.code == 64 and "DATABASE_URL is not set" in finished.err
    settings = project.database.settings
    variables = {**without, "PGHOST": settings["PGHOST"], "PGPORT": settings["PGPORT"],
                 "PGUSER": settings["PGUSER"], "PGDATABASE": project.database.name}
    assert 'app: {postgres: ""}' in succeed_with(project, environment=variables)
    plain = project.succeed("init", "--source", project.database.conninfo(), "--to", "-",
                            environment=without).out
    assert f"dbname={project.database.name}" in plain
    secret = project.database.conninfo(password="hunter2")
    refused = project.run("init", "--source", secret, "--to", "-", environment=without)
    assert refused.code == 64 and "hunter2" not in refused.out + refused.err
    by_variable = project.succeed("init", "--to", "-", environment={"DATABASE_URL": secret})
    assert "env:DATABASE_URL" in by_variable.out
    assert "hunter2" not in by_variable.out + by_variable.err


def test_what_a_role_may_not_read_is_left_out_with_the_grant(project, make_role):
    role = make_role()
    project.database.execute(
        "CREATE TABLE open (id int)", "CREATE TABLE secret (id int)",
        "CREATE TABLE people (id int, name text, pii text)",
        "CREATE TABLE mine (id int, owner text)", "ALTER TABLE mine ENABLE ROW LEVEL SECURITY",
        "CREATE MATERIALIZED VIEW cold AS SELECT 1 AS x WITH NO DATA",
        "CREATE SCHEMA closed", "CREATE TABLE closed.a (id int)", "CREATE TABLE closed.b (id int)",
        f"GRANT SELECT ON open, mine, cold, closed.a TO {role}",
        f"GRANT SELECT (ctid, id, name) ON people TO {role}")
    environment = {"DATABASE_URL": project.database.conninfo(user=role)}
    text = succeed_with(project, environment=environment)
    assert published(project) == ["open", "people"]
    assert "columns: [id, name]" in text and "without pii, which the role may not read" in text
    assert text.count("\n      - ") == 3
    assert "REFRESH MATERIALIZED VIEW" in text and "row-level security hides rows" in text
    assert "# closed is left out: of 2 tables none can be read." in text
    grants = re.findall(r"#\s+(GRANT .*;)", text)
    assert f'GRANT SELECT ON "public"."secret" TO "{role}";' in grants
    project.database.execute(*grants)
    succeed_with(project, "--force", environment=environment)
    assert published(project) == ["a", "b", "open", "people", "secret"]
    project.database.execute(f"REVOKE USAGE ON SCHEMA closed FROM {role}")


def test_a_role_without_any_right_is_told_so(project, make_role):
    project.database.execute("CREATE TABLE a (id int)", "CREATE TABLE b (id int)")
    role = make_role()
    finished = project.run("init", environment={"DATABASE_URL": project.database.conninfo(user=role)})
    assert finished.code == 77
    assert f"none of the tables can be read by {role}" in finished.err
    assert (f'hint: GRANT SELECT ON "public"."a" TO "{role}"; '
            f'GRANT SELECT ON "public"."b" TO "{role}";\n') in finished.err
    project.database.execute(*(f"CREATE TABLE c{n} (id int)" for n in range(9)))
    finished = project.run("init", environment={"DATABASE_URL": project.database.conninfo(user=role)})
    assert finished.err.count("GRANT SELECT") == 6
    assert "And 5 more of this kind." in finished.err
    assert not list(project.folder.iterdir())


def test_an_empty_database_gets_the_pattern_of_its_first_tables(project):
    finished = project.succeed("init", "--to", "first.yaml")
    assert "the database has none yet, or it is another one that you mean" in finished.err
    text = succeed_with(project)
    assert "- name: public.*" in text and "# public: 0 tables yet" in text
    assert "nothing to read" in project.succeed("run").err
    project.database.execute("CREATE TABLE first AS SELECT 1 AS id")
    project.succeed("run")
    assert published(project) == ["first"]


def test_a_database_of_views_names_them_to_choose_from(project):
    project.database.execute("CREATE VIEW sums AS SELECT 1 AS id",
                             'CREATE VIEW "Old Sums" AS SELECT 2 AS id')
    finished = project.succeed("init")
    assert ("wrote carmilla.yaml: 0 tables, 0 B; of 2 views it takes those "
            "whose line in the file you uncomment\n") in finished.err
    path = project.folder / "carmilla.yaml"
    text = path.read_text(encoding="utf-8")
    assert text[text.index("\n  # public: "):] == """
  # public: 0 tables yet
  - name: public.*
    new_tables: take  # or ignore: keep to the tables that earlier runs read
  # Views and foreign tables; uncomment those that you want:
  # - "public.\\"Old Sums\\""
  # - public.sums
"""
    path.write_text(text.replace("  # - ", "  - "), encoding="utf-8")
    project.succeed("run")
    assert published(project) == ["old_sums_x19_20", "sums"]


def test_a_schema_of_views_beside_tables_names_them_to_choose_from(project):
    project.database.execute("CREATE TABLE t AS SELECT 1 AS id", "CREATE SCHEMA reports",
                             "CREATE VIEW reports.sums AS SELECT 1 AS id")
    text = succeed_with(project)
    assert text.endswith("""
  # reports:
  # Views and foreign tables; uncomment those that you want:
  # - reports.sums
""")
    assert "reports.*" not in text
    (project.folder / "carmilla.yaml").write_text(
        text.replace("  # - reports", "  - reports"), encoding="utf-8")
    project.succeed("run")
    assert published(project) == ["sums", "t"]


def test_comments_name_everything_that_is_left_out(project):
    points = ", ".join(f"p{i} gtsvector" for i in range(30))
    project.database.execute(f"CREATE TABLE t (id int, {points})", "CREATE SCHEMA closed",
                             *(f"CREATE VIEW v{i} AS SELECT 1" for i in range(12)),
                             *(f"CREATE TABLE closed.t{i} ()" for i in range(6)))
    text = succeed_with(project)
    words = " ".join(text.replace("\n  #", " ").split())
    assert all(f"p{i} (gtsvector)" in words for i in range(30))
    assert re.search(r"name those that you want:[^-]*\bv11\b", words)
    assert "and, for such reasons, t3, t4, t5" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_database_of_hostile_names_runs(project):
    for number, name in enumerate(HOSTILE.values()):
        project.database.execute(
            f"CREATE TABLE {quote(name)} (id int, {quote(name)} text, p gtsvector)",
            f"CREATE SCHEMA {quote(name)}",
            f"CREATE TABLE {quote(name)}.{quote(name)} AS SELECT {number} AS id",
            f"CREATE TABLE {quote(name)}.empty ()")
    text = succeed_with(project)
    assert len(published(project)) == 2 * len(HOSTILE)
    assert all(character == "\n" or character.isprintable() for character in text)


@pytest.mark.parametrize("names", [
    ["*", "a", "ab"], ["env:HOME", "nv:HOME", "xnv:HOME"], ["a*", "ab", "abc"],
    ["file:x", "x"], ["$HOME", "HOME"], ["secret:x", "x"], ["public.a", "a"]])
def test_an_exclude_takes_no_other_table_with_it(project, names):
    for name in names:
        columns = "()" if name == names[0] else "(id int)"
        project.database.execute(f"CREATE TABLE {quote(name)} {columns}")
    succeed_with(project)
    assert len(published(project)) == len(names) - 1


def test_a_column_that_no_configuration_can_name(project):
    project.database.execute('CREATE TABLE whole ("env:HOME" int)',
                             'CREATE TABLE part ("env:HOME" int, p gtsvector)')
    text = succeed_with(project)
    assert published(project) == ["whole"]
    assert "part: no value of a configuration can say the column env:HOME" in text


def test_names_that_collide_are_told_apart(project):
    project.database.execute(
        "CREATE SCHEMA a", "CREATE SCHEMA a_b", "CREATE SCHEMA x",
        "CREATE TABLE a.b_c AS SELECT 1 AS id", "CREATE TABLE x.b_c AS SELECT 2 AS id",
        "CREATE TABLE a_b.c AS SELECT 3 AS id", "CREATE TABLE x.c AS SELECT 4 AS id",
        "CREATE TABLE public.a_b_c AS SELECT 5 AS id")
    succeed_with(project)
    names = published(project)
    assert len(names) == 5
    assert sorted(project.query(f"SELECT id FROM {name}")[0][0] for name in names) == list("12345")


def test_a_name_too_long_for_the_lake_gets_another(project):
    name = "注" * 21
    project.database.execute(f'CREATE SCHEMA "{name}"', f'CREATE TABLE "{name}"."{name}" (id int)',
                             f'CREATE TABLE "{name}" (id int)')
    text = succeed_with(project)
    assert "    as: " in text
    assert len(published(project)) == 2


def test_names_that_are_too_long_in_utf8_are_left_out(project):
    database = type(project.database)(f"{project.database.name}_latin1", template="template0",
                                      encoding="LATIN1")
    name = "ü" * 40
    try:
        database.execute(f'CREATE TABLE "{name}" (id int)', f'CREATE TABLE t (id int, "{name}" int)')
        project.environment["DATABASE_URL"] = database.conninfo()
        text = succeed_with(project)
        assert published(project) == ["t"]
        assert "its name takes more than 63 bytes in UTF-8" in text
        assert "columns: [id]" in text
    finally:
        database.drop()


def test_a_thousand_tables(project):
    project.database.execute(
        "DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format("
        "'CREATE TABLE t%s (id int PRIMARY KEY, updated_at timestamptz, p gtsvector)', i); "
        "END LOOP; END $$")
    project.succeed("init", timeout=60)
    text = (project.folder / "carmilla.yaml").read_text(encoding="utf-8")
    assert "and 900 smaller ones" in text and text.count("\n  - name: public.t") == 1000
    out = project.succeed("plan", timeout=60).out
    assert "1,000" in out or "1000" in out


def test_nothing_but_the_catalog_is_read(project):
    project.database.execute("CREATE TABLE t AS SELECT 1 AS id", "CREATE INDEX ON t (id)")
    with project.database.connect() as connection:
        with connection.transaction():
            connection.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
            project.succeed("init", timeout=20)
            project.succeed("plan", timeout=20)


def test_big_tables_are_proposed_to_be_divided_by_time(project):
    # The catalog alone is asked, so the catalog alone can be made to tell of a big table.
    project.database.execute(
        "CREATE TABLE events (id int, dt text, created_at timestamptz NOT NULL)",
        "INSERT INTO events SELECT i, '', now() + i * interval '1 s' FROM generate_series(1, 300) i",
        "ANALYZE events")
    text = succeed_with(project)
    assert "partition_by" not in text
