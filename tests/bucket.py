"""A bucket on the throwaway S3 server, looked at by a client that shares no code with ours."""

import os
import pathlib
import shutil
import uuid

from pyarrow import fs


class Bucket:
    def __init__(self):
        text = pathlib.Path(os.environ["CARMILLA_TEST_S3_ENV"]).read_text(encoding="utf-8")
        self.server = dict(line.split("=", 1) for line in text.splitlines())
        self.endpoint = self.server["CARMILLA_S3_ENDPOINT"]
        self.ca_file = self.server["CARMILLA_S3_CA_FILE"]
        self.region = self.server["CARMILLA_S3_REGION"]
        self.secret = self.server["AWS_SECRET_ACCESS_KEY"]
        self.keys = {name: self.server[name]
                     for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        self.name = f"test-{uuid.uuid4().hex[:12]}"
        self.files = fs.S3FileSystem(
            access_key=self.keys["AWS_ACCESS_KEY_ID"], secret_key=self.secret,
            region=self.region, endpoint_override=self.endpoint.removeprefix("https://"),
            tls_ca_file_path=self.ca_file, allow_bucket_creation=True)
        self.files.create_dir(self.name)

    def objects(self):
        """The keys of all objects, sorted."""
        infos = self.files.get_file_info(fs.FileSelector(self.name, recursive=True))
        return sorted(info.path.removeprefix(self.name + "/") for info in infos if info.is_file)

    def uploads(self):
        """Files of uploads that were neither completed nor aborted, as the server keeps them."""
        folder = pathlib.Path(self.ca_file).parent / "data" / self.name / ".sgwtmp" / "multipart"
        return sorted(str(path) for path in folder.rglob("*") if path.is_file())

    def drop(self):
        # The server keeps a bucket as a folder.
        shutil.rmtree(pathlib.Path(self.ca_file).parent / "data" / self.name)
