"""What AWS allows by a policy of IAM: which actions and resources a request needs, and whether a
policy of deploy/iam lists them. Refuses everything else in the words of AWS.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

import fnmatch
import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "deploy" / "iam"
ACCOUNT = "123456789012"
# Parameters of S3's requests on an object, and the action that they are; the rest is by method.
OF_UPLOADS = {"DELETE": "s3:AbortMultipartUpload", "GET": "s3:ListMultipartUploadParts"}
OF_OBJECTS = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject",
              "POST": "s3:PutObject", "DELETE": "s3:DeleteObject"}
HEADERS = {"x-amz-tagging": "s3:PutObjectTagging", "x-amz-acl": "s3:PutObjectAcl",
           # Without it, a condition would tell what an object holds.
           "If-Match": "s3:GetObject"}
VIEW = re.compile(r'CREATE OR REPLACE VIEW "(\w+)"')
UNLOAD = re.compile(r"\) TO 's3://([^/']+)/([^']+)' WITH ")


class Policy:
    """Files of deploy/iam with their placeholders filled in; `without` leaves one action out."""

    def __init__(self, names, values, without=None):
        self.statements = []
        for name in names:
            text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
            for word, value in values.items():
                text = re.sub(rf"\b{word}\b", value, text)
            self.statements += json.loads(text)["Statement"]
        self.without = without
        self.used = set()
        self.role = None  # The policy of the role with which crawls are made, where it matters.

    def allows(self, action, resource, context):
        if action == self.without:
            return False
        for statement in self.statements:
            resources = statement["Resource"]
            if (action in statement["Action"]
                    and any(fnmatch.fnmatchcase(resource, one) for one in
                            ([resources] if isinstance(resources, str) else resources))
                    and holds(statement.get("Condition", {}), context)):
                self.used.add(action)
                return True
        return False


def actions_of(name):
    """All actions of a policy, in its order."""
    statements = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["Statement"]
    return [action for statement in statements for action in statement["Action"]]


def holds(conditions, context):
    """What a request does not tell matches nothing."""
    for operator, keys in conditions.items():
        assert operator in ("StringEquals", "StringLike"), operator
        for key, wanted in keys.items():
            values = [wanted] if isinstance(wanted, str) else wanted
            told = context.get(key)
            if told is None or not any(fnmatch.fnmatchcase(told, value) for value in values):
                return False
    return True


def needs_of_s3(request):
    bucket, _, key = request.path[1:].partition("/")
    of_bucket, context = f"arn:aws:s3:::{bucket}", {"s3:ResourceAccount": ACCOUNT}
    if not key:
        if "uploads" in request.query:
            return [("s3:ListBucketMultipartUploads", of_bucket, context)]
        if "lifecycle" in request.query:
            return [("s3:GetLifecycleConfiguration", of_bucket, context)]
        if "prefix" in request.query:
            context["s3:prefix"] = request.query["prefix"]
        return [("s3:ListBucket", of_bucket, context)]
    action = OF_OBJECTS[request.method]
    if "uploadId" in request.query:
        action = OF_UPLOADS.get(request.method, action)
    actions = [action] + [more for name, more in HEADERS.items()
                          if name in request.headers and request.method != "GET"]
    needs = [(one, f"{of_bucket}/{key}", context) for one in dict.fromkeys(actions)]
    return needs + needs_of_kms(request, actions[0])


def needs_of_kms(request, action):
    """S3 uses the key in the caller's name: to write, to read, and to join what was uploaded."""
    if not request.key:
        return []
    context = {"kms:ViaService": f"s3.{request.region}.amazonaws.com"}
    actions = ["kms:GenerateDataKey"] if action == "s3:PutObject" else []
    if action == "s3:GetObject" or "uploadId" in request.query:
        actions.append("kms:Decrypt")
    return [(one, request.key, context) for one in actions]


def needs_of_crawl(region, project):
    """What a crawl does in its role's name: AWS tells nowhere exactly."""
    base = f"arn:aws:glue:{region}:{ACCOUNT}:"
    context = {"s3:ResourceAccount": ACCOUNT}
    resources = [base + "catalog", f"{base}database/{project.database}"]
    table = f"{base}table/{project.database}/orders"
    lake = f"arn:aws:s3:::{project.bucket}"
    log = f"arn:aws:logs:{region}:{ACCOUNT}:log-group:/aws-glue/crawlers"
    needs = [("s3:ListBucket", lake, context | {"s3:prefix": "lake/orders/"}),
             ("s3:GetObject", f"{lake}/lake/orders/orders.parquet", context)]
    needs += [("glue:GetDatabase", resource, {}) for resource in resources]
    needs += [(f"glue:{operation}", resource, {}) for resource in [*resources, table]
              for operation in ("GetTable", "CreateTable", "UpdateTable", "GetPartitions",
                                "BatchGetPartition", "BatchCreatePartition",
                                "BatchUpdatePartition")]
    return needs + [(f"logs:{operation}", log, {}) for operation in
                    ("CreateLogGroup", "CreateLogStream", "PutLogEvents")]


def needs_of_crawlers(request, region):
    parameters = request.parameters()
    crawler = f"arn:aws:glue:{region}:{ACCOUNT}:crawler/{parameters['Name']}"
    needs = [(f"glue:{request.operation}", crawler, {})]
    if "Role" in parameters:
        needs.append(("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/{parameters['Role']}",
                      {"iam:PassedToService": "glue.amazonaws.com"}))
    return needs


