"""Stands in for Glue, STS and Secrets Manager (moto) and for Athena (athena_standin.py), with
the rules of AWS that moto lacks and our promises rest on.

    aws_standin.py PORT CERTIFICATE KEY

Every request must be signed (Signature V4) with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or
with keys that its STS gave out, for AWS_REGION and at the right time. Of Glue it adds: updates of a
table compare VersionId, lists have pages, batches have their limits and one value for each key;
crawlers can be updated, and a crawl takes a second and makes tables (crawl_standin.py).
"""

import datetime
import io
import json
import os
import sys
import threading

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.glue.responses import GlueResponse
from moto.moto_api import state_manager
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sts.models import sts_backends
from werkzeug.serving import run_simple
from werkzeug.wrappers import Request

import athena_standin
import crawl_standin
import glue_readers

LOCK = threading.RLock()
CLOCK_SECONDS = 300
PAGE = 1000
BATCHES = {"PartitionInputList": 100, "Entries": 100, "PartitionsToDelete": 25}
# Calls that AWS takes without a signature.
UNSIGNED = ("AssumeRoleWithWebIdentity",)


def secrets():
    """Secret keys by access key."""
    known = {os.environ["AWS_ACCESS_KEY_ID"]: os.environ["AWS_SECRET_ACCESS_KEY"]}
    for regions in sts_backends.values():
        for backend in regions.values():
            for role in backend.assumed_roles:
                known[role.access_key_id] = role.secret_access_key
    return known


class Verifier(SigV4Auth):
    """Signs what was signed: every program chooses its headers."""

    def headers_to_sign(self, request):
        return request.headers


def problem_of(request, body):
    """What is wrong with a request's signature, as AWS names it, or None."""
    authorization = request.headers.get("Authorization", "")
    if not authorization.startswith("AWS4-HMAC-SHA256 "):
        return "MissingAuthenticationTokenException"
    parts = dict(part.strip().split("=", 1)
                 for part in authorization.split(" ", 1)[1].split(","))
    key, _, region, service, _ = parts["Credential"].split("/")
    stamp = request.headers.get("X-Amz-Date", "")
    then = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
    seconds = abs((datetime.datetime.now(datetime.UTC) - then).total_seconds())
    if seconds > CLOCK_SECONDS or region != os.environ["AWS_REGION"]:
        return "InvalidSignatureException"
    if key not in secrets():
        return "UnrecognizedClientException"
    headers = {name: request.headers[name] for name in parts["SignedHeaders"].split(";")}
    signed = AWSRequest(request.method, request.url, headers=headers, data=body)
    signed.context["timestamp"] = stamp
    signer = Verifier(Credentials(key, secrets()[key]), service, region)
    text = signer.string_to_sign(signed, signer.canonical_request(signed))
    is_right = signer.signature(text, signed) == parts["Signature"]
    return None if is_right else "InvalidSignatureException"


class CheckSignatures:
    """Lets signed requests through to the application."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        # Read here, and once more by the application.
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        problem = None
        if not any(action.encode() in body for action in UNSIGNED):
            problem = problem_of(Request(environ), body)
        if problem is None:
            return self.application(environ, start_response)
        answer = json.dumps({"__type": problem, "message": "refused by the stand-in"}).encode()
        start_response("400 Bad Request", [("Content-Type", "application/x-amz-json-1.1"),
                                           ("x-amzn-RequestId", "stand-in"),
                                           ("Content-Length", str(len(answer)))])
        return [answer]


def update_table(self):
    table_input = self.parameters["TableInput"]
    with LOCK:
        table = self.glue_backend.get_table(self.parameters["DatabaseName"],
                                            table_input["Name"])
        version = self.parameters.get("VersionId")
        current = str(table._current_version)
        if version is not None and str(version) != current:
            raise JsonRESTError("ConcurrentModificationException",
                                "Update table failed due to concurrent modifications.")
        table.update(table_input)
        if self.parameters.get("SkipArchive"):
            table.versions.pop(current, None)
    return EmptyResult()


def update_crawler(self):
    crawler = self.glue_backend.get_crawler(self.parameters["Name"])
    if crawler.status != "READY":
        raise JsonRESTError("CrawlerRunningException", "Crawler cannot be updated while running")
    if "Targets" in self.parameters:
        crawler.targets = self.parameters["Targets"]
    return EmptyResult()


def get_partitions(self):
    partitions = [partition.as_dict() for partition in self.glue_backend.get_partitions(
        self.parameters["DatabaseName"], self.parameters["TableName"],
        self.parameters.get("Expression"))]
    partitions = glue_readers.in_segment(partitions, self.parameters.get("Segment"))
    if self.parameters.get("ExcludeColumnSchema"):
        for partition in partitions:
            partition["StorageDescriptor"] = {
                name: value for name, value in partition["StorageDescriptor"].items()
                if name != "Columns"}
    first = int(self.parameters.get("NextToken") or 0)
    last = first + min(int(self.parameters.get("MaxResults") or PAGE), PAGE)
    answer = {"Partitions": partitions[first:last]}
    if last < len(partitions):
        answer["NextToken"] = str(last)
    return ActionResult(answer)


def with_limits(operation):
    """Checks the size of a batch, and that each partition has a value for each key."""
    inner = getattr(GlueResponse, operation)

    def checked(self):
        table = self.glue_backend.get_table(self.parameters["DatabaseName"],
                                            self.parameters["TableName"]).as_dict()
        keys = len(table.get("PartitionKeys") or [])
        for name, limit in BATCHES.items():
            elements = self.parameters.get(name, [])
            if len(elements) > limit:
                raise JsonRESTError("ValidationException",
                                    f"Member must have length less than or equal to {limit}")
            for element in elements:
                values = element.get("Values", element.get("PartitionValueList"))
                if len(values) != keys:
                    raise JsonRESTError("InvalidInputException",
                                        "The number of partition keys do not match the number "
                                        "of partition values")
        return inner(self)

    return checked


def main():
    port, certificate, key = sys.argv[1:]
    GlueResponse.update_table = update_table
    GlueResponse.get_partitions = get_partitions
    GlueResponse.update_crawler = update_crawler
    state_manager.set_transition("glue::crawl", {"progression": "time", "seconds": 1})
    for operation in ("batch_create_partition", "batch_update_partition",
                      "batch_delete_partition"):
        setattr(GlueResponse, operation, with_limits(operation))
    athena_standin.install()
    crawl_standin.install()
    glue_readers.install()
    application = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(port), CheckSignatures(application), threaded=True,
               ssl_context=(certificate, key))


if __name__ == "__main__":
    main()
