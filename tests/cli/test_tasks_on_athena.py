"""Tasks that read from Athena, and the lake in a bucket."""

import os
import pathlib
import subprocess

import pytest

from cloud_project import CloudProject

STALE_HEADER = 65
WRONG_CONFIGURATION = 78

CMAKE = """cmake_minimum_required(VERSION 3.25)
project(sales LANGUAGES CXX)
find_package(carmilla REQUIRED)
add_executable(sales main.cc)
target_link_libraries(sales PRIVATE carmilla::carmilla)
"""

PROGRAM = r"""
#include <carmilla/carmilla.h>

struct Sales {
  int64_t customer;
  carmilla::Decimal<38, 2> total;
  int64_t orders;
  carmilla::Timestamp last_one;
};
CARMILLA_RECORD(Sales, customer, total, orders, CARMILLA_FIELD(last_one, "lastOne"));

constexpr char kSql[] =
    "SELECT customer, sum(amount) AS total, count(*) AS orders, max(placed) AS lastOne\n"
    "FROM orders GROUP BY customer -- one row each";

arrow::Status ByAthena(carmilla::Context& context) {
  return context.Athena<Sales>(kSql).WriteParquet("sales");
}
CARMILLA_TASK(ByAthena, .name = "by_athena");

struct Order {
  int64_t id;
  std::optional<carmilla::Decimal<18, 4>> amount;
  carmilla::TimestampTz placed;
};
CARMILLA_RECORD(Order, id, amount, placed);

arrow::Status FromLake(carmilla::Context& context) {
  return context.Lake<Order>("orders")
      .Filter([](const Order& order) { return order.id > 50; })
      .WriteParquet("late_orders");
}
CARMILLA_TASK(FromLake, .name = "from_lake");

struct Wrong {
  int32_t orders;
  std::string name;
};
CARMILLA_RECORD(Wrong, orders, name);

arrow::Status Stale(carmilla::Context& context) {
  return context.Athena<Wrong>(kSql).WriteParquet("wrong");
}
CARMILLA_TASK(Stale, .name = "stale");

int main(int argc, char** argv) { return carmilla::Main(argc, argv); }
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("athena_tasks")
    build = pathlib.Path(os.environ["CARMILLA_PROGRAM"]).parent
    (folder / "CMakeLists.txt").write_text(CMAKE, encoding="utf-8")
    (folder / "main.cc").write_text(PROGRAM, encoding="utf-8")
    for command in (["cmake", "--install", str(build), "--prefix", str(folder / "installed")],
                    ["cmake", "-B", "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                     f"-DCMAKE_PREFIX_PATH={folder / 'installed'}"],
                    ["cmake", "--build", "build"]):
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True,
                              timeout=400)
        assert done.returncode == 0, done.stdout + done.stderr
    return str(folder / "build/sales")


@pytest.fixture
def shop(program, project, servers):
    project.program = program
    cloud = CloudProject(project, servers)
    cloud.project.database.execute(
        "CREATE TABLE orders (id bigint NOT NULL, customer int, amount numeric(12,2),"
        " placed timestamptz NOT NULL)",
        "INSERT INTO orders SELECT i, 1 + i % 3, i * 0.5, timestamptz '2024-05-01 10:00:00.125Z'"
        " + i * interval '1 hour' FROM generate_series(1, 60) i")
    cloud.configure()
    cloud.project.succeed("run", "orders")
    return cloud


def test_rows_that_athena_computes_are_written_as_any_others(shop):
    statements = shop.statements_of("run", "by_athena")
    assert sum("UNLOAD" in statement for statement in statements) == 1
    assert shop.athena("SELECT customer, orders FROM sales ORDER BY 1") == [[1, 20], [2, 20], [3, 20]]
    rows = shop.project.database.rows(
        "SELECT sum(amount), max(placed) AT TIME ZONE 'UTC' FROM orders")
    assert shop.project.query("SELECT sum(total), max(lastone) FROM sales") == [
        [str(rows[0][0]), str(rows[0][1])[:23]]]
    assert shop.manifest("sales")["model"]["inputs"] == {"athena": ""}
    shop.project.succeed("verify")


def test_what_athena_gives_is_compared_with_the_struct(shop):
    done = shop.project.run("run", "stale")
    assert done.code == STALE_HEADER, str(done)
    assert "orders is int64 and its member int32; there is no column name" in done.err
    assert shop.objects("lake/wrong/") == []


def test_a_lake_in_a_bucket_is_read(shop):
    shop.project.succeed("run", "from_lake")
    assert shop.project.query("SELECT count(*), sum(amount) FROM late_orders") == [["10", "277.5000"]]
    assert shop.manifest("late_orders")["model"]["inputs"] == {"orders": ""}


def test_without_a_catalog_athena_is_refused(program, project):
    project.program = program
    project.database.execute("CREATE TABLE orders (id bigint)")
    project.configure()
    done = project.run("run", "by_athena")
    assert done.code == WRONG_CONFIGURATION, str(done)
    assert "the lake has no catalog" in done.err and "catalog: {glue:" in done.err
