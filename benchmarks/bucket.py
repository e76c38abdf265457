"""A bucket for the throwaway lake: the S3 server of the tests, over TLS on this machine."""

import pathlib
import shutil
import subprocess

from programs import ROOT

SERVER = ROOT / "tools" / "s3_server.py"
NAME = "bench"
LAKE = f"s3://{NAME}/lake"
FOLDER = "BENCH_BUCKET"  # The variable that names the folder of its objects.


def switch_on(environment, folder):
    """Starts the server in `folder`; returns `environment` for more of it."""
    subprocess.run([SERVER, "start", folder], check=True)
    told = dict(line.split("=", 1) for line in (folder / "env").read_text().split())
    bucket = pathlib.Path(told["CARMILLA_S3_CA_FILE"]).parent / "data" / NAME
    bucket.mkdir()
    return {**environment, "AWS_ENDPOINT_URL_S3": told["CARMILLA_S3_ENDPOINT"],
            "AWS_CA_BUNDLE": told["CARMILLA_S3_CA_FILE"], "AWS_REGION": told["CARMILLA_S3_REGION"],
            "AWS_ACCESS_KEY_ID": told["AWS_ACCESS_KEY_ID"],
            "AWS_SECRET_ACCESS_KEY": told["AWS_SECRET_ACCESS_KEY"], FOLDER: str(bucket)}


def switch_off(folder):
    subprocess.run([SERVER, "stop", folder], check=False)


def lake_folder(environment):
    """Where the server keeps the objects of the lake, as files of the same names."""
    return pathlib.Path(environment[FOLDER]) / "lake"


def empty(environment):
    shutil.rmtree(lake_folder(environment), ignore_errors=True)
