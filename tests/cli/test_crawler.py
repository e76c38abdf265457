"""Crawler mode: the crawler is made, told of every table, started and waited for; what was published
stays published, whatever becomes of it. The stand-in's crawls take a second."""

import json
import signal
import time

import pytest

from cloud_proxy import first_times, lose_answer
from crawled_project import OWN_FILES, CrawledProject
from examination import Examination

STOPPED_BY_USER = 130
TRY_AGAIN = 75
REFUSED = 77
WRONG_CONFIGURATION = 78
WAIT_SECONDS = 60


@pytest.fixture
def cloud(project, servers):
    project.database.execute(
        "CREATE TABLE orders (id int PRIMARY KEY, at date)",
        "INSERT INTO orders VALUES (1, '2024-05-01'), (2, '2024-05-02')", "ANALYZE")
    made = CrawledProject(project, servers)
    made.crawl()
    return made


def test_a_missing_crawler_is_made_started_and_waited_for(cloud):
    ran = cloud.project.succeed("run")
    assert f"published; waiting for crawler {cloud.crawler}" in ran.err
    crawler = cloud.shown()
    assert (crawler["State"], crawler["LastCrawl"]["Status"]) == ("READY", "SUCCEEDED")
    assert (crawler["Role"], crawler["DatabaseName"]) == ("glue-lake", cloud.database)
    assert crawler["SchemaChangePolicy"]["DeleteBehavior"] == "LOG"
    assert cloud.targets() == {"orders/": OWN_FILES}
    # Tables are the crawler's affair.
    assert cloud.table("orders")["Parameters"]["UPDATED_BY_CRAWLER"] == cloud.crawler
    assert cloud.athena("SELECT id FROM orders ORDER BY id") == [[1], [2]]
    keys = [entry["Key"] for entry in
            cloud.s3.list_objects_v2(Bucket=cloud.bucket, Prefix="lake/orders/")["Contents"]]
    assert [key for key in keys if "_carmilla" not in key] == ["lake/orders/orders.parquet"]


def test_a_run_of_some_tables_narrows_no_targets(cloud):
    cloud.project.database.execute("CREATE TABLE items (id int)")
    cloud.project.succeed("run")
    cloud.project.succeed("run", "orders")
    assert cloud.targets() == {"orders/": OWN_FILES, "items/": OWN_FILES}
    assert cloud.crawls() == ["COMPLETED", "COMPLETED"]


def test_targets_of_others_are_kept(cloud):
    cloud.make_crawler()
    cloud.project.succeed("run")
    assert cloud.targets() == {f"s3://{cloud.bucket}/elsewhere": ["x"],
                               "orders/": OWN_FILES}
    assert cloud.shown()["Role"] == "theirs"


def test_partitions_lie_where_a_crawler_finds_them(cloud):
    cloud.crawl(tables="  - {name: public.orders, partition_by: {column: at, every: day}}")
    cloud.project.succeed("run")
    assert cloud.targets() == {"orders/": OWN_FILES}
    keys = {entry["Key"] for entry in
            cloud.s3.list_objects_v2(Bucket=cloud.bucket, Prefix="lake/orders/")["Contents"]}
    assert {"lake/orders/dt=2024-05-01/orders.parquet",
            "lake/orders/dt=2024-05-02/orders.parquet"} <= keys
    by_day = "SELECT count(*) AS n FROM orders WHERE dt = '2024-05-02'"
    assert cloud.athena(by_day) == [[1]] and cloud.project.query(by_day) == [["1"]]
    agreed = cloud.project.succeed("compare")
    assert "athena" in agreed.out, str(agreed)


def test_a_crawl_that_is_going_on_is_waited_for_and_followed_by_another(cloud):
    cloud.make_crawler()
    cloud.project.succeed("run")
    cloud.glue.start_crawler(Name=cloud.crawler)
    cloud.project.succeed("run")
    assert cloud.crawls() == ["COMPLETED"] * 3


def test_a_crawler_that_stays_at_work_is_told_after_the_time_limit(cloud, proxy):
    cloud.crawl(keys=", role: glue-lake, time_limit: 2")
    proxy.script = first_times(1000, "StartCrawler",
                               lambda request, _: request.refusal("CrawlerRunningException"))
    ran = cloud.project.run("run", "--json")
    assert ran.code == TRY_AGAIN, str(ran)
    assert ran.report()["catalog_error"]["kind"] == "timeout"
    assert ran.err.count("the tables are published, and it is still at work") == 1
    assert cloud.is_published()
    # The next run heals it.
    proxy.script = lambda request, forward: forward()
    cloud.project.succeed("run")
    assert cloud.crawls() == ["COMPLETED"]


