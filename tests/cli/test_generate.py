"""carmilla generate: C++ structs of tables, from the catalog, the same every time."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
CLANG_FORMAT = ROOT / ".deps" / "tools" / "bin" / "clang-format"

EVERY_TYPE = (
    "CREATE TYPE mood AS ENUM ('sad', 'in between', 'class', 'über')",
    "CREATE TYPE empty_enum AS ENUM ()",
    "CREATE TYPE pair AS (a int, b text)",
    "CREATE DOMAIN price AS numeric(9,4) CHECK (value > 0)",
    """CREATE TABLE everything (
      a_bool bool, a_int2 int2, a_int4 int4, a_int8 int8 NOT NULL, a_oid oid, a_class regclass,
      a_xid8 xid8, a_float4 float4, a_float8 float8, a_numeric numeric(12,2), a_wide numeric(38,10),
      a_negative numeric(5,-3), a_fraction numeric(2,5), an_unbounded numeric, a_money money,
      a_text text, a_varchar varchar(20), a_char char(3), a_name name, a_byte "char", a_bytea bytea,
      a_date date, a_time time, a_timetz timetz, a_timestamp timestamp, a_timestamptz timestamptz(3),
      an_interval interval, a_uuid uuid, a_json json, a_jsonb jsonb, a_path jsonpath, a_xml xml,
      an_inet inet, a_cidr cidr, a_mac macaddr, a_bit bit(3), a_varbit varbit, a_point point,
      a_tsvector tsvector, a_lsn pg_lsn, a_mood mood, an_empty empty_enum, a_domain price,
      a_pair pair, a_range int4range, a_multirange int4multirange, a_vector int2vector,
      ints int[], numerics numeric(7,3)[], texts text[] NOT NULL, moods mood[], prices price[],
      dates date[], times timestamptz[], documents jsonb[], pairs pair[], uuids uuid[])""")


@pytest.fixture
def shop(project):
    project.database.execute(
        "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount numeric(15,2) NOT NULL, "
        "class text)",
        "CREATE TABLE users (id bigint NOT NULL, email text)",
        "CREATE VIEW recent AS SELECT * FROM orders",
        "COMMENT ON TABLE orders IS E'One per order.\\n*/ #error \\\\'",
        "CREATE SCHEMA sales", "CREATE TABLE sales.items (id int)", "CREATE TABLE sales.users (id int)")
    project.configure("  - {name: public.orders, columns: [amount, id]}\n  - public.users")
    return project


def text_of(project, path):
    return (project.folder / path).read_text(encoding="utf-8")


def files(project, folder="models"):
    found = (project.folder / folder).rglob("*")
    return sorted(str(path.relative_to(project.folder)) for path in found if path.is_file())


def refused(project, *arguments, code=65):
    finished = project.run("generate", *arguments)
    assert finished.code == code, str(finished)
    return finished.err


def assert_formatted(path):
    """The text is formatted as it is, also for those who take the exception out."""
    text = path.read_text(encoding="utf-8")
    shutil.copy(ROOT / ".clang-format", path.parent)
    for variant in (text, text.replace("// clang-format off\n", "")):
        path.with_suffix(".variant.h").write_text(variant, encoding="utf-8")
        subprocess.run([CLANG_FORMAT, "--dry-run", "--Werror", path.with_suffix(".variant.h")],
                       check=True)


def arrow_includes():
    return ROOT / ".deps" / "arrow" / "include"


def assert_headers_compile(project, *headers):
    lines = [f'#include "{header}"\n' for header in (*headers, *headers)]
    (project.folder / "check.cc").write_text("".join(lines) + "int main() {}\n", encoding="utf-8")
    assert_compiles(project, "check.cc")


def assert_compiles(project, source):
    compiled = subprocess.run(
        [os.environ.get("CXX", "g++"), "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra",
         "-Werror", f"-isystem{ROOT / 'include'}", f"-isystem{arrow_includes()}", f"-I{project.folder}",
         str(project.folder / source)], capture_output=True, text=True, timeout=100, check=False)
    assert compiled.returncode == 0, compiled.stderr[:3000]


def test_a_table_becomes_a_header(shop):
    assert shop.succeed("generate", "orders").out == "wrote models/orders.h, 4 columns\n"
    text = text_of(shop, "models/orders.h")
    assert text.startswith("// clang-format off\n// Written by `carmilla generate public.orders`; "
                           "do not edit, run it again.\n")
    assert "/// One per order. * / #error \\.\nstruct orders {\n  int64_t id;\n" in text
    assert "  std::optional<std::string_view> class_;\n" in text
    assert 'NullableColumn<std::string_view> class_{"class", "text"};' in text
    for part in (shop.database.name, os.environ.get("PGUSER", "postgres"), "localhost", str(shop.folder)):
        assert part not in text, part


def test_the_same_database_gives_the_same_bytes(shop):
    shop.succeed("generate", "orders", "users")
    first = {path: text_of(shop, path) for path in files(shop)}
    shop.database.execute("INSERT INTO orders VALUES (1, 2, 3, 'x')", "ANALYZE")
    before = os.stat(shop.folder / "models/orders.h").st_mtime_ns
    assert shop.succeed("generate", "orders", "users").out == "2 headers up to date in models\n"
    assert {path: text_of(shop, path) for path in files(shop)} == first
    assert os.stat(shop.folder / "models/orders.h").st_mtime_ns == before


def test_names_patterns_and_schemas(shop):
    shop.succeed("generate", "recent", "items", "sales.users", "public.users")
    assert files(shop) == ["models/recent.h", "models/sales/items.h", "models/sales/users.h",
                           "models/users.h"]
    assert "namespace models::sales {" in text_of(shop, "models/sales/items.h")
    shop.succeed("generate", "public.*", "--out", "other/place")
    assert files(shop, "other") == ["other/place/orders.h", "other/place/users.h"]


def test_all_is_what_the_configuration_names(shop):
    shop.succeed("generate", "--all")
    assert files(shop) == ["models/orders.h", "models/users.h"]
    origin = text_of(shop, "models/orders.h").splitlines()[1]
    assert "generate public.orders --columns id,amount`" in origin
    assert "CARMILLA_MODEL(orders, id, amount);" in text_of(shop, "models/orders.h")


def test_fewer_columns_and_another_name(shop):
    shop.succeed("generate", "orders", "--columns", "class,id", "--name", "OrderClass")
    text = text_of(shop, "models/OrderClass.h")
    assert "--columns id,class --name OrderClass`" in text
    assert "CARMILLA_MODEL(OrderClass, id, class_);" in text
    assert "amount" not in text


def test_without_tables_the_headers_are_written_as_they_were_asked_for(shop):
    (shop.folder / "top.sql").write_text("SELECT max(id) AS top FROM public.orders;\n", encoding="utf-8")
    shop.succeed("generate", "orders", "--columns", "id,amount", "--name", "Order")
    shop.succeed("generate", "orders", "sales.items")
    shop.succeed("generate", "--query", "top.sql")
    assert shop.succeed("generate", "--check").out == "4 headers up to date in models\n"
    shop.database.execute("ALTER TABLE orders ALTER amount DROP NOT NULL")
    assert shop.succeed("generate").out == (
        "wrote models/Order.h, 2 columns\nwrote models/orders.h, 4 columns\n"
        "2 headers up to date in models\n")
    assert "CARMILLA_MODEL(Order, id, amount);" in text_of(shop, "models/Order.h")


def test_check_names_what_is_missing_and_what_differs(shop):
    shop.succeed("generate", "orders")
    shop.database.execute("ALTER TABLE orders ADD note text")
    before = text_of(shop, "models/orders.h")
    words = refused(shop, "orders", "users", "--check")
    assert "models/orders.h is not what the database says" in words
    assert "models/users.h is missing" in words
    assert "hint: run the same command without --check" in words
    assert "kind: stale_header, exit code 65" in words
    assert text_of(shop, "models/orders.h") == before and files(shop) == ["models/orders.h"]
    shop.succeed("generate", "orders", "users")
    shop.succeed("generate", "orders", "users", "--check")


def test_check_names_a_table_that_is_gone(shop):
    shop.succeed("generate", "orders", "users")
    shop.database.execute("DROP TABLE users")
    assert "no such relation: public.users" in refused(shop, "--check")


def test_unknown_names_are_answered_with_the_nearest(shop):
    assert 'did you mean "public.orders"?' in refused(shop, "ordres")
    assert 'did you mean "amount"?' in refused(shop, "orders", "--columns", "amuont")
    assert "matches no table: nowhere.*" in refused(shop, "nowhere.*")
    assert not (shop.folder / "models").exists()


def test_what_makes_no_sense_is_refused(shop):
    for arguments in (["orders", "--all"], ["--name", "X"], ["orders", "users", "--name", "X"],
                      ["public.*", "--columns", "id"], ["orders", "--columns", "id,,x"],
                      ["orders", "--name", "no name"], ["--all", "--task"], [], ["a.b.c"],
                      ["orders", "--query", "x.sql"], ["orders", "--check", "--task"]):
        assert "kind: usage" in refused(shop, *arguments, code=64), arguments
    assert not (shop.folder / "models").exists()


def test_a_table_that_no_struct_can_have_is_named_and_the_others_are_there(shop):
    wide = ", ".join(f"c{i} int" for i in range(301))
    shop.database.execute("CREATE TABLE odd (id int, position gtsvector)",
                          f"CREATE TABLE wide ({wide})", "CREATE TABLE none ()")
    shop.configure("  - public.*")
    words = " ".join(refused(shop, "--all", code=78).split())
    assert 'public.odd: mapping column "position"' in words
    assert "leave it out with --columns" in words
    assert "public.wide: a struct has room for 300 columns, it has 301" in words
    assert "public.none: it has no columns" in words
    assert files(shop) == ["models/orders.h", "models/users.h"]
    shop.succeed("generate", "odd", "--columns", "id")
    shop.succeed("generate", "wide", "--columns", "c300,c7")


def test_a_file_of_somebody_else_is_not_replaced(shop):
    (shop.folder / "models").mkdir()
    (shop.folder / "models/users.h").write_text("#pragma once  // Mine.\n", encoding="utf-8")
    words = refused(shop, "orders", "users", code=78)
    assert "models/users.h: there is a file that `carmilla generate` did not write" in words
    assert text_of(shop, "models/users.h") == "#pragma once  // Mine.\n"
    assert files(shop) == ["models/users.h"]


def test_two_structs_of_one_name_are_refused(shop):
    shop.database.execute('CREATE TABLE "a b" (id int)', 'CREATE TABLE "a-b" (id int)',
                          "CREATE TABLE sales (id int)")
    words = " ".join(refused(shop, 'public."a b"', 'public."a-b"', code=78).split())
    assert "the name is taken by another table or schema: models::a_b" in words
    assert "models::sales" in refused(shop, "public.sales", "sales.items", code=78)


def test_a_query_becomes_a_header(shop):
    (shop.folder / "top.sql").write_text(
        "-- The largest.\nSELECT u.email, sum(o.amount)::numeric(20,2) AS total\n"
        "FROM public.orders o JOIN public.users u ON u.id = o.user_id\nGROUP BY 1;\n", encoding="utf-8")
    assert shop.succeed("generate", "--query", "top.sql", "--name", "Top").out == "wrote models/Top.h, 2 columns\n"
    text = text_of(shop, "models/Top.h")
    assert 'kQuery = R"sql(-- The largest.\nSELECT' in text and 'GROUP BY 1)sql";' in text
    assert "std::optional<carmilla::Decimal<20, 2>> total;" in text
    (shop.folder / "bad.sql").write_text("SELECT nothing FROM public.orders", encoding="utf-8")
    assert 'column "nothing" does not exist' in refused(shop, "--query", "bad.sql")
    (shop.folder / "bad.sql").write_text("DELETE FROM public.orders", encoding="utf-8")
    assert "kind: query" in refused(shop, "--query", "bad.sql")
    (shop.folder / "bad.sql").write_text(" ;\n", encoding="utf-8")
    assert "it holds no SQL" in refused(shop, "--query", "bad.sql")
    assert "reading none.sql" in refused(shop, "--query", "none.sql", code=78)


def test_a_task_is_written_once(shop):
    out = shop.succeed("generate", "orders", "--task").out
    assert out == "wrote models/orders.h, 4 columns\nwrote tasks/orders.cc\n"
    task = text_of(shop, "tasks/orders.cc")
    assert '#include "models/orders.h"' in task and '.WriteParquet("orders_report")' in task
    (shop.folder / "tasks/orders.cc").write_text("// Mine.\n", encoding="utf-8")
    out = shop.succeed("generate", "orders", "--task").out
    assert out == "left tasks/orders.cc, which is yours\n1 header up to date in models\n"
    assert text_of(shop, "tasks/orders.cc") == "// Mine.\n"


def test_tables_of_one_name_get_a_task_each(shop):
    shop.database.execute("CREATE SCHEMA a", "CREATE TABLE a.orders (id int)",
                          "CREATE SCHEMA b", "CREATE TABLE b.orders (id int)")
    out = shop.succeed("generate", "a.orders", "b.orders", "--task").out
    assert out == ("wrote models/a/orders.h, 1 column\nwrote tasks/a_orders.cc\n"
                   "wrote models/b/orders.h, 1 column\nwrote tasks/b_orders.cc\n")
    assert '.WriteParquet("orders_report")' in text_of(shop, "tasks/a_orders.cc")
    assert '.WriteParquet("orders_report_2")' in text_of(shop, "tasks/b_orders.cc")
    out = shop.succeed("generate", "b.orders", "public.orders", "--task").out
    assert out == ("left tasks/b_orders.cc, which is yours\n"
                   "wrote models/orders.h, 4 columns\nwrote tasks/orders.cc\n"
                   "1 header up to date in models\n")
    assert '.WriteParquet("orders_report_3")' in text_of(shop, "tasks/orders.cc")
    for task in ("a_orders", "b_orders", "orders"):
        assert_compiles(shop, f"tasks/{task}.cc")


def test_a_task_for_a_table_of_a_name_that_has_one_is_another(shop):
    shop.succeed("generate", "sales.users", "--task")
    out = shop.succeed("generate", "users", "--task").out
    assert out == "wrote models/users.h, 2 columns\nwrote tasks/public_users.cc\n"
    assert '.WriteParquet("users_report_2")' in text_of(shop, "tasks/public_users.cc")
    out = shop.succeed("generate", "users", "sales.users", "--task").out
    assert "left tasks/public_users.cc" in out and "left tasks/users.cc" in out


def test_a_task_takes_no_name_of_a_configured_table_or_model(shop):
    shop.configure("  - {name: public.orders, as: users_report}\n  - public.users")
    (shop.folder / "models").mkdir()
    (shop.folder / "models/users_report_2.sql").write_text("SELECT 1 AS x", encoding="utf-8")
    shop.succeed("generate", "users", "--task")
    assert '.WriteParquet("users_report_3")' in text_of(shop, "tasks/users.cc")


def events(finished):
    return [json.loads(line) for line in finished.out.splitlines()]


def test_a_program_is_told_of_each_file(shop):
    shop.database.execute(f"CREATE TABLE wide ({', '.join(f'c{i} int' for i in range(301))})")
    headers = [{"file": "models/orders.h", "kind": "header", "result": "written", "columns": 4},
               {"file": "models/users.h", "kind": "header", "result": "written", "columns": 2}]
    tasks = [{"file": f"tasks/{name}.cc", "kind": "task", "result": "written"}
             for name in ("orders", "users")]
    assert events(shop.succeed("generate", "orders", "users", "--task", "--json")) == [
        headers[0], tasks[0], headers[1], tasks[1]]
    finished = shop.run("generate", "orders", "wide", "--task", "--json")
    assert finished.code == 78
    same, left, refusal = events(finished)
    assert (same["result"], left["result"]) == ("unchanged", "left")
    assert refusal["table"] == "public.wide" and refusal["error"]["kind"] == "configuration"
    assert "has room for 300 columns" in refusal["error"]["message"]
    shop.database.execute("ALTER TABLE users ADD age int")
    finished = shop.run("generate", "orders", "users", "recent", "--check", "--json")
    assert finished.code == 65
    assert {event["file"]: event["result"] for event in events(finished)} == {
        "models/orders.h": "unchanged", "models/users.h": "stale", "models/recent.h": "missing"}
    assert not (shop.folder / "models/recent.h").exists()
    assert shop.succeed("generate", "orders", "--check", "--json").err == ""


def test_no_lock_holds_anybody_up(shop):
    with shop.database.connect() as connection:
        connection.execute("BEGIN")
        connection.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        shop.succeed("generate", "orders", timeout=20)


def test_headers_are_formatted(shop):
    shop.database.execute(*EVERY_TYPE)
    shop.succeed("generate", "public.*", "sales.*")
    for path in files(shop):
        assert_formatted(shop.folder / path)


def test_every_type_has_a_member_and_the_header_compiles(shop):
    shop.database.execute(*EVERY_TYPE)
    shop.succeed("generate", "everything", "orders", "sales.items")
    text = text_of(shop, "models/everything.h")
    assert len([line for line in text.splitlines() if "Column<" in line]) == 57
    assert_headers_compile(shop, "models/everything.h", "models/orders.h", "models/sales/items.h")


def test_hostile_names_compile(shop):
    shop.database.execute(
        'CREATE SCHEMA std', 'CREATE SCHEMA carmilla', 'CREATE TABLE std."int" (id int)',
        'CREATE TABLE carmilla."class" (id int, "std" int NOT NULL)',
        'CREATE TABLE "Größe; */" ("a b" int, "a-b" int, "a_b" int, "1st" text, "class" text, '
        '"columns" int, "Columns" int, "kRelation" int, "int64_t" bigint NOT NULL, "std" text, '
        '"carmilla" text, "models" text, "__x" int, "_X" int, "NULL" int, "errno" int, "linux" int, '
        '"值" int, "" int)'.replace(', "" int', ""),
        'CREATE TABLE members (members int, "members_" int)',
        "CREATE TYPE class AS ENUM ('default', 'EOF', 'a b', 'a-b', '1', 'class')",
        'CREATE TABLE enums (class class, "default" class[] NOT NULL)')
    wide = ", ".join(f"column_with_a_long_name_{i} numeric(12,2)" for i in range(300))
    shop.database.execute(f"CREATE TABLE wide ({wide})")
    shop.succeed("generate", "public.*", "std.*", "carmilla.*")
    assert "models/Gr_e_.h" in files(shop)
    assert_headers_compile(shop, *files(shop))


def test_the_task_compiles_as_it_is(shop):
    shop.database.execute(*EVERY_TYPE)
    shop.succeed("generate", "orders", "everything", "sales.items", "--task")
    for task in ("tasks/orders.cc", "tasks/everything.cc", "tasks/items.cc"):
        assert_compiles(shop, task)
