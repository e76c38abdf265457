"""The policies of deploy/iam suffice, and no action in them is one too many: between the program
and its servers stands a proxy that refuses what a policy does not list. Who adds a step to a flow,
or an action to a policy, finds the other missing here.

A flow is a list of steps, each a function of the project that returns the finished program.
"""

import pyarrow
import pyarrow.parquet
import pytest

from aws_rights import ACCOUNT, Policy, Rights, actions_of
from cloud_project import CloudProject
from database import Database

TABLES = """  - public.orders
  - {name: public.big}
  - {name: public.days, partition_by: {column: at, every: day}}
  - {name: public.kept, layout: stable, partition_by: {column: at, every: day}}"""
TIME_LIMIT = 75
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
# Stable names of partitions that are gone are left to the collector.
TOLERATED = {"writer": {"s3:DeleteObject"}}


@pytest.fixture(scope="module")
def source():
    """Rows for all tests; `big` takes several parts to upload."""
    made = Database("test_rights", template="template0")
    made.execute(
        "CREATE TABLE big AS SELECT i AS id, md5('a' || i)::uuid AS a, md5('b' || i)::uuid AS b,"
        " md5('c' || i)::uuid AS c, md5('d' || i)::uuid AS d FROM generate_series(1, 90000) i",
        "CREATE TABLE orders (id int, at date)", "CREATE TABLE days (id int, at date)",
        "CREATE TABLE kept (id int, at date)", "ANALYZE")
    yield made
    made.drop()


@pytest.fixture
def cloud(make_project, source, servers):
    made = CloudProject(make_project(source), servers)
    configure(made)
    made.project.environment["CARMILLA_LOG"] = "info"
    fill(made, first_day=1, last_day=3)
    return made


@pytest.fixture(scope="module")
def lakes():
    """Buckets and databases that several tests only read."""
    return {}


def configure(cloud):
    cloud.configure(tables=TABLES)
    change(cloud, "lake: {", "lake: {s3: {part_size: 5MiB}, ")
    change(cloud, "athena: {", "athena: {time_limit: 1, ")


def change(cloud, old, new):
    """Changes the configuration; the steps that follow meet it."""
    path = cloud.project.folder / "carmilla.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def fill(cloud, first_day, last_day):
    """A row for each day in every small table."""
    for table in ("orders", "days", "kept"):
        cloud.project.database.execute(
            f"TRUNCATE {table}",
            f"INSERT INTO {table} SELECT i, make_date(2024, 5, i)"
            f" FROM generate_series({first_day}, {last_day}) i")


def program(*arguments):
    return lambda cloud: cloud.project.run(*arguments)


def run_with_other_days(cloud):
    """Partitions come, move and go."""
    fill(cloud, first_day=2, last_day=4)
    return cloud.project.run("run")


def status_of_the_lake_alone(cloud):
    return cloud.project.run("status", "--lake", f"s3://{cloud.bucket}/lake")


def add_a_file(cloud):
    pyarrow.parquet.write_table(pyarrow.table({"id": [1, 2]}),
                                cloud.project.folder / "clicks.parquet")
    return cloud.project.run("add", "clicks.parquet", "--to", "clicks", "--partition",
                             "dt=2024-05-01")


def encrypted_run(cloud):
    change(cloud, "s3: {", f"s3: {{encryption: sse-kms, kms_key: '{KEY}', ")
    return cloud.project.run("run")


def run_with_tags_and_acl(cloud):
    change(cloud, "s3: {", "s3: {tags: {team: data}, acl: bucket-owner-full-control, ")
    return cloud.project.run("run")


def crawled_run(cloud, *tables):
    """The crawler is missing before the first of them, and the targets of `days` after it."""
    lines = "\n".join(f"  - public.{table}" for table in tables or ("orders",))
    cloud.configure(tables=lines, extra="defaults: {layout: stable}",
                    glue=f", crawler: {{name: {cloud.database}, role: glue-lake}}")
    return cloud.project.run("run")


def crawled_run_of_two(cloud):
    return crawled_run(cloud, "orders", "days")


def plan_with_a_secret(cloud):
    change(cloud, "app: {", f"app: {{password: 'secret:{cloud.database}', ")
    return cloud.project.run("plan")


WRITER = [program("plan"), program("run"), run_with_other_days, add_a_file,
          program("status"), program("verify")]
READER = [program("status"), program("verify"),
          program("query", "SELECT count(*) FROM big JOIN days USING (id)"),
          program("query", "--on", "athena", "SELECT count(*) AS n FROM orders"),
          program("compare", "orders"),
          program("query", "--on", "athena", "SELECT 'endless' FROM orders")]
MODELS = [program("models", "run", "--on", "athena"), program("models", "run", "--on", "athena"),
          program("models", "test", "--on", "athena"), program("models", "run")]
COLLECTOR = [status_of_the_lake_alone]
CRAWLER = [crawled_run, crawled_run_of_two]
FLOWS = {"writer": WRITER, "reader": READER, "collector": COLLECTOR,
         "encryption": [encrypted_run], "attributes": [run_with_tags_and_acl],
         "password": [plan_with_a_secret], "models": MODELS, "doctor": [program("doctor", "--aws")],
         "crawler": CRAWLER, "crawler-role": CRAWLER}
# Policies that are added to another one.
ADDED_TO = {"encryption": ["writer"], "attributes": ["writer"], "password": ["writer"],
            "models": ["writer", "reader"], "doctor": ["writer", "reader"],
            "crawler": ["writer"]}
