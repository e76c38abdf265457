"""A lake in a bucket does what one in a directory does, and says what is wrong with the bucket."""

import signal

import pyarrow.parquet as pq
import pytest

from bucket import Bucket
from connect_proxy import ConnectProxy
from peak_memory import wait_and_measure

PREFIX = "data/raw"
BUDGET_MIB = 256


class BucketProject:
    """The project of a test, with its lake in a bucket."""

    def __init__(self, project, bucket):
        self.project = project
        self.bucket = bucket
        for name in list(project.environment):
            if name.startswith("AWS_"):
                del project.environment[name]
        project.environment |= {**bucket.keys, "HOME": str(project.folder),
                                "AWS_EC2_METADATA_DISABLED": "true"}
        project.environment.pop("https_proxy", None)

    def configure(self, tables="  - public.*", bucket=None, aws="", s3="", extra=""):
        url = f"s3://{bucket or self.bucket.name}/{PREFIX}/"
        self.project.configure(tables=tables, extra=extra)
        path = self.project.folder / "carmilla.yaml"
        aws = f"endpoint: '{self.bucket.endpoint}', ca_file: '{self.bucket.ca_file}'{aws}"
        text = path.read_text(encoding="utf-8").replace(
            "lake: {path: ./lake}", f"lake: {{path: '{url}'{s3}}}\naws: {{{aws}}}")
        path.write_text(text, encoding="utf-8")

    def without_keys(self):
        for name in self.bucket.keys:
            del self.project.environment[name]


@pytest.fixture
def lake(project):
    bucket = Bucket()
    yield BucketProject(project, bucket)
    bucket.drop()


@pytest.fixture
def orders(lake):
    lake.project.database.execute(
        "CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric(12,2), at timestamptz, note"
        " text)",
        "INSERT INTO orders SELECT i, i * 1.25, timestamptz '2024-05-01 10:00Z' + i * interval"
        " '1 hour', CASE WHEN i % 3 = 0 THEN NULL ELSE 'n' || i END"
        " FROM generate_series(1, 100) i",
        "CREATE TABLE empty (id int)", "ANALYZE")
    lake.configure()
    return lake


def test_everything_that_works_over_a_directory_works_over_a_bucket(orders):
    project = orders.project
    assert f"s3://{orders.bucket.name}/{PREFIX}" in project.succeed("plan").out
    run = project.succeed("run")
    assert "2 of 2 tables, 100 rows" in run.err
    assert all(key.startswith(PREFIX + "/") for key in orders.bucket.objects())
    assert project.query("SELECT count(*), sum(amount), count(note) FROM orders") == [
        ["100", "6312.50", "67"]]
    assert project.query("SELECT count(*) FROM empty") == [["0"]]
    assert "orders: 100 rows in 1 file" in project.succeed("verify").out
    project.database.execute("DELETE FROM orders WHERE id > 10")
    project.succeed("run")
    assert project.query("SELECT count(*) FROM orders") == [["10"]]
    status = project.succeed("status").out
    assert "orders" in status and status.count("Z-") >= 3
    assert "lake-unusable" not in project.run("doctor").out
    stored = [key for key in orders.bucket.objects() if key.endswith(".parquet")]
    path = f"{orders.bucket.name}/{next(key for key in stored if '/orders/' in key)}"
    with orders.bucket.files.open_input_file(path) as file:
        assert pq.read_table(file).num_rows in (10, 100)


def test_partitions_and_stable_names_are_read_from_a_bucket(orders):
    orders.configure(tables="  - name: public.orders\n    layout: stable\n"
                            "    partition_by: {column: at, every: day}")
    orders.project.succeed("run")
    assert orders.project.query(
        "SELECT count(*), count(DISTINCT dt), sum(id) FROM orders WHERE dt > '2024-05-02'") == [
            ["63", "3", str(sum(range(38, 101)))]]
    assert f"{PREFIX}/orders/dt=2024-05-02/orders.parquet" in orders.bucket.objects()


def test_files_go_to_a_bucket(orders):
    project, url = orders.project, f"s3://{orders.bucket.name}/files"
    project.succeed("run", "--no-upload", "--to", url)
    access = {"AWS_ENDPOINT_URL_S3": orders.bucket.endpoint, "AWS_CA_BUNDLE":
              orders.bucket.ca_file, "AWS_REGION": orders.bucket.region}
    project.succeed("extract", "--source", "env:DATABASE_URL", "public.orders", "--to",
                    f"{url}/some/taste.parquet", "--limit", "7", environment=access)
    assert orders.bucket.objects() == [
        "files/empty.parquet", "files/orders.parquet", "files/some/taste.parquet"]
    with orders.bucket.files.open_input_file(
            f"{orders.bucket.name}/files/some/taste.parquet") as file:
        assert pq.read_table(file).num_rows == 7
    refused = project.run("extract", "--source", "env:DATABASE_URL", "public.orders", "--to",
                          "s3://No_Bucket/x.parquet")
    assert refused.code == 64 and "no bucket can be called" in refused.err


