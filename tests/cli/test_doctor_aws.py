"""`carmilla doctor --aws` on the stand-ins: what works is shown, what is refused is told with the
action and its ARN, and nothing is deleted."""

import re
import signal
import threading

import pytest

from cloud_project import CloudProject
from cloud_proxy import Answer
from examination import Examination

REFUSED = 77
DAMAGED = 65
WRONG_CONFIGURATION = 78
UNSUPPORTED = 64
STOPPED_BY_USER = 130
WAIT_SECONDS = 60
CALLER = "arn:aws:sts::123456789012:user/moto"
# Of the source and the machine of a test, whatever AWS does.
ELSEWHERE = {"role-superuser", "primary-key-missing", "table-never-analysed", "lake-unusable"}
STEPS = ["is reached", "takes an object", "lists and reads it", "keeps conditions",
         "takes uploads in parts", "shows unfinished uploads", "shows its lifecycle",
         "takes a table in Glue", "is read by Athena", "is read by `query`"]
ABORT_RULE = (b"<LifecycleConfiguration><Rule><Filter><Prefix>lake/</Prefix></Filter><Status>"
              b"Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>7"
              b"</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>"
              b"</LifecycleConfiguration>")


@pytest.fixture
def cloud(project, servers):
    project.database.execute("CREATE TABLE orders (id int PRIMARY KEY, at date)", "ANALYZE")
    made = CloudProject(project, servers)
    made.configure()
    return made


def examine(cloud):
    """The examination, with what it found of AWS."""
    examination = Examination(cloud.project, "--aws")
    examination.of_aws = {name: found for name, found in examination.found.items()
                          if name not in ELSEWHERE}
    return examination


def text_of(examination, check):
    """What one check found, and its cure."""
    finding, = examination.of_aws[check]
    return finding["what"] + "\n" + "\n".join(finding["cure"])


def refusing(*operations, message="of a test", code="AccessDeniedException"):
    def script(request, forward):
        if request.operation in operations and request.service != "s3":
            return request.refusal(code, message)
        return forward()

    return script


def test_an_account_that_does_everything_is_shown_to_do_so(cloud):
    examination = examine(cloud)
    assert list(examination.report["aws"]["steps"]) == STEPS
    failed = {name for name, done in examination.report["aws"]["steps"].items() if not done}
    assert failed <= {"shows its lifecycle"}, str(examination.finished)
    # The stand-in knows no lifecycle.
    assert set(examination.of_aws) - {"aws-lifecycle-hidden"} == {"aws-left"}
    assert examination.finished.code == 0
    assert examination.report["aws"]["place"] == (
        f"s3://{cloud.bucket}/lake, eu-west-1, Glue database {cloud.database}, "
        "Athena workgroup primary")


def test_what_is_left_is_named_by_the_commands_that_remove_it(cloud):
    remove, delete = examine(cloud).of_aws["aws-left"][0]["cure"]
    folder = re.fullmatch(rf"aws s3 rm --recursive s3://{cloud.bucket}/(\S+) --region eu-west-1",
                          remove).group(1)
    table = re.fullmatch(rf"aws glue delete-table --database-name {cloud.database} --name (\S+) "
                         "--region eu-west-1", delete).group(1)
    listed = cloud.s3.list_objects_v2(Bucket=cloud.bucket)["Contents"]
    left = [entry["Key"] for entry in listed if not entry["Key"].startswith("answers/")]
    assert left and all(key.startswith(folder + "/") for key in left)
    assert [entry["Name"] for entry in
            cloud.glue.get_tables(DatabaseName=cloud.database)["TableList"]] == [table]
    # What is left is no table of the lake, and nobody's file.
    assert set(examine(cloud).of_aws) <= {"aws-left", "aws-lifecycle-hidden"}
    cloud.project.succeed("run")
    assert cloud.athena("SELECT count(*) AS n FROM orders") == [[0]]


def test_a_table_that_was_made_by_half_is_named_to_be_removed(cloud, proxy):
    cloud.configure(tables="  - {name: public.orders, partition_by: {column: at, every: day}}")
    proxy.script = refusing("BatchCreatePartition")
    cures = examine(cloud).of_aws["aws-left"][0]["cure"]
    table, = cloud.glue.get_tables(DatabaseName=cloud.database)["TableList"]
    assert [cure.split()[:3] for cure in cures] == [["aws", "s3", "rm"],
                                                    ["aws", "glue", "delete-table"]]
    assert f"--name {table['Name']} " in cures[1]


def test_a_check_that_is_stopped_names_what_it_leaves(cloud, proxy):
    asked = threading.Event()

    def script(request, forward):
        answer = forward()
        if request.operation == "GetQueryExecution":
            asked.set()
            return answer._replace(body=answer.body.replace(b"SUCCEEDED", b"RUNNING"))
        return answer

    proxy.script = script
    process = cloud.project.start("doctor", "--aws")
    assert asked.wait(WAIT_SECONDS)
    process.send_signal(signal.SIGINT)
    finished = cloud.project.finish(process)
    assert finished.code == STOPPED_BY_USER, str(finished)
    told = " ".join(finished.err.split())
    assert "aws s3 rm --recursive" in told and "aws glue delete-table" in told


