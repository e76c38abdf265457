"""carmilla init --project: from nothing to a run of a typed task, for tables of all kinds."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest
import yaml

from database import Database
from lying_server import LyingServer
from project import Project

# A row of each type, so that a task can be run over it.
EVERYTHING = {
    "a_bool": ("boolean", "true"), "a_int2": ("smallint", "-32768"), "a_int4": ("integer", "7"),
    "a_int8": ("bigint", "9223372036854775807"), "a_float4": ("real", "1.5"),
    "a_float8": ("double precision", "-0.25"), "a_numeric": ("numeric(12,2)", "1234.50"),
    "a_wide": ("numeric(38,10)", "0.0000000001"), "an_unbounded": ("numeric", "12.30"),
    "a_money": ("money", "12.34"), "a_text": ("text", "'text'"), "a_char": ("char(3)", "'x'"),
    "a_bytea": ("bytea", "'\\x00ff'"), "a_date": ("date", "'2024-02-29'"),
    "a_time": ("time", "'23:59:59.5'"), "a_timestamp": ("timestamp", "'2024-01-01 12:00'"),
    "a_timestamptz": ("timestamptz", "'2024-01-01 12:00+02'"),
    "an_interval": ("interval", "'1 mon 2 days'"),
    "a_uuid": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"), "a_json": ("json", "'[1]'"),
    "a_jsonb": ("jsonb", """'{"a": 1}'"""), "an_inet": ("inet", "'10.0.0.1'"),
    "a_mood": ("mood", "'in between'"), "a_domain": ("price", "9.5"), "a_pair": ("pair", "'(1,x)'"),
    "a_range": ("int4range", "'[1,5)'"), "ints": ("int[]", "'{1,NULL}'"),
    "moods": ("mood[]", "'{class}'"), "uuids": ("uuid[]", "'{}'"), "documents": ("jsonb[]", "'{}'"),
}
SCHEMA = (
    "CREATE TYPE mood AS ENUM ('sad', 'in between', 'class')",
    "CREATE TYPE nothing AS ENUM ()",
    "CREATE TYPE pair AS (a int, b text)",
    "CREATE DOMAIN price AS numeric(9,4) CHECK (value > 0)",
    "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount numeric(15,2) NOT NULL, "
    "mood mood NOT NULL, placed timestamptz NOT NULL, note text)",
    "INSERT INTO orders SELECT i, nullif(i % 7, 0), i / 4.0, 'in between', "
    "'2024-01-01Z'::timestamptz + i * interval '1 min', repeat('x', 100) "
    "FROM generate_series(1, 5000) i",
    f"CREATE TABLE everything ({', '.join(f'{n} {t} NOT NULL' for n, (t, _) in EVERYTHING.items())})",
    f"INSERT INTO everything VALUES ({', '.join(value for _, value in EVERYTHING.values())})",
    'CREATE TABLE "Order Items; */" ("class" uuid NOT NULL, "a b" numeric(12,4) NOT NULL, '
    '"a-b" pair, "值" mood NOT NULL, "Written" int, "OrderItemsReport" int)',
    'INSERT INTO "Order Items; */" VALUES (gen_random_uuid(), 1.25, NULL, \'sad\')',
    "CREATE TABLE never_report (id int)",
    "CREATE TABLE never (id int, state nothing NOT NULL)",
    "CREATE SCHEMA sales",
    "CREATE TABLE sales.notes (tags text[] NOT NULL, id int[])",
    "INSERT INTO sales.notes VALUES ('{a,b}', NULL), ('{}', '{1}')",
    "CREATE VIEW recent AS SELECT id, amount FROM orders WHERE id > 4990",
    "ANALYZE",
)
# The tables whose tasks and tests are built, with the name of their files.
TASKS = {"orders": "orders", "everything": "everything", 'public."Order Items; */"': "Order_Items_",
         "never": "never", "sales.notes": "notes", "recent": "recent"}


def checked(command, **options):
    done = subprocess.run(command, check=False, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prefix") / "installed"
    build = pathlib.Path(os.environ["CARMILLA_PROGRAM"]).parent
    checked(["cmake", "--install", str(build), "--prefix", str(folder)], timeout=120)
    return folder


@pytest.fixture(scope="module")
def shop(installed, tmp_path_factory):
    """The project of a database with the tasks of all TASKS, built as its README says."""
    database = Database(f"test_{os.getpid()}_project", template="template0")
    try:
        database.execute(*SCHEMA)
        made = Project(tmp_path_factory.mktemp("project"), database)
        made.environment["PATH"] = f"{installed}/bin:{os.environ['PATH']}"
        made.program = str(installed / "bin/carmilla")
        made.first = made.succeed("init", "--project", "shop")
        folder = made.folder / "shop"
        for number, (table, name) in enumerate(TASKS.items()):
            made.succeed("init", "--project", f"other{number}", "--task", table)
            for kind in ("models", "tasks", "tests"):
                shutil.copytree(made.folder / f"other{number}" / kind, folder / kind,
                                dirs_exist_ok=True)
            assert (folder / f"tasks/{name}.cc").is_file()
        # Carmilla is found by the PATH alone.
        checked(["cmake", "-B", "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                 "-DCMAKE_CXX_FLAGS_DEBUG=-O0"], cwd=folder, env=made.environment, timeout=60)
        checked(["cmake", "--build", "build"], cwd=folder, timeout=500)
        made.folder, made.program = folder, str(folder / "build/shop")
        made.lake = folder / "lake"
        yield made
    finally:
        database.drop()


def test_the_files_and_the_next_steps_are_told(shop):
    assert shop.first.err == """\
