"""Answers the API of Athena by running the SQL on DuckDB, over the files of the tables that Glue
(in the same process) has registered.

It is not Athena's engine: it shows what is registered, where the files lie, and whether the types
of the catalog can be read from them. The objects of the test bucket are files below S3_DATA;
answers are written to it over S3. SQL with the word `endless` runs until it is stopped.

UNLOAD writes what Athena does: Parquet files without an ending, in which times are INT96 and every
decimal is bytes, into a folder that must be empty; no file without rows; and a list of the files.
"""

import base64
import json
import os
import pathlib
import re
import uuid

import boto3
import duckdb
import pyarrow
import pyarrow.parquet
from moto.athena.responses import AthenaResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.glue.models import glue_backends

EXECUTIONS = {}
TOKENS = {}
CREATE_VIEW = re.compile(r'CREATE OR REPLACE VIEW "?(\w+)"? AS (.*)', re.DOTALL)
UNLOAD = re.compile(r"UNLOAD \((.*)\) TO '(s3://[^']*/)' WITH "
                    r"\(format = 'PARQUET', compression = 'ZSTD'\)", re.DOTALL)
VIEW_BEGIN, VIEW_END = "/* Presto View: ", " */"
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
# Types of DuckDB by their ids, as Athena names them.
TYPE_NAMES = {"hugeint": "bigint", "float": "float", "blob": "varbinary", "list": "array",
              "struct": "row", "timestamp with time zone": "timestamp with time zone"}
# Scalar types of Hive that are cast to what the catalog says; a file that disagrees fails.
SCALARS = {"string": "VARCHAR", "int": "INTEGER", "binary": "BLOB", "float": "FLOAT"}


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def files_below(location):
    """Paths of the visible files below an s3:// location, as Hive sees them."""
    root = pathlib.Path(os.environ["S3_DATA"]) / location.removeprefix("s3://")
    return sorted(str(path) for path in root.rglob("*") if path.is_file() and not any(
        part.startswith(("_", ".")) for part in path.relative_to(root).parts))


def select_of(columns, location, keys=()):
    """A SELECT of the columns from all files below a location; None if there is none."""
    files = files_below(location)
    if not files:
        return None
    items = []
    for column in columns:
        name, kind = quoted(column["Name"]), column["Type"]
        is_nested = kind.startswith(("array", "struct", "map"))
        target = SCALARS.get(kind, kind)
        items.append(f"{name} AS {name}" if is_nested else f"CAST({name} AS {target}) AS {name}")
    for key, value in keys:
        constant = "NULL" if value == NULL_PARTITION else "'" + value.replace("'", "''") + "'"
        items.append(f"CAST({constant} AS {SCALARS.get(key['Type'], key['Type'])}) AS "
                     f"{quoted(key['Name'])}")
    paths = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
    return (f"SELECT {', '.join(items)} FROM read_parquet([{paths}], hive_partitioning=false, "
            "union_by_name=true)")


def view_of(backend, database, table):
    descriptor = table["StorageDescriptor"]
    keys = table.get("PartitionKeys") or []
    if not keys:
        selects = [select_of(descriptor["Columns"], descriptor["Location"])]
    else:
        partitions = [partition.as_dict() for partition in
                      backend.get_partitions(database, table["Name"], None)]
        selects = [select_of(partition["StorageDescriptor"]["Columns"],
                             partition["StorageDescriptor"]["Location"],
                             list(zip(keys, partition["Values"])))
                   for partition in partitions]
    selects = [select for select in selects if select is not None]
    if not selects:
        empty = ", ".join(f"CAST(NULL AS VARCHAR) AS {quoted(column['Name'])}"
                          for column in descriptor["Columns"] + keys)
        selects = [f"SELECT {empty} WHERE false"]
    return " UNION ALL ".join(selects)


def backend_of_glue():
    return glue_backends[DEFAULT_ACCOUNT_ID][os.environ["AWS_REGION"]]


def is_view(table):
    return table.get("TableType") == "VIRTUAL_VIEW"


def define_others(connection, sql, database):
    """Makes a schema for every other database that the SQL may name, with views of its tables."""
    backend = backend_of_glue()
    for other in [other for other in backend.databases if other != database and other in sql]:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(other)}")
        for table in backend.get_tables(other, None):
            if table.name in sql and not is_view(table.as_dict()):
                connection.execute(f"CREATE VIEW IF NOT EXISTS {quoted(other)}.{quoted(table.name)}"
                                   f" AS {view_of(backend, other, table.as_dict())}")