def test_partitions_are_tried_where_the_configuration_has_some(cloud, proxy):
    cloud.configure(tables="  - {name: public.orders, partition_by: {column: at, every: day}}")
    examination = examine(cloud)
    assert examination.report["aws"]["steps"]["is read by Athena"], str(examination.finished)
    assert {"BatchCreatePartition", "BatchUpdatePartition", "BatchDeletePartition",
            "GetPartitions"} <= set(proxy.seen)
    assert not any(operation.startswith("Delete") for operation in proxy.seen)


def test_without_partitions_their_rights_are_not_asked_for(cloud, proxy):
    assert examine(cloud).finished.code == 0
    assert not any("Partition" in operation for operation in proxy.seen)
    assert {"CreateTable", "UpdateTable"} <= set(proxy.seen)


@pytest.mark.parametrize("operation, resource", [
    ("GetDatabase", "database/{0}"), ("CreateTable", "table/{0}/carmilla_check_"),
    ("UpdateTable", "table/{0}/carmilla_check_")])
def test_a_refusal_of_glue_names_action_and_arn(cloud, proxy, operation, resource):
    proxy.script = refusing(operation)
    examination = examine(cloud)
    told = text_of(examination, "aws-catalog")
    assert f"Allow glue:{operation} on arn:aws:glue:eu-west-1:123456789012:catalog, " in told
    assert resource.format(cloud.database) in told and f" to {CALLER}." in told
    # Athena has nothing to ask, the bucket is read all the same.
    assert "is read by Athena" not in examination.report["aws"]["steps"]
    assert examination.report["aws"]["steps"]["is read by `query`"]
    assert examination.results["aws-athena"] == "skipped"
    assert examination.finished.code == REFUSED


def test_lake_formation_is_told_in_its_own_words(cloud, proxy):
    proxy.script = refusing("CreateTable", message="Insufficient Lake Formation permission(s): "
                            f"Required Create Table on {cloud.database}")
    told = text_of(examine(cloud), "aws-catalog")
    assert (f"In Lake Formation, grant CREATE_TABLE on database {cloud.database} to {CALLER}."
            in told)


@pytest.mark.parametrize("operation", ["StartQueryExecution", "GetQueryExecution",
                                       "GetQueryResults"])
def test_a_refusal_of_athena_names_its_workgroup(cloud, proxy, operation):
    proxy.script = refusing(operation)
    examination = examine(cloud)
    told = text_of(examination, "aws-athena")
    assert (f"Allow athena:{operation} on arn:aws:athena:eu-west-1:123456789012:workgroup/primary"
            in told)
    assert examination.finished.code == REFUSED


def on_objects(method, action):
    """A script that acts on requests for the check's own objects."""
    def script(request, forward):
        is_own = request.service == "s3" and "/_carmilla_check/" in request.path
        return action(request, forward) if is_own and request.method == method else forward()

    return script


def test_a_refused_object_names_every_right_that_writing_may_need(cloud, proxy):
    path = cloud.project.folder / "carmilla.yaml"
    path.write_text(path.read_text().replace(
        "catalog:", "s3: {encryption: sse-kms, acl: bucket-owner-full-control, tags: {a: b}}, "
        "catalog:"))
    proxy.script = on_objects("PUT", lambda request, forward: request.refusal("AccessDenied"))
    examination = examine(cloud)
    told = text_of(examination, "aws-writing")
    assert f"Allow s3:PutObject on arn:aws:s3:::{cloud.bucket}/lake/_carmilla_check/" in told
    for right in ("kms:GenerateDataKey and kms:Decrypt", "s3:PutObjectTagging",
                  "s3:PutObjectAcl"):
        assert right in told
    assert examination.finished.code == REFUSED
    # What does not depend on it is tried nevertheless.
    assert examination.report["aws"]["steps"]["takes a table in Glue"]
    assert examination.results["aws-embedded"] == "skipped"


def test_a_refusal_of_kms_names_its_key(cloud, proxy):
    key = "arn:aws:kms:eu-west-1:123456789012:key/4711"
    message = (f"User: {CALLER} is not authorized to perform: kms:GenerateDataKey on resource: "
               f"{key} because no identity-based policy allows the kms:GenerateDataKey action")
    proxy.script = on_objects(
        "PUT", lambda request, forward: request.refusal("AccessDenied", message))
    assert (f"Allow kms:GenerateDataKey on {key} to {CALLER}."
            in text_of(examine(cloud), "aws-writing"))