def test_a_lake_is_named_on_the_command_line(orders):
    orders.project.succeed("run")
    access = {"AWS_ENDPOINT_URL": orders.bucket.endpoint, "AWS_CA_BUNDLE": orders.bucket.ca_file}
    url = f"s3://{orders.bucket.name}/{PREFIX}"
    (orders.project.folder / "carmilla.yaml").unlink()
    out = orders.project.succeed("query", "--lake", url, "--csv", "SELECT max(id) FROM orders",
                                 environment=access).out
    assert out.splitlines()[1] == "100"
    assert "orders" in orders.project.succeed("status", "--lake", url, environment=access).out


def test_no_credentials_are_told_place_by_place(orders):
    orders.without_keys()
    for command in (["run"], ["status"], ["verify"], ["query", "FROM orders"]):
        finished = orders.project.run(*command)
        assert finished.code == 77, str(finished)
        for place in ("the environment: AWS_ACCESS_KEY_ID is not set", "a web identity: ",
                      "profile default: not in ", "the container's credentials: ",
                      "the role of the EC2 instance: ", "hint: set AWS_ACCESS_KEY_ID"):
            assert place in finished.err, str(finished)
    assert orders.bucket.objects() == []


def test_keys_come_from_a_profile_of_either_file(orders):
    keys, folder = orders.bucket.keys, orders.project.folder / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        f"[profile data]\nregion = {orders.bucket.region}\n"
        f"aws_access_key_id = {keys['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {keys['AWS_SECRET_ACCESS_KEY']}\n", encoding="utf-8")
    orders.without_keys()
    orders.configure(aws=", profile: data")
    orders.project.succeed("run", "empty")
    orders.configure(aws=", profile: dat")
    finished = orders.project.run("run", "empty")
    assert finished.code == 77 and 'did you mean "data"?' in finished.err, str(finished)


def test_mistakes_about_the_bucket_are_told_once(orders):
    project, bucket = orders.project, orders.bucket
    wrong = {"AWS_SECRET_ACCESS_KEY": "canary" + "x" * 34}
    cases = [({}, {"aws": ", region: us-west-2"}, 78, bucket.region),
             (wrong, {}, 77, "s3:"),
             ({}, {"bucket": "nobody-has-this-bucket"}, 78, "nobody-has-this-bucket")]
    for environment, options, code, phrase in cases:
        orders.configure(**options)
        for command in (["run", "empty"], ["status"]):
            finished = project.run(*command, environment=environment)
            assert finished.code == code, str(finished)
            assert phrase in finished.err and "hint: " in finished.err, str(finished)
            assert "canary" not in finished.err + finished.out
            assert bucket.secret not in finished.err + finished.out
    orders.configure()
    untrusted = project.folder / "carmilla.yaml"
    untrusted.write_text(untrusted.read_text().replace(f", ca_file: '{bucket.ca_file}'", ""))
    finished = project.run("status")
    assert finished.code == 78 and "certificate" in finished.err, str(finished)


def test_everything_goes_through_the_proxy(orders):
    proxy = ConnectProxy(orders.bucket.endpoint)
    try:
        # Only the proxy knows the way.
        endpoint = "https://lake.s3.localhost:1"
        orders.configure(aws=f", proxy: '{proxy.url}'")
        path = orders.project.folder / "carmilla.yaml"
        path.write_text(path.read_text().replace(orders.bucket.endpoint, endpoint))
        orders.project.succeed("run")
        assert orders.project.query("SELECT count(*) FROM orders") == [["100"]]
        assert proxy.asked == {"lake.s3.localhost:1"}
        # Queries can read the engine's settings; where a password is, nothing stands in them.
        path.write_text(path.read_text().replace(f"'{proxy.url}'", "env:PROXY").replace(
            endpoint, orders.bucket.endpoint))
        told = orders.project.succeed("query", "SELECT value FROM duckdb_settings()", environment={
            "PROXY": proxy.url.replace("://", "://me:canary@")})
        assert "canary" not in told.out + told.err
    finally:
        proxy.close()


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY"])
def test_the_proxy_of_the_environment_holds_for_the_embedded_engine_too(orders, name):
    proxy = ConnectProxy(orders.bucket.endpoint)
    try:
        # Only the proxy knows the way.
        path = orders.project.folder / "carmilla.yaml"
        path.write_text(path.read_text().replace(orders.bucket.endpoint,
                                                 "https://lake.s3.localhost:1"))
        orders.project.environment[name] = proxy.url
        orders.project.succeed("run")
        assert orders.project.query("SELECT count(*) FROM orders") == [["100"]]
        assert proxy.asked == {"lake.s3.localhost:1"}
    finally:
        proxy.close()


