"""Glue and Athena fail in the ways that they do: throttled, lost, partly, for ever. A run then ends
with what it promised, or says what is wrong and is healed by the next. Names of rows: the faults of
AWS in the order in which they were collected, A3 to A23."""

import signal
import time

import pytest

from cloud_project import CloudProject
from cloud_proxy import LOST, SILENCE, CloudProxy, first_times, lose_answer

AGAIN = 75
UNAVAILABLE = 69
WRONG_CONFIGURATION = 78
STOPPED_BY_USER = 130
# A single call that nobody answers is given up after half a minute, and repeated.
SOON_SECONDS = 60
PARTITIONED = "  - {name: public.orders, partition_by: {column: at, every: day}}"


@pytest.fixture
def cloud(project, servers):
    """Orders of three days, published by days, with a proxy before all services."""
    made = CloudProject(project, servers)
    made.proxy = CloudProxy(servers)
    project.environment |= made.proxy.environment
    project.database.execute("CREATE TABLE orders (id int, at date)")
    fill(made, 1, 3)
    made.configure(tables=PARTITIONED)
    yield made
    made.proxy.close()


def fill(cloud, first_day, last_day):
    cloud.project.database.execute(
        "TRUNCATE orders", "INSERT INTO orders SELECT i, make_date(2024, 5, i)"
        f" FROM generate_series({first_day}, {last_day}) i")


def run_that_stops_at(cloud, operation):
    """Starts a run, and stops it when it asks for an operation, which nobody answers."""
    cloud.proxy.script = lambda request, forward: (
        SILENCE if request.operation == operation else forward())
    cloud.proxy.seen.clear()
    process = cloud.project.start("run")
    deadline = time.monotonic() + SOON_SECONDS
    while operation not in cloud.proxy.seen and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    return cloud.project.finish(process, timeout=SOON_SECONDS)


def is_shown(cloud, days):
    """Glue shows the version of the pointer, and exactly its partitions."""
    run_id = cloud.current_run("orders")
    locations = cloud.locations("orders")
    return (cloud.table("orders")["Parameters"]["carmilla.run_id"] == run_id
            and locations == {day: f"s3://{cloud.bucket}/lake/orders/dt={day}/{run_id}/"
                              for day in (f"2024-05-0{number}" for number in days)})


def each_operation_once(spoil):
    """Spoils the first request of every operation of Glue and Athena."""
    spoilt = set()

    def script(request, forward):
        if request.service == "s3" or request.operation in spoilt:
            return forward()
        spoilt.add(request.operation)
        return spoil(request, forward)

    script.spoilt = spoilt
    return script


SPOILS = {
    "A3 the answer is lost": lose_answer,
    "A2 the request is lost": lambda request, forward: LOST,
    "A15 throttled": lambda request, forward: request.refusal("ThrottlingException"),
    "A15 timeout": lambda request, forward: request.refusal("OperationTimeoutException"),
    "A15 internal": lambda request, forward: request.refusal("InternalServiceException",
                                                             status=500),
    "A3 done, and an internal error": lambda request, forward: forward() and request.refusal(
        "InternalServiceException", status=500)}


@pytest.mark.parametrize("fault", SPOILS)
def test_every_operation_may_fail_once(cloud, servers, fault):
    athena = servers.client("athena")
    before = set(athena.list_query_executions()["QueryExecutionIds"])
    cloud.proxy.script = script = each_operation_once(SPOILS[fault])
    cloud.project.succeed("run")
    assert is_shown(cloud, (1, 2, 3))
    fill(cloud, 2, 4)
    cloud.project.succeed("run")
    assert is_shown(cloud, (2, 3, 4))
    assert cloud.athena("SELECT count(*) AS n, max(dt) AS last FROM orders") == [
        [3, "2024-05-04"]]
    assert script.spoilt == {
        "GetDatabase", "CreateDatabase", "GetTable", "CreateTable", "UpdateTable",
        "GetPartitions", "BatchCreatePartition", "BatchUpdatePartition", "BatchDeletePartition",
        "StartQueryExecution", "GetQueryExecution", "GetQueryResults"}
    started = set(athena.list_query_executions()["QueryExecutionIds"]) - before
    assert len(started) == 1, "a lost answer starts no second query"


