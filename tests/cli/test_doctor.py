"""Each check of the doctor finds its problem in a real database, and nothing else is found.

What needs servers of its own stands in test_doctor_server.py.
"""

import pathlib
import re
import resource
import shutil
import sys
import uuid

import pytest

import test_doctor_server
from examination import Examination

READER_NOTES = {"sessions-hidden": "GRANT pg_read_all_stats"}
ALL = "  - public.*"

CONFIGURATION = {
    "connection-unused": "spare",
    "entry-unmatched": ("no such relation: public.kepd", "no such schema: pubic"),
    "exclude-unmatched": "tmp_* (public.*)",
    "gentleness-full-on-primary": "fills the server's cache",
    "connections-few": "a run needs 201",
    "memory-beyond-machine": "`memory: 1.0 TiB`",
    "open-files-few": "64 files open",
    "cores-few": "`threads: 200`",
    "role-superuser": 'ALTER ROLE "postgres" NOSUPERUSER;',
}
INVALID = {
    "configuration-invalid": "DATABASE_URL is not set",
    "configuration-other": "carmilla.yaml of this folder is not read",
    "password-file-ignored": "chmod 600 '",
}
ONLY_VIEWS = {"pattern-of-views": "public.* (looking, sums)", "role-superuser": "NOSUPERUSER"}
COLLISION = {"selection-impossible": ("would have one name: kept", "`as:`"),
             "role-superuser": "NOSUPERUSER"}
TABLES = {
    "type-unsupported": ("public.shapes.outline (gtsvector)", "public.shapes.path (pg_ndistinct)"),
    "partition-key-collides": "public.days",
    "materialized-view-empty": 'REFRESH MATERIALIZED VIEW "public"."stale";',
    "table-refused": "no such column: totl",
    "policy-undecided": ("public.special.until", "public.special.price"),
    "rows-wide": "public.wide",
    "ddl-running": "public.locked",
    "index-invalid": 'DROP INDEX CONCURRENTLY "public"."twice_unique";',
    "columns-differ-by-case": "public.cases.name, Name",
    "partition-foreign": "public.parts_far",
    "inheritance-unread": "public.parent",
    "table-unlogged": "public.unlogged",
    "table-never-analysed": 'ANALYZE "public"."fresh";',
    "table-autovacuum-off": 'ALTER TABLE "public"."wide" RESET (autovacuum_enabled);',
    "primary-key-missing": "public.twice",
    "view-unsized": "public.looking",
    "table-foreign": "public.far",
    "table-subscribed": "public.followed",
    "access-method-other": "public.other_heap",
    "numeric-unbounded": "public.special.amount",
    "timestamp-without-zone": "public.special.until",
    "name-changed": "public.Odd Name -> odd_name_x19_20",
    "name-reserved": ("order", "cases.user"),
    "column-name-odd": "public.cases.Name",
    "role-superuser": "NOSUPERUSER",
}
HUGE = {
    "run-outlives-snapshot": "max_snapshot_age",
    "disk-space": "the run writes about ",
    "ddl-running": "public.huge",
    "primary-key-missing": "public.huge",
    "role-superuser": "NOSUPERUSER",
}
EXCESS = {
    "role-bypasses-row-security": "NOBYPASSRLS",
    "role-replicates": "NOREPLICATION",
    "role-creates-databases": "NOCREATEDB",
    "role-creates-roles": "NOCREATEROLE",
    "role-powerful": "REVOKE \"pg_write_all_data\" FROM",
    "role-reads-everything": "REVOKE pg_read_all_data FROM",
    "role-owns-tables": "public.owned",
    "role-writes": "public.kept",
    "role-creates-schemas": "REVOKE CREATE ON DATABASE",
    "role-creates-objects": 'REVOKE CREATE ON SCHEMA "public"',
    "role-password-expires": "expires in ",
    "connection-limit-of-role": ("1 at a time, 0 taken", "CONNECTION LIMIT 2;"),
    "connection-limit-of-database": "CONNECTION LIMIT -1;",
    "time-limit-overridden": "statement_timeout = 5000 ms",
    "identity-hidden": "GRANT EXECUTE ON FUNCTION pg_control_system()",
    **READER_NOTES,
}
LACKS = {
    "grant-missing": ('GRANT SELECT (\"ctid\", \"note\") ON \"public\".\"kept\" TO',
                      'GRANT USAGE ON SCHEMA \"closed\" TO'),
    "row-security": "public.guarded",
    **READER_NOTES,
}
CLOSED_CATALOG = {"catalog-unreadable": "permission denied for view pg_locks",
                  **READER_NOTES}