# Actions of those that a flow needs as well, none to spare.
ALSO_NEEDED = {"models": ["s3:GetObject", "s3:PutObject", "glue:GetDatabase", "glue:GetTable",
                          "glue:CreateTable", "glue:UpdateTable", "athena:StartQueryExecution",
                          "athena:GetQueryExecution", "athena:GetQueryResults",
                          "s3:GetBucketLocation"]}


def prepare(name, cloud, lakes):
    """What stands in the lake before a flow begins; the writer's begins without anything."""
    if name == "collector":
        cloud.project.succeed("run")
        with_rights(cloud, policy_of("writer", cloud))
        run_with_other_days(cloud)
    if name == "password":
        cloud.secrets.create_secret(Name=cloud.database, SecretString="kept-Pa55word")
    if name == "models":
        cloud.project.succeed("run", "orders")
        write_models(cloud.project.folder / "models")
    if name == "reader" and name not in lakes:
        cloud.project.succeed("run")
        lakes[name] = cloud.bucket, cloud.database
    if name == "reader":
        cloud.bucket, cloud.database = lakes[name]
        configure(cloud)


def write_models(folder):
    """A view and a table."""
    folder.mkdir()
    (folder / "late.sql").write_text("SELECT * FROM orders WHERE id > 1", encoding="utf-8")
    (folder / "late.yaml").write_text("tests: [{row_count: {min: 2}}]", encoding="utf-8")
    (folder / "counted.sql").write_text("SELECT id, count(*) AS n FROM late GROUP BY id",
                                        encoding="utf-8")
    (folder / "counted.yaml").write_text("materialized: table", encoding="utf-8")


def needed_by(name):
    return list(dict.fromkeys(actions_of(name) + ALSO_NEEDED.get(name, [])))


def policy_of(name, cloud, without=None):
    values = {"BUCKET": cloud.bucket, "PREFIX": "lake", "ACCOUNT": ACCOUNT, "REGION": cloud.region,
              "DATABASE": cloud.database, "WORKGROUP": "primary",
              "ANSWERS_BUCKET": cloud.bucket, "ANSWERS_PREFIX": "answers", "KEY_ARN": KEY,
              "SECRET": cloud.database, "CRAWLER": cloud.database, "ROLE": "glue-lake"}
    if name == "crawler-role":
        policy = Policy(["crawler", "writer"], values)
        policy.role = Policy([name], values, without)
        policy.used = policy.role.used
        return policy
    return Policy([name, *ADDED_TO.get(name, [])], values, without)


def with_rights(cloud, policy, key=None):
    rights = Rights(policy, cloud.region, cloud, key)
    cloud.proxy.script = rights
    cloud.project.environment |= cloud.proxy.environment
    return rights


def told(finished):
    return finished.out + finished.err


def walk(name, cloud, policy):
    """What the steps ended with, up to the first that tells of a refusal, and what was refused."""
    rights = with_rights(cloud, policy, KEY if name == "encryption" else None)
    finished = []
    for step in FLOWS[name]:
        finished.append(step(cloud))
        refused = set(rights.refused) - TOLERATED.get(name, set())
        if any(action in told(finished[-1]) for action in refused):
            break
    return finished, refused


@pytest.fixture
def ready(cloud, proxy, servers):
    cloud.proxy = proxy
    cloud.secrets = servers.client("secretsmanager")
    cloud.region = servers.environment["AWS_REGION"]
    return cloud


@pytest.mark.parametrize("name", FLOWS)
def test_a_policy_suffices_and_all_of_it_is_used(ready, lakes, name):
    prepare(name, ready, lakes)
    policy = policy_of(name, ready)
    finished, refused = walk(name, ready, policy)
    assert not refused, str(finished[-1])
    expected = [TIME_LIMIT if name == "reader" and step is READER[-1] else 0
                for step in FLOWS[name]]
    assert [one.code for one in finished] == expected, "\n".join(map(str, finished))
    assert policy.used >= set(needed_by(name))


@pytest.mark.parametrize(("name", "action"), [
    (name, action) for name in FLOWS for action in needed_by(name)])
def test_no_action_of_a_policy_can_be_spared(ready, lakes, name, action):
    prepare(name, ready, lakes)
    finished, refused = walk(name, ready, policy_of(name, ready, without=action))
    assert refused == {action}, str(finished[-1])
    assert action in told(finished[-1]), str(finished[-1])


def test_what_the_writer_may_not_remove_is_told_and_removed_by_the_collector(ready):
    def stable_names():
        listed = ready.s3.list_objects_v2(Bucket=ready.bucket, Prefix="lake/kept/dt=")
        return [entry["Key"].split("/")[2] for entry in listed["Contents"]]

    _, refused = walk("writer", ready, policy_of("writer", ready))
    assert not refused
    assert stable_names() == [f"dt=2024-05-0{day}" for day in (1, 2, 3, 4)]
    warned = ready.project.succeed("status").err
    assert "1 stable name of earlier versions cannot be removed" in warned
    walk("collector", ready, policy_of("collector", ready))
    assert stable_names() == [f"dt=2024-05-0{day}" for day in (2, 3, 4)]


def test_nobody_writes_who_may_only_read(ready):
    with_rights(ready, policy_of("reader", ready))
    finished = ready.project.run("run")
    assert finished.code == 77 and "s3:PutObject" in finished.err, str(finished)
    assert ready.s3.list_objects_v2(Bucket=ready.bucket)["KeyCount"] == 0