def test_a16_whoever_changes_the_table_meanwhile_is_not_overwritten_unseen(cloud):
    cloud.project.succeed("run")
    known = ("Name", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters")

    def somebody_is_faster(request, forward):
        table = cloud.table("orders")
        table["Parameters"]["owner"] = "ada"
        cloud.glue.update_table(DatabaseName=cloud.database,
                                TableInput={name: table[name] for name in known})
        return forward()

    fill(cloud, 2, 4)
    cloud.proxy.seen.clear()
    cloud.proxy.script = first_times(1, "UpdateTable", somebody_is_faster)
    cloud.project.succeed("run")
    assert cloud.proxy.seen.count("UpdateTable") == 2
    assert is_shown(cloud, (2, 3, 4))
    assert cloud.table("orders")["Parameters"]["owner"] == "ada"


def test_a17_what_a_crawler_or_a_person_changed_is_put_right_or_refused(cloud):
    cloud.project.succeed("run")
    known = ("Name", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters")
    table = {name: cloud.table("orders")[name] for name in known}
    right = table["StorageDescriptor"]["Location"]
    table["StorageDescriptor"]["Location"] = f"s3://{cloud.bucket}/elsewhere/"
    cloud.glue.update_table(DatabaseName=cloud.database, TableInput=table)
    cloud.project.succeed("status")
    assert cloud.table("orders")["StorageDescriptor"]["Location"] == right
    cloud.glue.update_table(DatabaseName=cloud.database, TableInput=table | {
        "Parameters": {"UPDATED_BY_CRAWLER": "nightly"}})
    refused = cloud.project.run("run")
    assert refused.code == WRONG_CONFIGURATION and "adopt: true" in refused.err, str(refused)


def test_a19_a_success_that_failed_in_parts_is_a_failure_and_healed(cloud):
    def failed_in_part(code):
        error = {"PartitionValues": ["2024-05-02"],
                 "ErrorDetail": {"ErrorCode": code, "ErrorMessage": "of a test"}}

        def spoil(request, forward):
            answer = forward()
            cloud.glue.delete_partition(DatabaseName=cloud.database, TableName="orders",
                                        PartitionValues=["2024-05-02"])
            return answer._replace(body=request.refusal(code).body.replace(
                b"{", b'{"Errors": [' + str(error).replace("'", '"').encode() + b"], ", 1))
        return spoil

    cloud.proxy.script = first_times(1, "BatchCreatePartition",
                                     failed_in_part("ResourceNumberLimitExceededException"))
    failed = cloud.project.run("run")
    assert failed.code == WRONG_CONFIGURATION, str(failed)
    assert "glue:BatchCreatePartition" in failed.err and "which moved to run" in failed.err
    assert "Service Quotas" in failed.err, str(failed)
    assert "`carmilla status` tells what was published" in failed.err, str(failed)
    assert not is_shown(cloud, (1, 2, 3))
    cloud.proxy.script = first_times(1, "BatchCreatePartition",
                                     failed_in_part("InternalServiceException"))
    cloud.project.succeed("status")
    assert is_shown(cloud, (1, 2, 3))


def test_a20_a_table_keeps_no_versions_in_glue(cloud):
    for last_day in (3, 4, 5):
        fill(cloud, 1, last_day)
        cloud.project.succeed("run")
    versions = cloud.glue.get_table_versions(DatabaseName=cloud.database, TableName="orders")
    assert len(versions["TableVersions"]) == 1


def state_of_query(state, **more):
    """Answers GetQueryExecution with a state instead of the server's."""
    def script(request, forward):
        answer = forward()
        if request.operation != "GetQueryExecution":
            return answer
        body = answer.body.replace(b'"SUCCEEDED"', b'"' + state.encode() + b'"')
        for name, value in more.items():
            body = body.replace(b'"State"', f'"{name}": {value}, "State"'.encode(), 1)
        return answer._replace(body=body)
    return script


@pytest.mark.parametrize(("script", "code", "phrase"), [
    (state_of_query("FAILED", StateChangeReason='"Query exhausted resources"',
                    AthenaError='{"ErrorCategory": 1}'), UNAVAILABLE, "Query exhausted resources"),
    (state_of_query("FAILED", AthenaError='{"ErrorCategory": 2, "ErrorMessage": "line 1:1: no"}'),
     65, "line 1:1: no"),
    (state_of_query("CANCELLED"), AGAIN, "somebody cancelled it"),
    (state_of_query("QUEUED"), AGAIN, "it was stopped after 1 s")])
def test_a21_a_query_that_does_not_succeed_says_why(cloud, script, code, phrase):
    cloud.configure(tables=PARTITIONED, extra="")
    path = cloud.project.folder / "carmilla.yaml"
    path.write_text(path.read_text().replace("athena: {", "athena: {time_limit: 1, "))
    cloud.project.succeed("run")
    cloud.proxy.seen.clear()
    cloud.proxy.script = script
    failed = cloud.project.run("query", "--on", "athena", "SELECT 1 AS one")
    assert failed.code == code and phrase in failed.err, str(failed)
    # Only what may still run is stopped.
    assert ("StopQueryExecution" in cloud.proxy.seen) == ("stopped after" in phrase)


def test_a21_a_query_waits_while_athena_throttles(cloud):
    cloud.project.succeed("run")
    cloud.proxy.script = first_times(
        3, "StartQueryExecution",
        lambda request, forward: request.refusal("TooManyRequestsException"))
    assert cloud.athena("SELECT count(*) AS n FROM orders") == [[3]]


def test_a23_a_service_that_cannot_be_reached_is_named(cloud):
    failed = cloud.project.run("run", environment={
        "AWS_ENDPOINT_URL_GLUE": "https://glue.invalid"})
    assert failed.code == UNAVAILABLE, str(failed)
    assert "glue:GetDatabase" in failed.err and "hint: " in failed.err, str(failed)


def test_a23_services_may_have_an_address_of_ipv6_only(cloud, servers):
    try:
        proxy = CloudProxy(servers, host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    try:
        cloud.project.environment |= proxy.environment
        cloud.project.succeed("run")
        assert cloud.project.query("SELECT count(*) FROM orders") == [["3"]]
        assert cloud.athena("SELECT count(*) AS n FROM orders") == [[3]]
    finally:
        proxy.close()


def test_a23_a_certificate_of_somebody_else_is_refused(cloud, servers):
    failed = cloud.project.run("run", environment={
        "AWS_ENDPOINT_URL_GLUE": servers.environment["AWS_ENDPOINT_URL_GLUE"],
        "AWS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt"})
    assert failed.code == WRONG_CONFIGURATION and "certificate" in failed.err, str(failed)
    assert cloud.s3.list_objects_v2(Bucket=cloud.bucket)["KeyCount"] == 0


def test_a_run_that_is_stopped_does_not_wait_for_a_catalog_that_is_silent(cloud):
    cloud.project.succeed("run")
    fill(cloud, 2, 4)
    finished = run_that_stops_at(cloud, "UpdateTable")
    assert finished.code == 0 and "1 of 1 table" in finished.err, "it is published"
    assert "which moved to run" in finished.err and "`carmilla status`" in finished.err
    assert not is_shown(cloud, (2, 3, 4))
    cloud.proxy.script = lambda request, forward: forward()
    cloud.project.succeed("status")
    assert is_shown(cloud, (2, 3, 4))


def test_a_run_that_is_stopped_before_its_pointer_publishes_nothing(cloud):
    cloud.project.succeed("run")
    run_id = cloud.current_run("orders")
    finished = run_that_stops_at(cloud, "GetTable")
    assert finished.code == STOPPED_BY_USER and "nothing was published" in finished.err
    assert cloud.current_run("orders") == run_id