wrote shop/, a project with a task of public.orders
  models/orders.h           the table as a struct
  tasks/orders.cc           the task orders_report
  tests/orders_test.cc      its test, without a database
  main.cc                   the program: all of carmilla, and the tasks
  CMakeLists.txt            how it is built and tested
  Dockerfile                an image of it
  .github/workflows/ci.yml  builds the image, runs the tests
  carmilla.yaml             where the database and the lake are
next: cd shop
      cmake -B build && cmake --build build -j
      build/shop run orders_report
"""
    for line in shop.first.err.splitlines()[1:-3]:
        assert (shop.folder / line.split()[0]).is_file(), line
    assert not list(shop.folder.parent.glob(".shop*")), "nothing else is left"


def test_each_generated_test_passes_without_a_database(shop):
    out = checked(["ctest", "--test-dir", "build", "--no-tests=error"], cwd=shop.folder, timeout=60,
                  env={**shop.environment, "DATABASE_URL": ""})
    assert "100% tests passed" in out
    told = checked([str(shop.folder / "build/shop_test"), "--gtest_brief=1"], timeout=60)
    assert f"{len(TASKS)} tests from {len(TASKS)} test suites ran" in told, told


def test_each_generated_task_publishes_the_rows_of_its_table(shop):
    shop.succeed("run")
    for table, name in TASKS.items():
        # A table has the name already, which a task may not take.
        report = f"{name.lower()}_report" if name != "never" else "never_report_2"
        ((rows,),) = shop.database.rows(f"SELECT count(*) FROM {table}")
        assert shop.query(f"SELECT count(*) FROM {report}") == [[str(rows)]], table
    sums = "count(*), count(user_id), sum(amount), count(DISTINCT mood), min(placed)::date"
    expected = [[str(value) for value in row]
                for row in shop.database.rows(f"SELECT {sums} FROM orders")]
    assert shop.query(f"SELECT {sums} FROM orders_report") == expected
    assert shop.query("SELECT a_int2, a_int8 FROM everything_report") == [
        ["-32768", "9223372036854775807"]]
    assert shop.query("SELECT count(*) FROM orders") == [["5000"]], "tables are copied, too"
    shop.succeed("verify")


def test_a_task_is_run_alone_as_the_last_step_says(shop):
    shop.succeed("run", "orders_report", "--limit", "10", "--to", "taste")
    assert [path.name for path in (shop.folder / "taste").iterdir()] == ["orders_report.parquet"]


def test_generate_writes_the_same_task_and_knows_the_headers(shop, tmp_path):
    shutil.copy(shop.folder / "carmilla.yaml", tmp_path)
    again = Project(tmp_path, shop.database)
    again.succeed("generate", "orders", "--task")
    for path in ("models/orders.h", "tasks/orders.cc"):
        assert (tmp_path / path).read_bytes() == (shop.folder / path).read_bytes()
    assert f"{len(TASKS)} headers up to date" in shop.succeed("generate", "--check").out


def test_the_doctor_of_a_program_with_tasks_needs_no_tables(shop, installed, tmp_path):
    text = (shop.folder / "carmilla.yaml").read_text(encoding="utf-8")
    config = tmp_path / "carmilla.yaml"
    config.write_text(text[:text.index("\ntables:") + 1], encoding="utf-8")
    assert "0 problems" in shop.succeed("doctor", "--config", config).out
    plain = checked_out([str(installed / "bin/carmilla"), "doctor", "--config", str(config)], shop)
    assert "tables is missing" in plain


def checked_out(command, shop):
    """What a command prints, however it ends."""
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60,
                          env=shop.environment).stdout


def test_an_installed_program_finds_its_libraries(shop, tmp_path):
    checked(["cmake", "--install", "build", "--prefix", str(tmp_path)], cwd=shop.folder, timeout=60)
    assert checked([str(tmp_path / "bin/shop"), "list"], timeout=60).count("_report") == len(TASKS)


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="packages are those of Debian")
def test_the_image_has_the_libraries_that_the_program_needs(shop):
    text = (shop.folder / "Dockerfile").read_text(encoding="utf-8")
    packages = re.search(r"12-slim\nRUN (.*?)&& rm", text, re.DOTALL)[1].split()
    for binary in (shop.folder / "build/shop", *installed_libraries(shop)):
        loaded = dict(re.findall(r"(\S+) => (/\S+)", checked(["ldd", str(binary)])))
        for needed in re.findall(r"NEEDED.*\[(.*)\]", checked(["readelf", "-d", str(binary)])):
            path = loaded.get(needed, "")
            if path.startswith(("/lib/", "/usr/lib/")):
                owner = package_of(path)
                assert owner in {*packages, "libc6", "libgcc-s1"}, f"{needed} is of {owner}"


def installed_libraries(shop):
    loaded = checked(["ldd", str(shop.folder / "build/shop")])
    return [path for path in re.findall(r"=> (/\S+)", loaded) if "/installed/" in path]


def package_of(path):
    for name in (path, f"/usr{path}", os.path.realpath(path), os.path.realpath(path)[len("/usr"):]):
        found = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    raise AssertionError(f"no package has {path}")


def test_the_workflow_can_be_read(shop):
    text = (shop.folder / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["jobs"]["image"]["steps"]
    assert [step["uses"].split("@")[0] for step in steps if "uses" in step] == [
        "actions/checkout", "actions/checkout", "docker/setup-buildx-action",
        "docker/build-push-action"]
    assert steps[-1]["run"].endswith("shop generate --check\n")


# What needs no build.


def refused(project, *arguments, code, name="shop", **options):
    """The words of a refusal, which leaves nothing behind."""
    finished = project.run("init", "--project", name, *arguments, **options)
    assert finished.code == code, str(finished)
    assert "hint: " in finished.err
    return " ".join(finished.err.split())


def nothing_is_left(project, *but):
    return sorted(path.name for path in project.folder.iterdir()) == sorted(but)


def test_a_folder_with_something_in_it_is_refused(project):
    project.database.execute("CREATE TABLE t (id int)")
    (project.folder / "shop").mkdir()
    (project.folder / "shop/mine").touch()
    assert "something of this name is here already: shop" in refused(project, code=64)
    assert [path.name for path in (project.folder / "shop").iterdir()] == ["mine"]
    (project.folder / "file").touch()
    assert "something of this name is here already: file" in refused(project, name="file", code=64)
    assert nothing_is_left(project, "file", "shop")


def test_an_empty_folder_is_filled_once(project):
    project.database.execute("CREATE TABLE t (id int)")
    (project.folder / "shop").mkdir()
    project.succeed("init", "--project", "shop")
    before = (project.folder / "shop/tasks/t.cc").stat().st_mtime_ns
    refused(project, code=64)
    assert (project.folder / "shop/tasks/t.cc").stat().st_mtime_ns == before
    assert (project.folder / "shop").stat().st_mode & 0o055 == 0o055, "as mkdir makes folders"


def test_names_that_cannot_be_built_are_refused(project):
    for name in ("My Shop", "../shop", "test", "carmilla", "", "."):
        assert "kind: usage" in refused(project, name=name, code=64), name
    for arguments in (["--to", "x.yaml"], ["--force"]):
        assert "--project makes a new folder" in refused(project, *arguments, code=64)
    alone = project.run("init", "--task", "t")
    assert alone.code == 64 and "--task is for a project: t" in alone.err
    assert nothing_is_left(project)


def test_without_a_database_nothing_is_left(project):
    unreachable = {"DATABASE_URL": "postgresql://127.0.0.1:1/none?connect_timeout=5"}
    assert "kind: unavailable" in refused(project, code=69, environment=unreachable)
    assert nothing_is_left(project)


def test_where_nothing_can_be_written_nothing_is_left(project):
    project.database.execute("CREATE TABLE t (id int)")
    project.folder.chmod(0o555)
    command = [project.program, "init", "--project", "shop"]
    if os.geteuid() == 0:  # Root may write everywhere, unless it may not.
        command = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override", *command]
    project.program = command[0]
    finished = project.run(*command[1:])
    assert finished.code == 77, str(finished)
    assert "making the project shop: creating a folder: Permission denied" in finished.err
    assert nothing_is_left(project)


def test_the_task_is_of_a_table_that_is_there(project):
    assert "the database has no table for a task" in refused(project, code=65)
    wide = ", ".join(f"c{i} int" for i in range(301))
    project.database.execute("CREATE TABLE orders (id int)", f"CREATE TABLE wide ({wide})",
                             "CREATE TABLE small (id int)",
                             "INSERT INTO orders SELECT generate_series(1, 1000)",
                             "INSERT INTO wide SELECT", "ANALYZE")
    assert 'did you mean "public.orders"?' in refused(project, "--task", "ordres", code=65)
    assert "--task is for one table: public.*" in refused(project, "--task", "public.*", code=64)
    assert "has room for 300 columns" in refused(project, "--task", "wide", code=78)
    assert nothing_is_left(project)
    project.succeed("init", "--project", "shop")
    assert (project.folder / "shop/tasks/orders.cc").is_file(), "the largest that can be a struct"


def test_columns_that_cannot_be_read_are_left_out(project, make_role):
    role = make_role()
    project.database.execute("CREATE TABLE people (id int, name text, pii text)",
                             f"GRANT SELECT (ctid, id, name) ON people TO {role}")
    reader = {"DATABASE_URL": project.database.conninfo(user=role)}
    for number, arguments in enumerate(([], ["--task", "people"])):
        project.succeed("init", "--project", f"shop{number}", *arguments, environment=reader)
        header = (project.folder / f"shop{number}/models/people.h").read_text(encoding="utf-8")
        assert "CARMILLA_MODEL(people, id, name);" in header


def test_the_catalog_is_read_over_one_connection(project):
    project.database.execute("CREATE TABLE t (id int)")
    relay = LyingServer(project.database)
    try:
        through = {"DATABASE_URL": project.database.conninfo(host="127.0.0.1", port=relay.port)}
        project.succeed("init", "--project", "shop", environment=through)
        assert relay.clients == 1
    finally:
        relay.close()


def test_paths_and_passwords_keep_their_place(project):
    project.database.execute("CREATE TABLE t (id int)")
    url = project.folder / "url"
    url.write_text(project.database.conninfo(password="hunter2"), encoding="utf-8")
    url.chmod(0o600)
    project.succeed("init", "--project", "shop", "--source", "file:url", "--lake", "data",
                    environment={"DATABASE_URL": ""})
    files = [path for path in (project.folder / "shop").rglob("*") if path.is_file()]
    assert len(files) == 12
    for path in files:
        assert "hunter2" not in path.read_text(encoding="utf-8"), path
    project.folder = project.folder / "shop"
    project.succeed("run", environment={"DATABASE_URL": ""})
    assert (project.folder.parent / "data/t").is_dir()


@pytest.mark.parametrize("source, lake", [
    ("env:SHOP_URL", "s3://bucket/lake"), ("file:url", "data"), ("conninfo", "/srv/lake"),
    ("", None),
])
def test_image_and_workflow_are_for_the_source_and_the_lake(project, source, lake):
    """The command of the workflow reads the catalog behind the only variable that it is given."""
    project.database.execute("CREATE TABLE t (id int)")
    conninfo = project.database.source()
    source = conninfo if source == "conninfo" else source
    (project.folder / "url").write_text(conninfo, encoding="utf-8")
    (project.folder / "url").chmod(0o600)
    nothing = {"DATABASE_URL": "", "SHOP_URL": conninfo}
    libpq = {"DATABASE_URL": "", "PGDATABASE": project.database.name,
             **project.database.settings} if not source else nothing
    project.succeed("init", "--project", "shop", *(["--source", source] if source else []),
                    *(["--lake", lake] if lake else []), environment=libpq)
    folder = project.folder / "shop"
    variable = source.removeprefix("env:") if source.startswith("env:") else "DATABASE_URL"
    texts = {name: (folder / name).read_text(encoding="utf-8")
             for name in ("Dockerfile", ".github/workflows/ci.yml")}
    assert (f"--env {variable} " in texts["Dockerfile"]) == source.startswith("env:")
    assert ("mkdir -p" in texts["Dockerfile"]) == (lake != "s3://bucket/lake")
    job = yaml.safe_load(texts[".github/workflows/ci.yml"])["jobs"]["image"]
    assert job["env"] == {variable: f"${{{{ secrets.{variable} }}}}"}
    step = job["steps"][-1]
    assert step["if"] == f"env.{variable} != ''" and f"--env {variable} " in step["run"]
    project.folder = folder
    arguments = step["run"].split(" shop ", 1)[1].split()
    told = project.succeed(*arguments, environment={"DATABASE_URL": "", variable: conninfo})
    assert "1 header up to date" in told.out