LAKE = {
    "lake-damaged": "kept",
    "files-foreign": ("readme.txt", "kept/backup.parquet"),
    "files-unused": "kept/20260101T000000000Z-000000",
    "lake-open-to-all": "chmod o-w",
    "file-system-doubtful": "tmpfs",
    "run-of-the-future": "2999",
    "table-gone": "dropped (run ",
    "table-unconfigured": "unnamed",
    "source-changed": "moved",
    "role-superuser": "NOSUPERUSER",
}
UNUSABLE_LAKE = {"lake-unusable": "no file can be made there: /proc",
                 "connection-failed": "no_such_role"}
ENCODING = {"encoding-unknown": "text that is no UTF-8", "role-superuser": "NOSUPERUSER"}


@pytest.fixture
def kept_table(database):
    database.execute("CREATE TABLE kept (id int PRIMARY KEY, note text)", "ANALYZE kept")


def reader(make_role, database, options=""):
    role = make_role(options)
    database.execute(f"GRANT USAGE ON SCHEMA public TO {role}",
                     f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    return role, {"DATABASE_URL": database.conninfo(user=role)}


def provocations(module):
    """The ids of the checks that a test of a module provokes."""
    text = pathlib.Path(module.__file__).read_text(encoding="utf-8")
    return set().union(*(vars(module)[name] for name in re.findall(r"\.finds\(\s*([A-Z_]+)", text)))


def test_a_check_without_provocation_does_not_exist(project, kept_table):
    project.configure()
    provoked = provocations(sys.modules[__name__]) | provocations(test_doctor_server)
    ids = set(Examination(project).results)
    assert ids == provoked
    assert len(ids) >= 40


def test_a_sound_source_gives_no_problem_and_no_warning(project, database, kept_table, make_role):
    project.configure()
    _, environment = reader(make_role, database)
    examination = Examination(project, environment=environment)
    examination.finds(READER_NOTES, code=0)
    assert set(examination.results.values()) == {"ok", "found"}
    assert not project.lake.exists()


def test_the_configuration_is_compared_with_source_and_machine(project, kept_table):
    project.configure(
        tables="  - name: public.*\n    exclude: [tmp_*]\n  - public.kepd\n  - pubic.*",
        extra="gentleness: full\nthreads: 200\nmemory: 1TiB")
    path = project.folder / "carmilla.yaml"
    path.write_text(path.read_text().replace(
        "source: app", "  spare: {postgres: 'host=127.0.0.1'}\nsource: app"))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    examination = Examination(
        project, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard)))
    examination.finds(CONFIGURATION, code=65)


def test_a_pattern_that_meets_views_only_is_told(project, database):
    database.execute("CREATE VIEW sums AS SELECT 1 AS id", "CREATE VIEW looking AS SELECT 1 AS id")
    project.configure()
    Examination(project).finds(ONLY_VIEWS, code=0)
    project.configure(tables="  - public.*\n  - public.sums")
    assert "pattern-of-views" not in Examination(project).found