def define(connection, sql, tables, database):
    """Makes a view for every table and view of the catalog that the SQL may name."""
    define_others(connection, sql, database)
    for name in [name for name in tables if name.lower() in sql.lower()]:
        table = tables.pop(name, None)
        if table is None:  # A view named it, too.
            continue
        if is_view(table):
            encoded = table["ViewOriginalText"][len(VIEW_BEGIN):-len(VIEW_END)]
            select = json.loads(base64.b64decode(encoded))["originalSql"]
            define(connection, select, tables, database)
        else:
            select = view_of(backend_of_glue(), database, table)
        connection.execute(f"CREATE VIEW {quoted(name)} AS {select}")


def connection_for(sql, database):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    tables = [table.as_dict() for table in
              (backend_of_glue().get_tables(database, None) if database else [])]
    define(connection, sql, {table["Name"]: table for table in tables}, database)
    return connection


def create_view(name, select, database):
    """Registers a view as Athena does: its SQL in base64, and no parameters of the user's."""
    backend = backend_of_glue()
    shown = {table.name: table.as_dict() for table in backend.get_tables(database, None)}
    if name in shown and not is_view(shown[name]):
        raise duckdb.Error(f"line 1:1: Table already exists: {database}.{name}")
    rows = connection_for(select, database).execute(f"DESCRIBE {select}").fetchall()
    text = base64.b64encode(json.dumps({"originalSql": select}).encode()).decode()
    table = {"Name": name, "TableType": "VIRTUAL_VIEW",
             "Parameters": {"presto_view": "true", "comment": "Presto View"},
             "ViewOriginalText": VIEW_BEGIN + text + VIEW_END,
             "ViewExpandedText": "/* Presto View */", "PartitionKeys": [],
             "StorageDescriptor": {"Columns": [{"Name": column, "Type": kind.lower()}
                                               for column, kind, *_ in rows]}}
    if name in shown:
        backend.update_table(database, name, table)
    else:
        backend.create_table(database, name, table)


def run(sql, database):
    """Names, types and rows of the answer."""
    view = CREATE_VIEW.match(sql)
    if view:
        create_view(view.group(1), view.group(2), database)
        return [], []
    cursor = connection_for(sql, database).execute(sql)
    description = cursor.description or []
    return [column_info(name, kind) for name, kind, *_ in description], cursor.fetchall()


def column_info(name, kind):
    text = TYPE_NAMES.get(kind.id, kind.id)
    info = {"Name": name, "Type": text, "Precision": 0, "Scale": 0}
    if kind.id == "decimal":
        sizes = dict(kind.children)
        info |= {"Precision": sizes["precision"], "Scale": sizes["scale"]}
    return info


def text_of(value, kind):
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "timestamp":
        return value.isoformat(sep=" ", timespec="milliseconds")
    if kind == "varbinary":
        return value.hex(" ")
    if isinstance(value, list):
        return "[" + ", ".join(text_of(one, "") for one in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={text_of(one, '')}" for name, one in value.items()) + "}"
    return str(value)


def s3_client():
    return boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"],
                        verify=os.environ["S3_CA_FILE"], region_name=os.environ["AWS_REGION"])


def put(uri, body):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    s3_client().put_object(Bucket=bucket, Key=key, Body=body)


def write_answer(uri, columns, rows):
    names = [column["Name"] for column in columns]
    lines = [",".join("" if text is None else '"' + text.replace('"', '""') + '"'
                      for text in row) for row in [names, *rows]]
    put(uri, ("\n".join(lines) + "\n").encode())


def stored_form(name, kind):
    """How a column of the answer is cast for a file: times have milliseconds."""
    if kind == "timestamp with time zone":
        raise duckdb.Error("NOT_SUPPORTED: Unsupported Hive type: timestamp(3) with time zone")
    column = quoted(name)
    forms = {"timestamp": f"date_trunc('millisecond', {column})", "bigint": f"{column}::BIGINT"}
    return f"{forms.get(kind, column)} AS {quoted(name.lower())}"


