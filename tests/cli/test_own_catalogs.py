"""Tables with a database or a crawler of their own: each is registered where it says, and found by
its one name on both engines."""

import uuid

import pytest

from crawled_project import OWN_FILES, CrawledProject

WRONG_CONFIGURATION = 78
BOTH = "SELECT sum(amount) AS total FROM orders JOIN bills USING (id)"


@pytest.fixture
def finance(cloud):
    """The name of a second database."""
    return cloud.database.replace("raw", "finance")


@pytest.fixture
def shop(cloud, finance):
    cloud.project.database.execute(
        "CREATE TABLE orders (id int PRIMARY KEY, at date)",
        "INSERT INTO orders VALUES (1, '2024-05-01'), (2, '2024-05-02')",
        "CREATE TABLE bills (id int PRIMARY KEY, amount numeric(12,2))",
        "INSERT INTO bills VALUES (1, 10.50), (2, 20.25)", "ANALYZE")
    cloud.configure(tables="  - public.orders\n  - {name: public.bills, "
                           f"catalog: {{glue: {{database: {finance}}}}}}}")
    return cloud


def names(cloud, database):
    return [table["Name"] for table in
            cloud.glue.get_tables(DatabaseName=database)["TableList"]]


def test_a_table_is_registered_in_its_own_database_and_found_by_its_name(shop, finance):
    shop.project.succeed("run")
    assert (names(shop, shop.database), names(shop, finance)) == (["orders"], ["bills"])
    for sql in (BOTH, f"WITH x AS ({BOTH}) SELECT * FROM x"):
        assert shop.athena(sql) == [[30.75]]
        assert shop.project.query(sql) == [["30.75"]]
    agreed = shop.project.succeed("compare")
    assert "bills" in agreed.out and "athena" in agreed.out, str(agreed)


def test_status_lets_it_follow_in_its_own_database(shop, finance):
    shop.project.succeed("run")
    lagging = shop.glue.get_table(DatabaseName=finance, Name="bills")["Table"]
    shop.project.database.execute("INSERT INTO bills VALUES (3, 1)")
    shop.project.succeed("run")
    shop.put_back(lagging, finance)
    assert shop.athena("SELECT count(*) AS n FROM bills") == [[2]]
    shop.project.succeed("status")
    assert shop.athena("SELECT count(*) AS n FROM bills") == [[3]]


def test_models_on_athena_find_it(shop):
    models = shop.project.folder / "models"
    models.mkdir()
    (models / "paid.sql").write_text(BOTH)
    (models / "total.sql").write_text("SELECT total FROM paid")
    (models / "total.yaml").write_text("materialized: table\n")
    shop.project.succeed("run")
    shop.project.succeed("models", "check")
    shop.project.succeed("models", "run", "--on", "athena")
    assert shop.athena("SELECT total FROM paid") == [[30.75]]
    assert shop.project.query("SELECT total FROM total") == [["30.75"]]


def test_somebody_elses_table_there_is_refused_before_a_row_is_read(shop, finance):
    shop.glue.create_database(DatabaseInput={"Name": finance})
    shop.glue.create_table(DatabaseName=finance, TableInput={"Name": "bills"})
    ran = shop.project.run("run", "bills")
    assert ran.code == WRONG_CONFIGURATION, str(ran)
    assert f"somebody else's table has this name: {finance}.bills" in ran.err


def test_the_doctor_looks_at_every_database(shop, finance):
    shop.project.succeed("doctor", "--aws")
    assert finance in [one["Name"] for one in shop.glue.get_databases()["DatabaseList"]]


@pytest.fixture
def crawled(shop, finance):
    """Orders are found by the crawler of the lake, bills and payments by one of their own."""
    made = CrawledProject(shop.project, shop.servers)
    made.other = f"finance-{uuid.uuid4().hex[:8]}"
    shop.project.database.execute("CREATE TABLE payments AS SELECT * FROM bills")
    own = f"{{database: {finance}, crawler: {{name: {made.other}"
    made.crawl(tables="  - public.orders\n"
               f"  - {{name: public.bills, catalog: {{glue: {own}, role: theirs}}}}}}}}\n"
               f"  - {{name: public.payments, catalog: {{glue: {own}}}}}}}}}")
    return made


def test_each_crawler_is_started_once_for_all_its_tables(crawled, finance):
    ran = crawled.project.succeed("run")
    assert f"waiting for crawler {crawled.crawler} and crawler {crawled.other}" in ran.err
    assert crawled.targets() == {"orders/": OWN_FILES}
    assert crawled.targets(crawled.other) == {"bills/": OWN_FILES, "payments/": OWN_FILES}
    other = crawled.shown(crawled.other)
    assert (other["DatabaseName"], other["Role"]) == (finance, "theirs")
    assert crawled.crawls() == crawled.crawls(crawled.other) == ["COMPLETED"]


def test_a_run_of_some_tables_starts_their_crawler_alone_and_narrows_nothing(crawled):
    crawled.project.succeed("run")
    ran = crawled.project.succeed("run", "bills")
    assert f"waiting for crawler {crawled.other}\n" in ran.err
    assert crawled.targets(crawled.other) == {"bills/": OWN_FILES, "payments/": OWN_FILES}
    assert len(crawled.crawls()) == 1 and len(crawled.crawls(crawled.other)) == 2


def test_a_table_that_cannot_be_there_is_told_with_its_place(crawled, finance):
    crawled.crawl(tables="  - public.orders\n  - {name: public.bills, "
                         f"catalog: {{glue: {{database: {finance}}}}}}}")
    ran = crawled.project.run("plan")
    assert ran.code == WRONG_CONFIGURATION, str(ran)
    assert "carmilla.yaml:9:26: the crawler" in ran.err, str(ran)
    assert f'writes into the database "{crawled.database}"' in ran.err