def test_no_output_ever_has_a_key(orders):
    project, secret = orders.project, orders.bucket.secret
    project.succeed("run")
    for command in (["run", "--json"], ["status"], ["verify"], ["doctor"],
                    ["query", "FROM orders LIMIT 1"], ["query", "FROM duckdb_secrets()"]):
        finished = project.run(*command, environment={"CARMILLA_LOG": "debug"})
        assert secret not in finished.out + finished.err, command
    for key in orders.bucket.objects():
        with orders.bucket.files.open_input_file(f"{orders.bucket.name}/{key}") as file:
            assert secret.encode() not in file.read(), key


def test_a_query_reads_nothing_but_the_lake(orders):
    orders.project.succeed("run")
    other = next(key for key in orders.bucket.objects() if key.endswith("current.json"))
    for sql in (f"FROM 's3://{orders.bucket.name}/{other}'",
                f"FROM read_text('s3://{orders.bucket.name}/{other}')",
                "FROM read_text('/etc/hostname')",
                f"FROM read_text('{orders.bucket.endpoint}/')"):
        finished = orders.project.run("query", sql)
        assert finished.code == 65 and "Permission Error" in finished.err, str(finished)


def test_a_lost_file_is_missed_by_name(orders):
    orders.project.succeed("run")
    key = next(key for key in orders.bucket.objects()
               if key.endswith(".parquet") and "/orders/" in key)
    orders.bucket.files.delete_file(f"{orders.bucket.name}/{key}")
    assert orders.project.run("query", "FROM orders").code == 65
    finished = orders.project.run("verify")
    assert finished.code == 65 and "missing" in finished.err, str(finished)


def test_interrupting_a_run_leaves_no_upload(orders):
    project = orders.project
    project.database.execute(
        "CREATE FUNCTION waits(bigint) RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT"
        " $1 < 1000000 OR pg_catalog.pg_advisory_xact_lock_shared(42) IS NOT NULL'",
        "CREATE TABLE big AS SELECT i AS id, md5(i::text) || md5((i + 1)::text) AS a,"
        " md5((i + 2)::text) AS b FROM generate_series(1, 1000000::bigint) i")
    orders.configure(tables="  - name: public.big\n    where: public.waits(id)",
                     s3=", s3: {part_size: 5MiB}", extra="memory: 96MiB")
    with project.database.connect() as holder:
        holder.execute("SELECT pg_advisory_lock(42)")
        process = project.start("run")
        for _ in range(1200):
            if project.database.rows(
                    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                    " AND application_name LIKE 'carmilla/%' AND wait_event = 'advisory'"):
                break
            assert process.poll() is None, project.finish(process)
        assert orders.bucket.uploads(), "there is something to leave"
        process.send_signal(signal.SIGINT)
        finished = project.finish(process)
    assert finished.code == 130, str(finished)
    assert orders.bucket.uploads() == []
    assert not [key for key in orders.bucket.objects() if key.endswith("current.json")]


def test_a_run_into_a_bucket_stays_in_its_memory(orders):
    project = orders.project
    project.database.execute(
        "CREATE TABLE wide AS SELECT i::bigint AS id, now() AS at, md5(i::text) ||"
        " md5((i + 1)::text) AS a, i * 1.000001::numeric(18,6) AS c, md5(i::text)::uuid AS d"
        " FROM generate_series(1, 1500000) i", "ANALYZE wide")
    orders.configure(tables="  - public.wide", extra=f"memory: {BUDGET_MIB}MiB")
    process = project.start("run")
    out, err, peak = wait_and_measure(process)
    assert process.returncode == 0, out + err
    assert peak < BUDGET_MIB << 20, peak / (1 << 20)


def test_a_lake_in_a_directory_touches_nothing_of_aws(project):
    project.database.execute("CREATE TABLE t AS SELECT 1 AS id")
    project.configure()
    broken = project.folder / "broken"
    broken.write_text("neither a section nor a key\n", encoding="utf-8")
    environment = {"AWS_CONFIG_FILE": str(broken), "AWS_CA_BUNDLE": str(project.folder / "none"),
                   "AWS_ENDPOINT_URL": "no URL", "AWS_ACCESS_KEY_ID": "alone"}
    for command in (["run"], ["status"], ["verify"], ["query", "FROM t"]):
        project.succeed(*command, environment=environment)