def test_a_wrong_configuration_does_not_hide_lake_and_machine(project):
    project.configure()
    elsewhere = project.folder / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(project.folder / "carmilla.yaml", elsewhere / "other.yaml")
    password_file = project.folder / "pgpass"
    password_file.write_text("*:*:*:*:secret")
    password_file.chmod(0o644)
    project.environment.pop("DATABASE_URL")
    examination = Examination(project, environment={
        "CARMILLA_CONFIG": str(elsewhere / "other.yaml"), "PGPASSFILE": str(password_file)})
    examination.finds(INVALID, code=78)
    assert examination.results["lake-unusable"] == "ok"
    assert examination.results["role-superuser"] == "skipped"


def test_every_mistake_of_the_file_is_told(project):
    (project.folder / "carmilla.yaml").write_text("sorce: app\nlake: {}\n")
    examination = Examination(project)
    assert examination.finished.code == 78
    what = examination.found["configuration-invalid"][0]["what"]
    assert 'unknown key "sorce"' in what and "carmilla.yaml:2:" in what
    missing = Examination(project, "--config", "none.yaml")
    assert missing.finished.code == 78
    assert "--config names no file" in missing.found["configuration-invalid"][0]["what"]


def test_two_tables_of_one_name_are_told(project, database, kept_table):
    database.execute("CREATE TABLE other (id int PRIMARY KEY)")
    project.configure(tables="  - public.kept\n  - {name: public.other, as: kept}")
    Examination(project).finds(COLLISION, code=78)


PROJECT_TABLES = """\
  - public.*
  - public.looking
  - public.far
  - {name: public.days, partition_by: {column: day, every: day, as: noon}}
  - {name: public.typo, columns: [id, totl]}"""


def create_tables(database):
    database.execute(
        "CREATE TABLE shapes (id int PRIMARY KEY, outline gtsvector, path pg_ndistinct)",
        'CREATE TABLE days (id int PRIMARY KEY, day date, "Noon" int)',
        "CREATE TABLE typo (id int PRIMARY KEY, total int)",
        "CREATE MATERIALIZED VIEW stale AS SELECT 1 AS id WITH NO DATA",
        "CREATE TABLE special (id int PRIMARY KEY, amount numeric, until timestamp, fine date, "
        "price numeric(9,2))",
        "INSERT INTO special VALUES (1, 'NaN', 'infinity', '2024-01-01', 'NaN'), (2, 1, 'now', 'now', 2)",
        "CREATE TABLE wide (id int PRIMARY KEY, body text) WITH (autovacuum_enabled = off)",
        "ALTER TABLE wide ALTER body SET STORAGE EXTERNAL",
        "INSERT INTO wide SELECT i, repeat('x', 2000000) FROM generate_series(1, 4) i",
        "CREATE TABLE twice (id int)", "INSERT INTO twice VALUES (1), (1)",
        'CREATE TABLE cases (id int PRIMARY KEY, name text, "Name" text, "user" text)',
        "CREATE EXTENSION postgres_fdw",
        "CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw",
        "CREATE FOREIGN TABLE far (id int) SERVER elsewhere",
        "CREATE TABLE parts (id int) PARTITION BY RANGE (id)",
        "CREATE TABLE parts_near PARTITION OF parts FOR VALUES FROM (1) TO (9)",
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent)",
        "CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY)",
        "CREATE VIEW looking AS SELECT 1 AS id",
        "CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler",
        "CREATE TABLE other_heap (id int PRIMARY KEY) USING other_heap",
        'CREATE TABLE "Odd Name" (id int PRIMARY KEY)',
        'CREATE TABLE "order" (id int PRIMARY KEY)',
        "ANALYZE",
        "CREATE FOREIGN TABLE parts_far PARTITION OF parts DEFAULT SERVER elsewhere",
        "CREATE TABLE locked (id int PRIMARY KEY)",
        "CREATE TABLE fresh (id int PRIMARY KEY)", "INSERT INTO fresh VALUES (1)")
    with pytest.raises(Exception, match="could not create unique index"):
        database.execute("CREATE UNIQUE INDEX CONCURRENTLY twice_unique ON twice (id)")


