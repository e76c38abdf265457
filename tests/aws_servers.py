"""Stand-ins for S3, Glue and Athena of a test's own, and clients of them that share no code with
ours."""

import pathlib
import subprocess
import sys
import uuid

ENDPOINTS = {"secretsmanager": "secrets_manager"}
TOOL = pathlib.Path(__file__).resolve().parent.parent / "tools" / "aws_server.py"


class AwsServers:
    """The servers of tools/aws_server.py; `environment` is what a program needs to use them."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        subprocess.run([sys.executable, str(TOOL), "start", str(self.directory)], check=True)
        lines = (self.directory / "env").read_text(encoding="utf-8").split()
        self.environment = dict(line.split("=", 1) for line in lines)

    def stop(self):
        subprocess.run([sys.executable, str(TOOL), "stop", str(self.directory)], check=True)

    def client(self, service):
        import boto3  # Slow to load, and few tests need it.

        variable = "AWS_ENDPOINT_URL_" + ENDPOINTS.get(service, service).upper()
        return boto3.client(
            service, endpoint_url=self.environment[variable],
            region_name=self.environment["AWS_REGION"], verify=self.environment["AWS_CA_BUNDLE"],
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"])

    def make_bucket(self):
        name = f"test-{uuid.uuid4().hex[:12]}"
        self.client("s3").create_bucket(
            Bucket=name,
            CreateBucketConfiguration={"LocationConstraint": self.environment["AWS_REGION"]})
        return name
