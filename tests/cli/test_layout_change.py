"""The layout of a table changes: every reader sees one version, whatever older ones left beside it."""

import pytest

from crawled_project import CrawledProject

WRONG_CONFIGURATION = 78
BY_DAY = "  - {name: public.visits, partition_by: {column: at, every: day}}"
PLAIN = "  - public.visits"


def fill(project, first, last):
    project.database.execute(
        "TRUNCATE visits", "INSERT INTO visits SELECT i, date '2024-05-01' + i % 2"
        f" FROM generate_series({first}, {last}) i")


@pytest.fixture
def visits(project):
    project.database.execute("CREATE TABLE visits (id int PRIMARY KEY, at date)")
    fill(project, 1, 10)
    return project



@pytest.mark.parametrize("tables", [PLAIN, BY_DAY])
def test_in_a_directory_each_version_is_read_alone(visits, tables):
    for first, layout in ((1, "versioned"), (4, "stable"), (6, "versioned"), (8, "stable")):
        fill(visits, first, 10)
        visits.configure(tables=tables, extra=f"defaults: {{layout: {layout}}}")
        visits.succeed("run")
        assert visits.query("SELECT count(*), min(id) FROM visits") == [
            [str(11 - first), str(first)]]
        names = list(visits.lake.glob("visits/**/visits.parquet"))
        assert len(names) == (0 if layout == "versioned" else 1 if tables == PLAIN else 2)
    visits.succeed("verify")


@pytest.fixture
def cloud(visits, servers):
    return CrawledProject(visits, servers)


def use(cloud, tables, layout):
    cloud.configure(tables=tables, extra=f"defaults: {{layout: {layout}}}")


@pytest.mark.parametrize("tables", [PLAIN, BY_DAY])
def test_what_athena_would_read_twice_is_refused_before_a_row_is_read(cloud, tables):
    use(cloud, tables, "versioned")
    cloud.project.succeed("run")
    before = cloud.current_run("visits")
    objects = len(cloud.objects("lake/visits/"))
    use(cloud, tables, "stable")
    ran = cloud.project.run("run")
    assert ran.code == WRONG_CONFIGURATION, str(ran)
    assert ran.err.count("Athena would read too") == 1, str(ran)
    assert "another name with `as:`, or go back to `layout: versioned`" in ran.err
    assert cloud.current_run("visits") == before
    assert len(cloud.objects("lake/visits/")) == objects
    assert cloud.athena("SELECT count(*) AS n FROM visits") == [[10]]


@pytest.mark.parametrize("tables", [PLAIN, BY_DAY])
def test_athena_follows_back_to_the_versioned_layout(cloud, tables):
    use(cloud, tables, "stable")
    cloud.project.succeed("run")
    assert cloud.athena("SELECT count(*) AS n FROM visits") == [[10]]
    use(cloud, tables, "versioned")
    fill(cloud.project, 4, 10)
    cloud.project.succeed("run")
    assert cloud.athena("SELECT count(*) AS n, min(id) AS first FROM visits") == [[7, 4]]


def test_a_version_that_was_published_without_the_catalog_is_not_shown_with_older_rows(cloud):
    use(cloud, PLAIN, "versioned")
    cloud.project.succeed("run")
    path = cloud.project.folder / "carmilla.yaml"
    use(cloud, PLAIN, "stable")
    whole = path.read_text()
    path.write_text(whole.replace(f", catalog: {{glue: {{database: {cloud.database}}}}}", ""))
    fill(cloud.project, 4, 10)
    cloud.project.succeed("run")
    path.write_text(whole)
    told = cloud.project.run("status")
    assert "Athena would read too" in told.err + told.out, str(told)
    assert cloud.athena("SELECT count(*) AS n FROM visits") == [[10]]


@pytest.mark.parametrize("tables", [PLAIN, BY_DAY])
def test_what_a_crawler_leaves_out_and_athena_reads_is_refused_too(cloud, tables):
    use(cloud, tables, "versioned")
    cloud.project.succeed("run")
    cloud.glue.delete_table(DatabaseName=cloud.database, Name="visits")
    before = cloud.current_run("visits")
    cloud.crawl(tables=tables)
    ran = cloud.project.run("run")
    assert ran.code == WRONG_CONFIGURATION, str(ran)
    assert ran.err.count("Athena would read too") == 1, str(ran)
    assert cloud.current_run("visits") == before
    # Under another name it has a folder of its own, and the crawler finds nothing in the old one.
    cloud.crawl(tables=tables.replace("public.visits", "{name: public.visits, as: visits_2}")
                if tables == PLAIN else tables.replace("visits,", "visits, as: visits_2,"))
    for first in (4, 6):
        fill(cloud.project, first, 10)
        cloud.project.succeed("run")
        keys = [key["Name"] for key in cloud.table("visits_2")["PartitionKeys"]]
        assert keys == ([] if tables == PLAIN else ["dt"])
        assert cloud.athena("SELECT count(*) AS n, min(id) AS first FROM visits_2") == [
            [11 - first, first]]
    names = [one["Name"] for one in cloud.glue.get_tables(DatabaseName=cloud.database)["TableList"]]
    assert names == ["visits_2"]


def test_a_crawler_shows_no_version_that_was_published_without_it(cloud):
    use(cloud, PLAIN, "versioned")
    cloud.project.succeed("run")
    cloud.glue.delete_table(DatabaseName=cloud.database, Name="visits")
    cloud.crawl(tables=PLAIN)
    path = cloud.project.folder / "carmilla.yaml"
    whole = path.read_text()
    begin = whole.index(", catalog:")
    path.write_text(whole[:begin] + whole[whole.index("}}}", begin) + 3:])
    cloud.project.succeed("run")
    path.write_text(whole)
    ran = cloud.project.run("run")
    assert ran.code == WRONG_CONFIGURATION and "Athena would read too" in ran.err, str(ran)
    assert cloud.glue.get_tables(DatabaseName=cloud.database)["TableList"] == []
