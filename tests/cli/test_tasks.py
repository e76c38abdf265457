"""A project with typed tasks, built outside of the source tree against the installed package."""

import os
import pathlib
import shutil
import subprocess

import pytest

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples/orders"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the example, built as its README says."""
    folder = tmp_path_factory.mktemp("tasks")
    build = pathlib.Path(os.environ["CARMILLA_PROGRAM"]).parent
    subprocess.run(["cmake", "--install", str(build), "--prefix", str(folder / "installed")],
                   check=True, stdout=subprocess.DEVNULL, timeout=120)
    shutil.copytree(EXAMPLE, folder / "orders")
    for command in (["cmake", "-B", "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                     f"-DCMAKE_PREFIX_PATH={folder / 'installed'}"],
                    ["cmake", "--build", "build"]):
        done = subprocess.run(command, cwd=folder / "orders", check=False, capture_output=True,
                              text=True, timeout=400)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "orders"


@pytest.fixture
def shop(built, project):
    """The example's program and configuration, with a database and a lake of its own."""
    project.database.execute((EXAMPLE / "schema.sql").read_text(encoding="utf-8"))
    shutil.copy(EXAMPLE / "carmilla.yaml", project.folder)
    project.program = str(built / "build/orders")
    return project


def test_the_example_tests_its_join_without_a_database(built):
    done = subprocess.run([str(built / "build/orders_test"), "--gtest_brief=1"], check=False,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_the_headers_are_those_that_generate_writes(built, shop):
    shutil.copytree(built / "models", shop.folder / "models")
    assert "5 headers up to date" in shop.succeed("generate", "--check").out


def test_all_tasks_publish_what_the_database_computes(shop):
    assert "size, checksum, footer" in shop.succeed("run").err
    joined = shop.database.rows(
        "SELECT count(*), sum(round(amount * (1 + rate) * usd_rate, 2)) FROM orders o"
        " JOIN users u ON u.id = o.user_id JOIN taxes t ON t.country = u.country"
        " JOIN currencies c ON c.code = o.currency WHERE status <> 'cancelled'")
    assert shop.query("SELECT count(*), sum(amount_usd) FROM combined_orders") == texts(joined)
    months = shop.query("SELECT dt, count(*) FROM combined_orders_by_month GROUP BY ALL "
                        "ORDER BY ALL")
    assert [month for month, _ in months] == ["2024-01-01", "2024-02-01", "2024-03-01"]
    sums = shop.database.rows(
        "SELECT count(DISTINCT coalesce(user_id, -1)), sum(amount) FROM orders")
    assert shop.query("SELECT count(*), sum(amount) FROM spending") == texts(sums)
    sales = shop.database.rows(
        "SELECT count(*), sum(amount), count(*) FILTER (WHERE amount >= 50000) FROM ("
        " SELECT product_id, sum(amount) AS amount FROM orders"
        " WHERE created_at >= '2024-02-01Z' AND status <> 'cancelled' GROUP BY 1) AS each")
    assert shop.query("SELECT count(*), sum(amount), count(*) FILTER (amount >= 50000)"
                      " FROM product_sales") == texts(sales)
    assert shop.query("SELECT count(*) FROM best_products") == [[texts(sales)[0][2]]]
    shop.succeed("verify")


def texts(rows):
    return [[str(value) for value in row] for row in rows]


def test_what_tasks_write_is_proven_as_defaults_say(shop):
    with open(shop.folder / "carmilla.yaml", "a", encoding="utf-8") as configuration:
        configuration.write("defaults: {proof: full}\n")
    assert "every stored value, decoded again" in shop.succeed("run", "small").err


def test_groups_and_tasks_are_run_by_name(shop):
    shop.succeed("run", "small")
    tables = shop.succeed("status").out
    assert "spending" in tables and "combined_orders_in_memory" in tables
    assert "by_month" not in tables
    assert "combined_orders  streaming" in shop.succeed("list").out
    assert "combined_orders, by_month; the estimates" in " ".join(
        shop.succeed("plan", "streaming").out.split())
    unknown = shop.run("run", "smal")
    assert unknown.code == 64 and "smal" in unknown.err


def test_tasks_run_in_processes_of_their_own_too(shop):
    shop.succeed("run", "all", "--set", "isolation=process")
    sums = shop.database.rows(
        "SELECT count(DISTINCT coalesce(user_id, -1)), sum(amount) FROM orders")
    assert shop.query("SELECT count(*), sum(amount) FROM spending") == texts(sums)
    shop.succeed("verify")


def test_a_stale_header_is_refused_by_column(shop):
    shop.database.execute("ALTER TABLE orders ALTER amount TYPE numeric(20,4)")
    done = shop.run("run", "combined_orders")
    assert done.code == 65, str(done)
    assert "amount" in done.err and "carmilla generate" in done.err
    assert not (shop.lake / "combined_orders/_carmilla/current.json").exists()


def test_a_limit_writes_plain_files(shop):
    shop.succeed("run", "combined_orders", "--limit", "10", "--to", "taste")
    assert (shop.folder / "taste/combined_orders.parquet").exists()
    assert not (shop.lake / "combined_orders").exists()


def test_a_limit_reads_the_lake_and_leaves_it_alone(shop):
    shop.succeed("run", "small")
    before = (shop.lake / "best_products/_carmilla/current.json").read_text(encoding="utf-8")
    shop.succeed("run", "best_products", "--limit", "10", "--to", "taste")
    assert (shop.folder / "taste/best_products.parquet").exists()
    assert before == (shop.lake / "best_products/_carmilla/current.json").read_text(encoding="utf-8")