@pytest.fixture
def subscription(database, make_database):
    """The table `followed`, which a (resting) subscription to another database writes."""
    publisher = make_database()
    name = f"slot_{uuid.uuid4().hex[:12]}"
    publisher.execute("CREATE TABLE followed (id int PRIMARY KEY)",
                      "CREATE PUBLICATION news FOR TABLE followed",
                      f"SELECT pg_create_logical_replication_slot('{name}', 'pgoutput')")
    database.execute(
        "CREATE TABLE followed (id int PRIMARY KEY)",
        f"CREATE SUBSCRIPTION {name} CONNECTION '{publisher.conninfo()}' PUBLICATION news "
        "WITH (create_slot = false, enabled = false, copy_data = false)")
    yield
    database.execute(f"ALTER SUBSCRIPTION {name} SET (slot_name = NONE)",
                     f"DROP SUBSCRIPTION {name}")
    publisher.execute(f"SELECT pg_drop_replication_slot('{name}')")


def test_tables_of_every_kind_are_judged(project, database, subscription):
    create_tables(database)
    project.configure(tables=PROJECT_TABLES, extra="memory: 96MiB")
    with database.connect() as other:
        other.autocommit = False
        other.execute("LOCK TABLE locked")
        examination = Examination(project)
        examination.finds(TABLES, code=65)
        # Text holds a NaN as it is.
        assert "public.special.amount" not in examination.found["policy-undecided"][0]["where"]


def test_what_is_larger_than_disk_and_patience_is_told(project, database):
    # The size of a table that DDL holds is that of its last VACUUM.
    database.execute("CREATE TABLE huge (id int)", "ANALYZE huge")
    project.configure(extra="consistency: run")
    with database.connect() as other:
        other.autocommit = False
        other.execute("LOCK TABLE huge")
        database.execute("SET allow_system_table_mods = on; UPDATE pg_class SET "
                         "relpages = 1000000000, reltuples = 1e10 WHERE relname = 'huge'")
        Examination(project).finds(HUGE, code=75)


@pytest.mark.since_postgres(14, "PostgreSQL 14 brought pg_read_all_data")
def test_rights_in_excess_are_told_with_what_takes_them_away(
        project, database, kept_table, make_role):
    project.configure()
    role, environment = reader(
        make_role, database, "CREATEDB CREATEROLE REPLICATION BYPASSRLS CONNECTION LIMIT 1 "
        "VALID UNTIL 'tomorrow' IN ROLE pg_read_all_data, pg_write_all_data")
    database.execute(
        f"GRANT CREATE ON DATABASE {database.name} TO {role}",
        f"GRANT CREATE ON SCHEMA public TO {role}",
        "CREATE TABLE owned (id int PRIMARY KEY)", f"ALTER TABLE owned OWNER TO {role}",
        f"ALTER ROLE {role} SET statement_timeout = '5s'",
        "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC",
        f"ALTER DATABASE {database.name} CONNECTION LIMIT 1")
    examination = Examination(project, environment=environment)
    examination.finds(EXCESS, code=69)
    # The cures are SQL that runs, and leave nothing to find.
    cures = [line for findings in examination.found.values() for finding in findings
             for line in finding["cure"] if line.endswith(";")]
    database.execute(*cures)
    left = set(Examination(project, environment=environment).found)
    assert left == {"role-owns-tables", "time-limit-overridden"}


