"""Where values come from: a source makes a table of each group and prints what stands in it."""

import dataclasses

from values import DEFINITIONS, Since, Sql, Touched

# As people read them, whatever the role or the server has; a type's own output follows them.
SETTINGS = {"TimeZone": "UTC", "DateStyle": "ISO, MDY", "IntervalStyle": "iso_8601",
            "extra_float_digits": "1", "bytea_output": "hex"}


@dataclasses.dataclass(frozen=True)
class Expected:
    """A column as a reader must find it: its type and, by row, the value that was written and what
    it must be (in the form that forms.py compares)."""

    type: str
    written: list
    values: list


class PostgresSource:
    """Tables of a database; what is printed is the server's own text (COPY in its text format)."""

    def __init__(self, database, version):
        self.database = database
        self.major = version // 10000
        database.execute(*DEFINITIONS)

    def columns(self, group):
        """The columns that this version of the server can have, by name."""
        return {f"c{index}": column for index, column in enumerate(group)
                if column.since <= self.major}

    def values(self, column):
        """Those that this version of the server can hold, and NULL."""
        return [value for value in column.values
                if not (isinstance(value, Since) and value.version > self.major)] + [None]

    def fill(self, table, group):
        columns = self.columns(group)
        written = {name: self.values(column) for name, column in columns.items()}
        definitions = ", ".join(f"{name} {column.type}" for name, column in columns.items())
        rows = []
        for row in range(max(map(len, written.values()))):
            values = [expression(written[name][row:row + 1], column.type)
                      for name, column in columns.items()]
            rows.append(f"({row}, {', '.join(values)})")
        self.database.execute(f"CREATE TABLE {table} (row int, {definitions})",
                              f"INSERT INTO {table} VALUES {', '.join(rows)}")

    def expected(self, table, group):
        """Each column as it must be found, by name; row by row as in `row`."""
        columns = self.columns(group)
        printed = [column.printed.format(name) for name, column in columns.items()]
        with self.database.connect() as connection:
            for name, value in SETTINGS.items():
                connection.execute(f"SET {name} = '{value}'")
            with connection.cursor().copy(
                    f"COPY (SELECT {', '.join(printed)} FROM {table} ORDER BY row) "
                    "TO STDOUT") as copy:
                texts = list(zip(*copy.rows()))
        found = {}
        for (name, column), cells in zip(columns.items(), texts):
            written = self.values(column)
            written += [None] * (len(cells) - len(written))
            becomes = [value.becomes if isinstance(value, Touched) else text
                       for value, text in zip(written, cells)]
            found[name] = Expected(column.type, written, [
                None if text is None else column.form.from_text(text) for text in becomes])
        return found


def expression(values, type):
    """SQL of the only value, or of NULL."""
    value = values[0] if values else None
    if isinstance(value, (Since, Touched)):
        value = value.value
    if value is None:
        return "NULL"
    if isinstance(value, Sql):
        return str(value)
    quoted = value.replace("'", "''")
    return f"'{quoted}'::{type}"
