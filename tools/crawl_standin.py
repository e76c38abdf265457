"""Crawls of the stand-in for Glue: what lies below the S3 targets of a crawler becomes tables.

Like those of AWS it lists the objects of each target that no exclusion hides, whoever wrote them,
takes columns from the Parquet files and partitions from the folders (`dt=2024-05-01` as `dt`, any
other folder as `partition_0`), and makes or updates one table for each target, named after its
folder. It is no classifier: only Parquet is known, files of one table must have one schema and lie
equally deep, or the crawl fails. Partitions that are gone stay, as with DeleteBehavior LOG.
"""

import io
import os
import re

import boto3
import pyarrow
import pyarrow.parquet
from moto.glue.models import FakeCrawler

INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
NAMES = {"int8": "tinyint", "int16": "smallint", "int32": "int", "int64": "bigint",
         "bool": "boolean", "date32[day]": "date"}


class CrawlFailed(Exception):
    """Its text is what GetCrawler tells as ErrorMessage."""


def pattern_of(exclusion):
    """A glob of a crawler, relative to its target: `*` stays within a folder, `**` does not."""
    forms = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*|\*|\?|\[[^]]*\])", exclusion)
    return re.compile("".join(
        forms.get(piece, piece if piece.startswith("[") else re.escape(piece))
        for piece in pieces))


def s3_client():
    return boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"],
                        verify=os.environ["S3_CA_FILE"], region_name=os.environ["AWS_REGION"])


def visible_keys(client, target):
    """Bucket, prefix, and the keys below a target that no exclusion hides, relative to it."""
    bucket, _, prefix = target["Path"].removeprefix("s3://").partition("/")
    prefix = prefix.rstrip("/") + "/"
    hidden = [pattern_of(one) for one in target.get("Exclusions", [])]
    keys = []
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            key = entry["Key"].removeprefix(prefix)
            if key and not any(pattern.fullmatch(key) for pattern in hidden):
                keys.append(key)
    return bucket, prefix, keys


def hive_type(kind):
    if pyarrow.types.is_list(kind):
        return f"array<{hive_type(kind.value_type)}>"
    if pyarrow.types.is_struct(kind):
        return "struct<" + ",".join(f"{field.name}:{hive_type(field.type)}"
                                    for field in kind) + ">"
    if pyarrow.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pyarrow.types.is_timestamp(kind):
        return "timestamp"
    return NAMES.get(str(kind), str(kind))


def columns_of(client, bucket, prefix, keys):
    """The columns of all files, which must agree."""
    known = set()
    for key in keys:
        body = client.get_object(Bucket=bucket, Key=prefix + key)["Body"].read()
        try:
            schema = pyarrow.parquet.read_schema(io.BytesIO(body))
        except pyarrow.ArrowInvalid as error:
            raise CrawlFailed(f"no Parquet file: {prefix}{key}") from error
        known.add(tuple((field.name.lower(), hive_type(field.type)) for field in schema))
    if len(known) > 1:
        raise CrawlFailed(f"files of several schemas: {prefix}")
    return [{"Name": name, "Type": kind} for name, kind in known.pop()]


def descriptor(columns, location):
    return {"Columns": columns, "Location": location, "InputFormat": INPUT,
            "OutputFormat": OUTPUT, "SerdeInfo": {"SerializationLibrary": SERDE}}


def partitions_of(keys, prefix):
    """Names of the partition keys, and folders by the values of their partitions."""
    folders = {key.rpartition("/")[0] for key in keys}
    levels = [folder.split("/") if folder else [] for folder in sorted(folders)]
    if len({len(parts) for parts in levels}) > 1:
        raise CrawlFailed(f"files lie at several depths: {prefix}")
    named = [[part.split("=", 1) if "=" in part else [f"partition_{depth}", part]
              for depth, part in enumerate(parts)] for parts in levels]
    names = {tuple(name for name, _ in parts) for parts in named}
    if len(names) > 1:
        raise CrawlFailed(f"folders of several kinds: {prefix}")
    return list(names.pop()), {tuple(value for _, value in parts): "/".join(folder)
                               for parts, folder in zip(named, levels)}


def crawl_target(client, backend, crawler, target):
    bucket, prefix, keys = visible_keys(client, target)
    if not keys:
        return
    columns = columns_of(client, bucket, prefix, keys)
    names, partitions = partitions_of(keys, prefix)
    location = f"s3://{bucket}/{prefix}"
    name = prefix.rstrip("/").rpartition("/")[2]
    table = {"Name": name, "TableType": "EXTERNAL_TABLE",
             "PartitionKeys": [{"Name": key, "Type": "string"} for key in names],
             "Parameters": {"classification": "parquet", "UPDATED_BY_CRAWLER": crawler.name},
             "StorageDescriptor": descriptor(columns, location)}
    database = crawler.database_name
    if name in {known.name for known in backend.get_tables(database, None)}:
        backend.update_table(database, name, table)
    else:
        backend.create_table(database, name, table)
    if not names:
        return
    known = {tuple(one.values) for one in backend.get_partitions(database, name, None)}
    for values, folder in partitions.items():
        if values not in known:
            backend.create_partition(database, name, {
                "Values": list(values),
                "StorageDescriptor": descriptor(columns, f"{location}{folder}/")})


def crawl(crawler):
    """Returns what went wrong, or None."""
    client = s3_client()
    try:
        for target in crawler.targets.get("S3Targets", []):
            crawl_target(client, crawler.backend, crawler, target)
    except (CrawlFailed, client.exceptions.ClientError) as error:
        return str(error)
    return None


def starting(start_crawler):
    def started(self):
        start_crawler(self)
        self.crawls[-1].problem = crawl(self)

    return started


def with_status_of_aws(as_dict):
    """GetCrawler calls a good end SUCCEEDED, ListCrawls COMPLETED."""
    def corrected(self):
        crawler = as_dict(self)
        last = crawler.get("LastCrawl", {})
        if last.get("Status") == "COMPLETED":
            problem = self.crawls[-1].problem
            last |= ({"Status": "FAILED", "ErrorMessage": problem} if problem
                     else {"Status": "SUCCEEDED"})
        return crawler

    return corrected


def install():
    """Puts these crawls in the place of moto's."""
    FakeCrawler.start_crawler = starting(FakeCrawler.start_crawler)
    FakeCrawler.as_dict = with_status_of_aws(FakeCrawler.as_dict)
