"""Who reads the files: programs that share no code with Carmilla.

A reader gives for each column the values in the order of `row`: None, bool, int, float, Decimal,
str, bytes, lists and dictionaries of these; a date as days and a timestamp as microseconds since
1970-01-01, because no Python type holds all of them.
"""

import duckdb
import pyarrow
import pyarrow.parquet


def countable(type):
    """The Arrow type with numbers in the place of what Python cannot hold."""
    if pyarrow.types.is_date32(type):
        return pyarrow.int32()
    if pyarrow.types.is_timestamp(type):
        assert type.unit == "us", type
        return pyarrow.int64()
    if pyarrow.types.is_list(type):
        return pyarrow.list_(countable(type.value_type))
    if pyarrow.types.is_struct(type):
        return pyarrow.struct([field.with_type(countable(field.type)) for field in type])
    return type


class ArrowReader:
    """Arrow's C++ reader, through pyarrow."""

    def read(self, files):
        table = pyarrow.concat_tables(
            pyarrow.parquet.ParquetFile(file).read() for file in files).sort_by("row")
        return {name: table[name].cast(countable(table[name].type)).to_pylist()
                for name in table.column_names}


class DuckDbReader:
    """DuckDB's reader, through its Python package (another version than the embedded one)."""

    MOMENTS = ("timestamp", "timestamp with time zone")

    def countable(self, expression, type):
        if type.id == "date":
            return f"({expression} - DATE '1970-01-01')"
        if type.id in self.MOMENTS:
            # To DuckDB the last microsecond is infinity.
            return f"(CASE WHEN isinf({expression}) THEN {2**63 - 1} ELSE epoch_us({expression}) END)"
        if type.id == "list":
            inner = self.countable("x", dict(type.children)["child"])
            return f"[{inner} FOR x IN {expression}]"
        if type.id == "struct":
            quoted = [(name.replace('"', '""'), child) for name, child in type.children]
            fields = ", ".join(f'"{name}" := ' + self.countable(f'({expression})."{name}"', child)
                               for name, child in quoted)
            return f"(CASE WHEN {expression} IS NOT NULL THEN struct_pack({fields}) END)"
        return expression

    def read(self, files):
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            table = connection.read_parquet(files)
            columns = [self.countable(f'"{name}"', type)
                       for name, type in zip(table.columns, table.types)]
            rows = table.project(", ".join(columns)).order("1").fetchall()
        return dict(zip(table.columns, map(list, zip(*rows))))