def unload(select, folder, database):
    """Writes the rows in two files, where there are two; returns their URIs."""
    bucket, prefix = folder.removeprefix("s3://").split("/", 1)
    if s3_client().list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"] > 0:
        raise duckdb.Error(f"HIVE_PATH_ALREADY_EXISTS: Target directory already exists: {folder}")
    connection = connection_for(select, database)
    cursor = connection.execute(f"SELECT * FROM ({select}) LIMIT 0")
    columns = [column_info(name, kind) for name, kind, *_ in cursor.description]
    items = ", ".join(stored_form(column["Name"], column["Type"]) for column in columns)
    rows = connection.execute(f"SELECT {items} FROM ({select})").fetch_arrow_table()
    half = (rows.num_rows + 1) // 2
    uris = []
    for piece in (rows.slice(0, half), rows.slice(half)):
        if piece.num_rows == 0:
            continue
        file = pyarrow.BufferOutputStream()
        pyarrow.parquet.write_table(piece, file, compression="zstd",
                                    use_deprecated_int96_timestamps=True, store_schema=False)
        uris.append(f"{folder}20260101_000000_00001_stand_{uuid.uuid4()}")
        put(uris[-1], file.getvalue().to_pybytes())
    return uris


def failed(category, reason):
    return {"State": "FAILED", "StateChangeReason": reason,
            "AthenaError": {"ErrorCategory": category, "ErrorMessage": reason}}


def execute(execution, sql, database):
    try:
        unloading = UNLOAD.fullmatch(sql)
        if unloading:
            uris = unload(unloading.group(1), unloading.group(2), database)
            execution["manifest"] = execution["output"] + "-manifest.csv"
            put(execution["manifest"], "".join(f"{uri}\n" for uri in uris).encode())
            execution["status"] = {"State": "SUCCEEDED"}
            return
        execution["columns"], rows = run(sql, database)
        execution["rows"] = [
            [None if value is None else text_of(value, column["Type"])
             for value, column in zip(row, execution["columns"])] for row in rows]
        if execution["output"].endswith(".csv"):
            write_answer(execution["output"], execution["columns"], execution["rows"])
        execution["status"] = {"State": "SUCCEEDED"}
    except duckdb.Error as error:
        execution["status"] = failed(2, str(error).splitlines()[0])


def start_query_execution(self):
    parameters = json.loads(self.body)
    token = parameters.get("ClientRequestToken")
    if token in TOKENS:
        return json.dumps({"QueryExecutionId": TOKENS[token]})
    identity = str(uuid.uuid4())
    sql = parameters["QueryString"]
    is_select = sql.lstrip(" \n(").lower().startswith(("select", "with", "values"))
    folder = parameters.get("ResultConfiguration", {}).get("OutputLocation", "")
    ending = ".csv" if is_select else "" if sql.startswith("UNLOAD") else ".txt"
    output = folder.rstrip("/") + "/" + identity + ending
    execution = {"sql": sql, "output": output if folder else "", "columns": [], "rows": [],
                 "status": {"State": "RUNNING"}, "begins_with_names": is_select}
    EXECUTIONS[identity] = execution
    TOKENS[token] = identity
    if "endless" not in sql:
        execute(execution, sql, parameters.get("QueryExecutionContext", {}).get("Database"))
    return json.dumps({"QueryExecutionId": identity})


def get_query_execution(self):
    identity = json.loads(self.body)["QueryExecutionId"]
    execution = EXECUTIONS[identity]
    configuration = {"OutputLocation": execution["output"]} if execution["output"] else {}
    manifest = ({"DataManifestLocation": execution["manifest"]} if "manifest" in execution
                else {})
    return json.dumps({"QueryExecution": {
        "QueryExecutionId": identity, "Query": execution["sql"], "Status": execution["status"],
        "ResultConfiguration": configuration,
        "Statistics": {"DataScannedInBytes": 4096, **manifest}}})


def list_query_executions(self):
    return json.dumps({"QueryExecutionIds": list(EXECUTIONS)})


def stop_query_execution(self):
    EXECUTIONS[json.loads(self.body)["QueryExecutionId"]]["status"] = {"State": "CANCELLED"}
    return json.dumps({})


def get_query_results(self):
    parameters = json.loads(self.body)
    execution = EXECUTIONS[parameters["QueryExecutionId"]]
    rows = list(execution["rows"])
    if execution["begins_with_names"]:
        rows.insert(0, [column["Name"] for column in execution["columns"]])
    first = int(parameters.get("NextToken") or 0)
    last = first + int(parameters.get("MaxResults") or 1000)
    answer = {"ResultSet": {
        "Rows": [{"Data": [{} if text is None else {"VarCharValue": text} for text in row]}
                 for row in rows[first:last]],
        "ResultSetMetadata": {"ColumnInfo": execution["columns"]}}}
    if last < len(rows):
        answer["NextToken"] = str(last)
    return json.dumps(answer)


def install():
    """Puts these answers in the place of moto's."""
    for operation in (start_query_execution, get_query_execution, list_query_executions,
                      stop_query_execution, get_query_results):
        setattr(AthenaResponse, operation.__name__, operation)
