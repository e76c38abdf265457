"""A lake that is encrypted by a key of a KMS, on a server that really does it (MinIO)."""

import uuid

import pytest

from minio_server import KEY, MinioServer

REFUSED = (77, 78)


@pytest.fixture(scope="module")
def minio(tmp_path_factory):
    started = MinioServer(tmp_path_factory.mktemp("minio"))
    yield started
    started.stop()


class EncryptedProject:
    """A lake of one large table, which is uploaded in parts, and one small one."""

    def __init__(self, project, minio):
        self.project = project
        self.s3 = minio.client()
        self.bucket = f"test-{uuid.uuid4().hex[:12]}"
        self.s3.create_bucket(Bucket=self.bucket,
                              CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        for name in list(project.environment):
            if name.startswith("AWS_"):
                del project.environment[name]
        project.environment |= {**minio.environment, "HOME": str(project.folder),
                                "AWS_EC2_METADATA_DISABLED": "true"}
        project.database.execute(
            "CREATE TABLE large AS SELECT i AS id, md5('a' || i)::uuid AS a,"
            " md5('b' || i)::uuid AS b, md5('c' || i)::uuid AS c, md5('d' || i)::uuid AS d"
            " FROM generate_series(1, 120000) i", "CREATE TABLE small AS SELECT 1 AS id", "ANALYZE")

    def configure(self, s3):
        self.project.configure()
        path = self.project.folder / "carmilla.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace(
            "lake: {path: ./lake}",
            f"lake: {{path: 's3://{self.bucket}/lake', s3: {{part_size: 5MiB{s3}}}}}"),
            encoding="utf-8")

    def objects(self):
        """What the server tells of each object."""
        listed = self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return {entry["Key"]: self.s3.head_object(Bucket=self.bucket, Key=entry["Key"])
                for entry in listed}


@pytest.fixture
def encrypted(project, minio):
    return EncryptedProject(project, minio)


def test_every_object_is_encrypted_by_the_key_and_read_back(encrypted):
    encrypted.configure(f", encryption: sse-kms, kms_key: {KEY}")
    encrypted.project.succeed("run")
    objects = encrypted.objects()
    for key, told in objects.items():
        assert told["ServerSideEncryption"] == "aws:kms", key
        assert told["SSEKMSKeyId"].endswith(KEY), key
    # Of the parts of an upload the ETag tells their number.
    assert any(told["ETag"].strip('"').endswith("-2") for told in objects.values())
    assert any("current.json" in key for key in objects)
    assert encrypted.project.query("SELECT count(*), sum(id), min(a) IS NULL FROM large") == [
        ["120000", str(120000 * 120001 // 2), "false"]]
    encrypted.project.succeed("verify")
    # The second version swaps a pointer that is encrypted.
    encrypted.project.database.execute("INSERT INTO small VALUES (2)")
    encrypted.project.succeed("run")
    assert encrypted.project.query("SELECT count(*) FROM small") == [["2"]]


def test_stable_names_are_copies_by_the_same_key(encrypted):
    encrypted.configure(f", encryption: sse-kms, kms_key: {KEY}")
    path = encrypted.project.folder / "carmilla.yaml"
    path.write_text(path.read_text().replace("\ntables:", "\ndefaults: {layout: stable}\ntables:"))
    encrypted.project.succeed("run")
    told = encrypted.objects()["lake/large/large.parquet"]
    assert (told["ServerSideEncryption"], told["SSEKMSKeyId"].rpartition(":")[2]) == (
        "aws:kms", KEY)


def test_a_key_that_the_kms_does_not_know_is_refused_by_name_and_nothing_is_written(encrypted):
    encrypted.configure(", encryption: sse-kms, kms_key: another-key")
    ran = encrypted.project.run("run")
    assert ran.code in REFUSED, str(ran)
    assert "another-key" in ran.err or "kms:KeyNotFound" in ran.err, str(ran)
    assert encrypted.objects() == {}


def test_a_bucket_that_encrypts_by_itself_needs_nothing(encrypted):
    encrypted.s3.put_bucket_encryption(
        Bucket=encrypted.bucket, ServerSideEncryptionConfiguration={"Rules": [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms",
                                                    "KMSMasterKeyID": KEY}}]})
    encrypted.configure("")
    encrypted.project.succeed("run")
    assert {told["ServerSideEncryption"] for told in encrypted.objects().values()} == {"aws:kms"}
    assert encrypted.project.query("SELECT count(*) FROM large") == [["120000"]]