def test_a_bucket_that_enforces_its_owner_is_told(cloud, proxy):
    proxy.script = on_objects("PUT", lambda request, forward: request.refusal(
        "AccessControlListNotSupported", "The bucket does not allow ACLs", status=400))
    examination = examine(cloud)
    assert "the bucket enforces its owner: remove `acl:`" in text_of(examination, "aws-writing")
    assert examination.finished.code == WRONG_CONFIGURATION


def test_a_bucket_without_conditions_is_found_out(cloud, proxy):
    def without_condition(request, forward):
        has_one = "If-None-Match" in request.headers
        return Answer(200, [("ETag", '"x"')], b"") if has_one else forward()

    proxy.script = on_objects("PUT", without_condition)
    examination = examine(cloud)
    assert "the bucket made a write that it had to refuse" in text_of(examination,
                                                                      "aws-conditions")
    assert examination.finished.code == UNSUPPORTED


def test_an_upload_that_is_refused_is_told(cloud, proxy):
    proxy.script = on_objects("POST", lambda request, forward: request.refusal("AccessDenied"))
    assert "Allow s3:PutObject on" in text_of(examine(cloud), "aws-uploads")


def test_a_policy_of_the_bucket_that_lists_nothing_is_told(cloud, servers, proxy):
    def script(request, forward):
        is_list = request.service == "s3" and "list-type" in request.query
        return request.refusal("AccessDenied") if is_list else forward()

    proxy.script = script
    assert (f"Allow s3:ListBucket on arn:aws:s3:::{cloud.bucket} to"
            in text_of(examine(cloud), "aws-reading"))


def test_a_bucket_that_keeps_unfinished_uploads_is_told_and_one_that_aborts_them_not(cloud, proxy):
    lifecycle = [b"<LifecycleConfiguration></LifecycleConfiguration>"]

    def script(request, forward):
        is_lifecycle = request.service == "s3" and "lifecycle" in request.query
        return Answer(200, [], lifecycle[0]) if is_lifecycle else forward()

    proxy.script = script
    assert "no rule of the bucket's lifecycle" in text_of(examine(cloud), "aws-lifecycle")
    lifecycle[0] = ABORT_RULE
    assert set(examine(cloud).of_aws) == {"aws-left"}


def test_another_value_than_was_written_is_found_by_column(cloud, proxy):
    def script(request, forward):
        answer = forward()
        is_answer = request.service == "s3" and request.path.endswith(".csv")
        if not is_answer or request.method != "GET":
            return answer
        return answer._replace(
            body=answer.body.replace(b"-32768", b"-32767"),
            headers=[(name, value) for name, value in answer.headers
                     if "checksum" not in name.lower()])

    proxy.script = script
    examination = examine(cloud)
    told = text_of(examination, "aws-athena")
    assert "other values in c_smallint (smallint)" in told
    assert "-3276" not in examination.finished.out
    assert examination.finished.code == DAMAGED


def test_columns_that_athena_cannot_read_are_named(cloud, proxy):
    def script(request, forward):
        if (request.operation == "StartQueryExecution"
                and "c_map" in request.parameters()["QueryString"]):
            return request.refusal("InvalidRequestException", "no such function")
        return forward()

    proxy.script = script
    assert "the columns that fail: c_map (map<string,string>)" in text_of(examine(cloud),
                                                                         "aws-athena")


def test_a_lake_without_a_catalog_is_examined_as_far_as_it_goes(cloud):
    path = cloud.project.folder / "carmilla.yaml"
    path.write_text(path.read_text().replace(
        f", catalog: {{glue: {{database: {cloud.database}}}}}", ""))
    examination = examine(cloud)
    steps = examination.report["aws"]["steps"]
    assert list(steps) == [name for name in STEPS if "Glue" not in name and "Athena" not in name]
    assert examination.finished.code == 0
    assert len(examination.of_aws["aws-left"][0]["cure"]) == 1


def test_a_lake_that_is_a_directory_has_nothing_to_examine(project):
    project.configure()
    examination = Examination(project, "--aws")
    assert "the lake is a directory" in examination.found["aws-without-bucket"][0]["what"]
    assert examination.finished.code == WRONG_CONFIGURATION
    assert "aws" not in examination.report


def test_keys_that_nobody_knows_are_told(cloud):
    cloud.project.environment["AWS_SECRET_ACCESS_KEY"] = "not-the-secret"
    examination = examine(cloud)
    told = text_of(examination, "aws-writing")
    assert "SignatureDoesNotMatch" in told and "check the access key" in told
    assert "not-the-secret" not in str(examination.finished)
    assert examination.finished.code == REFUSED


def test_without_the_flag_nothing_is_written(cloud):
    examination = Examination(cloud.project)
    assert not any(name.startswith("aws-") for name in examination.results)
    assert "Contents" not in cloud.s3.list_objects_v2(Bucket=cloud.bucket)