def test_rights_that_are_missing_come_with_their_grants(project, database, kept_table, make_role):
    role = make_role()
    database.execute(
        "CREATE SCHEMA closed", "CREATE TABLE closed.inner_table (id int PRIMARY KEY)",
        "CREATE TABLE guarded (id int PRIMARY KEY)",
        "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
        f"GRANT USAGE ON SCHEMA public TO {role}", f"GRANT SELECT ON guarded TO {role}",
        f"GRANT SELECT (id) ON kept TO {role}")
    project.configure(tables="  - public.*\n  - closed.*")
    environment = {"DATABASE_URL": database.conninfo(user=role)}
    examination = Examination(project, environment=environment)
    examination.finds(LACKS, code=77)
    database.execute(*examination.found["grant-missing"][0]["cure"],
                     "ALTER TABLE guarded DISABLE ROW LEVEL SECURITY")
    Examination(project, environment=environment).finds(READER_NOTES, code=0)
    database.execute("REVOKE SELECT ON pg_locks FROM PUBLIC")
    Examination(project, environment=environment).finds(CLOSED_CATALOG, code=77)


@pytest.fixture
def memory_lake(project):
    path = pathlib.Path("/dev/shm") / f"carmilla-{uuid.uuid4().hex}"
    path.mkdir()
    yield path
    shutil.rmtree(path)


def test_a_lake_in_disorder_is_described(
        project, database, make_database, kept_table, memory_lake):
    former = make_database()
    former.execute("CREATE TABLE moved (id int PRIMARY KEY)")
    database.execute("CREATE TABLE dropped (id int PRIMARY KEY)",
                     "CREATE TABLE unnamed (id int PRIMARY KEY)",
                     "CREATE TABLE moved (id int PRIMARY KEY)", "ANALYZE")
    project.configure()
    arguments = ("--set", f"lake.path={memory_lake}")
    project.succeed("run", *arguments)
    project.succeed("run", *arguments,
                    environment={"DATABASE_URL": former.conninfo()})
    database.execute("DROP TABLE dropped")
    project.configure(tables="  - {name: public.*, exclude: [unnamed]}")
    (memory_lake / "kept/_carmilla/current.json").write_text("{")
    (memory_lake / "readme.txt").write_text("x")
    (memory_lake / "kept/backup.parquet").write_text("x")
    unused = memory_lake / "kept/20260101T000000000Z-000000"
    unused.mkdir()
    (unused / "part-00000.parquet").write_text("x")
    (memory_lake / "_carmilla/runs/29990101T000000000Z-000000.json").write_text("{}")
    memory_lake.chmod(0o777)
    Examination(project, *arguments).finds(LAKE, code=65)


def test_a_named_table_that_is_gone_is_told_with_what_stays(project, database, kept_table):
    database.execute("CREATE TABLE gone (id int PRIMARY KEY)", "ANALYZE")
    project.configure(tables="  - public.kept\n  - public.gone\n  - public.never")
    assert project.run("run").code == 65
    (current,) = project.lake.glob("gone/_carmilla/current.json")
    run = re.search(r"\d{8}T\d{9}Z-\w{6}", current.read_text(encoding="utf-8")).group()
    database.execute("DROP TABLE gone")
    examination = Examination(project)
    gone, never = examination.found["entry-unmatched"]
    assert gone["what"].endswith(
        f"no such relation: public.gone: no longer at the source; its last version (run {run}) "
        "stays in the lake")
    assert gone["cure"] == ["remove the entry of `tables:`; what is in the lake stays readable"]
    assert never["what"].endswith("no such relation: public.never")
    assert not {"table-gone", "table-unconfigured"} & set(examination.found)


def test_a_source_that_does_not_answer_does_not_hide_the_lake(project, database):
    project.configure()
    examination = Examination(
        project, "--set", "lake.path=/proc/no/lake",
        environment={"DATABASE_URL": database.conninfo(user="no_such_role")})
    examination.finds(UNUSABLE_LAKE, code=77)


def test_a_database_without_encoding_is_told(project, make_database):
    database = make_database(encoding="SQL_ASCII")
    database.execute("CREATE TABLE kept (id int PRIMARY KEY)", "ANALYZE")
    project.configure()
    Examination(project, environment={"DATABASE_URL": database.conninfo()}).finds(ENCODING, code=0)