def needs_of_glue(request, region):
    if request.operation.endswith("Crawler"):
        return needs_of_crawlers(request, region)
    parameters = request.parameters()
    base = f"arn:aws:glue:{region}:{ACCOUNT}:"
    database = (parameters.get("DatabaseName") or parameters.get("DatabaseInput", {}).get("Name")
                or parameters.get("Name"))
    table = parameters.get("TableName") or parameters.get("TableInput", {}).get("Name")
    if table is None and "DatabaseName" in parameters:
        table = parameters.get("Name")
    # The right must be on the thing and on what it is in.
    resources = [base + "catalog", base + f"database/{database}"]
    if table is not None:
        resources.append(base + f"table/{database}/{table}")
    return [(f"glue:{request.operation}", resource, {}) for resource in resources]


def needs_of_athena(request, region, project):
    """Also what Athena does in the caller's name for a statement over the table `orders`."""
    workgroup = f"arn:aws:athena:{region}:{ACCOUNT}:workgroup/primary"
    needs = [(f"athena:{request.operation}", workgroup, {})]
    if request.operation != "StartQueryExecution":
        return needs
    parameters = request.parameters()
    base = f"arn:aws:glue:{region}:{ACCOUNT}:"
    database = parameters["QueryExecutionContext"]["Database"]
    resources = [base + "catalog", base + f"database/{database}",
                 base + f"table/{database}/orders"]
    for action in ("glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"):
        needs += [(action, resource, {}) for resource in resources
                  if action != "glue:GetDatabase" or "table/" not in resource]
    statement = parameters["QueryString"]
    view = VIEW.match(statement)
    if view:
        needs += [(action, resource, {}) for action in ("glue:CreateTable", "glue:UpdateTable")
                  for resource in [*resources[:2], f"{base}table/{database}/{view.group(1)}"]]
    context = {"s3:ResourceAccount": ACCOUNT}
    unload = UNLOAD.search(statement)
    if unload:
        bucket, folder = unload.groups()
        needs += [("s3:ListBucket", f"arn:aws:s3:::{bucket}", context | {"s3:prefix": folder}),
                  ("s3:PutObject", f"arn:aws:s3:::{bucket}/{folder}1", context)]
    answers = parameters["ResultConfiguration"]["OutputLocation"].removeprefix("s3://")
    of_answers = f"arn:aws:s3:::{answers.partition('/')[0]}"
    lake = f"arn:aws:s3:::{project.bucket}"
    return needs + [
        ("s3:ListBucket", lake, context | {"s3:prefix": "lake/orders/"}),
        ("s3:GetObject", f"{lake}/lake/orders/dt=2024-05-01/1/part-00000.parquet", context),
        ("s3:GetBucketLocation", of_answers, context),
        ("s3:PutObject", f"arn:aws:s3:::{answers}1.csv", context)]


def needs_of(request, region, project):
    """Actions, resources and what conditions are about."""
    if request.service == "s3":
        return needs_of_s3(request)
    if request.service == "glue":
        return needs_of_glue(request, region)
    if request.service == "athena":
        return needs_of_athena(request, region, project)
    if request.service == "sts":  # GetCallerIdentity, which nobody can be refused.
        return []
    if request.service == "secretsmanager":
        secret = request.parameters()["SecretId"]
        return [(f"secretsmanager:{request.operation}",
                 f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{secret}-abcdef", {})]
    raise AssertionError(f"the rights of this service are not known: {request.service}")


class Rights:
    """A script for CloudProxy that allows what a policy lists, for one project; `key` is that of
    KMS by which everything is encrypted."""

    def __init__(self, policy, region, project, key=None):
        self.policy, self.region, self.project, self.key = policy, region, project, key
        self.refused = []
        self.problem_of_crawl = None

    def __call__(self, request, forward):
        request.region, request.key = self.region, self.key
        for action, resource, context in needs_of(request, self.region, self.project):
            if not self.policy.allows(action, resource, context):
                return self.refuse(request, action, resource)
        if request.operation == "StartCrawler" and self.policy.role is not None:
            self.crawl()
        answer = forward()
        if request.operation == "GetCrawler" and self.problem_of_crawl is not None:
            return self.failed(answer)
        bucket = f"arn:aws:s3:::{request.path[1:].partition('/')[0]}"
        is_missing = (request.service == "s3" and request.method in ("GET", "HEAD")
                      and answer.status == 404)
        # S3 does not tell what is missing to those who may not list the whole bucket.
        if is_missing and not self.policy.allows("s3:ListBucket", bucket,
                                                 {"s3:ResourceAccount": ACCOUNT}):
            return request.refusal("AccessDenied", "Access Denied")
        return answer

    def crawl(self):
        """Remembers what the role of the crawler is refused."""
        for action, resource, context in needs_of_crawl(self.region, self.project):
            if not self.policy.role.allows(action, resource, context):
                self.refused.append(action)
                self.problem_of_crawl = (f"Service Principal: glue.amazonaws.com is not authorized"
                                         f" to perform: {action} on resource: {resource}")
                return

    def failed(self, answer):
        """GetCrawler's answer, in which the last crawl did not get what it needs."""
        body = json.loads(answer.body)
        if "LastCrawl" in body.get("Crawler", {}):
            body["Crawler"]["LastCrawl"] |= {"Status": "FAILED",
                                             "ErrorMessage": self.problem_of_crawl}
        return answer._replace(body=json.dumps(body).encode())

    def refuse(self, request, action, resource):
        self.refused.append(action)
        code = "AccessDenied" if request.service == "s3" else "AccessDeniedException"
        return request.refusal(
            code, f"User: arn:aws:sts::{ACCOUNT}:assumed-role/test/test is not authorized to "
            f"perform: {action} on resource: {resource} because no identity-based policy allows "
            f"the {action} action")
