"""The project of a test with its lake in a bucket and a Glue database of its own."""

import contextlib
import json
import uuid


class CloudProject:
    def __init__(self, project, servers):
        self.project = project
        self.servers = servers
        self.bucket = servers.make_bucket()
        self.database = f"raw_{uuid.uuid4().hex[:8]}"
        self.glue = servers.client("glue")
        self.s3 = servers.client("s3")
        for name in list(project.environment):
            if name.startswith("AWS_"):
                del project.environment[name]
        project.environment |= {**servers.environment, "HOME": str(project.folder),
                                "AWS_EC2_METADATA_DISABLED": "true"}

    def configure(self, tables="  - public.*", glue="", extra=""):
        self.project.configure(tables=tables, extra=extra)
        path = self.project.folder / "carmilla.yaml"
        text = path.read_text(encoding="utf-8").replace(
            "lake: {path: ./lake}",
            f"lake: {{path: 's3://{self.bucket}/lake', "
            f"catalog: {{glue: {{database: {self.database}{glue}}}}}}}\n"
            f"athena: {{output: 's3://{self.bucket}/answers'}}")
        path.write_text(text, encoding="utf-8")

    def table(self, name):
        return self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]

    def put_back(self, table, database=None):
        """Makes Glue show a table as it was, as after a crash before the catalog followed."""
        known = ("Name", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters")
        self.glue.update_table(DatabaseName=database or self.database,
                               TableInput={name: table[name] for name in known})

    def locations(self, name):
        """Locations of the partitions by their value."""
        pages = self.glue.get_paginator("get_partitions").paginate(
            DatabaseName=self.database, TableName=name)
        return {partition["Values"][0]: partition["StorageDescriptor"]["Location"]
                for page in pages for partition in page["Partitions"]}

    def athena(self, sql):
        """Rows as Athena answers them."""
        out = self.project.succeed("query", "--on", "athena", "--json", sql).out
        return [list(json.loads(line).values()) for line in out.splitlines()]

    @contextlib.contextmanager
    def statements(self):
        """A list of what Athena is asked meanwhile, complete at the end."""
        athena = self.servers.client("athena")
        known = set(athena.list_query_executions()["QueryExecutionIds"])
        asked = []
        yield asked
        asked += [
            athena.get_query_execution(QueryExecutionId=identity)["QueryExecution"]["Query"]
            for identity in athena.list_query_executions()["QueryExecutionIds"]
            if identity not in known]

    def statements_of(self, *command):
        """What the program asked Athena."""
        with self.statements() as asked:
            self.project.succeed(*command)
        return asked

    def read(self, key):
        return json.loads(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def current_run(self, name):
        return self.read(f"lake/{name}/_carmilla/current.json")["run_id"]

    def manifest(self, name):
        pointer = self.read(f"lake/{name}/_carmilla/current.json")
        return self.read(f"lake/{name}/{pointer['manifest']}")

    def objects(self, prefix):
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [entry["Key"] for entry in listed.get("Contents", [])]