def test_a_lost_answer_of_the_start_is_found_out(cloud, proxy):
    proxy.script = first_times(1, "StartCrawler", lose_answer)
    cloud.project.succeed("run")
    assert cloud.crawls() == ["COMPLETED"]


@pytest.mark.parametrize("operation", ["CreateCrawler", "StartCrawler", "GetCrawler"])
def test_throttling_is_waited_out(cloud, proxy, operation):
    proxy.script = first_times(
        1, operation, lambda request, _: request.refusal("ThrottlingException"))
    cloud.project.succeed("run")
    assert cloud.crawls() == ["COMPLETED"]


def test_a_crawl_that_failed_is_told_with_its_log(cloud, proxy):
    def script(request, forward):
        answer = forward()
        if request.operation != "GetCrawler" or answer.status != 200:
            return answer
        crawler = json.loads(answer.body)
        if "LastCrawl" in crawler["Crawler"]:
            crawler["Crawler"]["LastCrawl"] |= {"Status": "FAILED", "ErrorMessage": "no access"}
        return answer._replace(body=json.dumps(crawler).encode())

    proxy.script = script
    ran = cloud.project.run("run")
    assert ran.code == TRY_AGAIN, str(ran)
    assert "the tables are published, and the crawl ended as FAILED: no access" in ran.err
    assert "read its log /aws-glue/crawlers" in ran.err
    assert cloud.is_published()
    assert "1 of 1 table" in ran.err


def test_a_refusal_to_start_names_the_action_and_what_is_published_stays(cloud, proxy):
    proxy.script = first_times(
        1000, "StartCrawler", lambda request, _: request.refusal("AccessDeniedException"))
    ran = cloud.project.run("run")
    assert ran.code == REFUSED, str(ran)
    assert f"glue:StartCrawler on crawler {cloud.crawler}: AccessDeniedException" in ran.err
    assert cloud.is_published()


def test_what_can_be_known_before_is_refused_before_a_row_is_read(cloud, proxy):
    proxy.script = first_times(
        1000, "GetCrawler", lambda request, _: request.refusal("AccessDeniedException"))
    ran = cloud.project.run("run")
    assert ran.code == REFUSED and "glue:GetCrawler" in ran.err, str(ran)
    proxy.script = lambda request, forward: forward()
    cloud.crawl(keys="")
    ran = cloud.project.run("run")
    assert ran.code == WRONG_CONFIGURATION and "no role to make it with" in ran.err, str(ran)
    cloud.make_crawler(database="theirs")
    ran = cloud.project.run("run")
    assert ran.code == WRONG_CONFIGURATION and "another database, theirs" in ran.err, str(ran)
    assert "Contents" not in cloud.s3.list_objects_v2(Bucket=cloud.bucket)


def test_a_layout_that_no_crawler_can_read_is_refused_with_its_place(cloud):
    cloud.configure(glue=f", crawler: {{name: {cloud.crawler}}}")
    ran = cloud.project.run("run")
    assert ran.code == WRONG_CONFIGURATION, str(ran)
    assert "carmilla.yaml:4:" in ran.err
    assert "a crawler needs the stable layout of every table" in ran.err


def test_ctrl_c_ends_the_waiting_and_what_is_published_stays(cloud, proxy):
    proxy.script = first_times(1000, "StartCrawler",
                               lambda request, _: request.refusal("CrawlerRunningException"))
    process = cloud.project.start("run")
    deadline = time.monotonic() + WAIT_SECONDS
    while "StartCrawler" not in proxy.seen and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    ran = cloud.project.finish(process)
    assert ran.code == STOPPED_BY_USER, str(ran)
    assert "the tables are published" in ran.err
    assert cloud.is_published()


def test_the_doctor_looks_at_the_crawler(cloud, proxy):
    steps = Examination(cloud.project, "--aws").report["aws"]["steps"]
    assert steps["takes a table in Glue"] and "is read by Athena" not in steps
    proxy.script = first_times(
        1000, "GetCrawler", lambda request, _: request.refusal("AccessDeniedException"))
    finding, = Examination(cloud.project, "--aws").found["aws-catalog"]
    assert finding["cure"][0].startswith(
        "Allow glue:GetCrawler on arn:aws:glue:eu-west-1:123456789012:crawler/" + cloud.crawler)
