"""docs/type_matrix.md: what the walk through pg_type found, for people."""

import collections
import re

from samples import REFUSED, SAMPLES
from server_types import is_refused
from values import GROUPS, Since, Sql, Touched
from values import REFUSED as REFUSED_VALUES

MOST_VALUES, LONGEST_VALUE = 10, 36
KINDS = {"b": "base types", "e": "enums", "d": "domains", "c": "composites and row types",
         "r": "ranges", "m": "multiranges", "a": "arrays of all these"}
INTRODUCTION = """\
<!-- Generated from pg_type of PostgreSQL 15. CARMILLA_WRITE_PAGES=1 with conformance_type_matrix
renews it. -->
# Every type, tested

A test asks `pg_type` for every type that the server has, makes a domain, a composite and (where the
type has an order) a range of each base type, fills columns of all of them and of their arrays, and
compares what pyarrow and DuckDB read with what the server prints. A type is exact, or refused by
name; the test fails for one that it does not know. [types.md](types.md) tells the rules.

`group` and `list` are exact value by value, `text` is exact as PostgreSQL prints the whole. Beside
NULL, in arrays too, each type has the values in the last column. `policy` names the one that decides
about values that the file's type cannot hold (`on_nan` where the numeric has a precision). Beside it
arrays have `on_array_shape`, texts of a database that does not know their encoding
`on_invalid_utf8`, and what `types:` declares narrower `on_out_of_range` or `on_precision`.

Types of PostGIS are walked, too. pgvector comes with no package of Debian 12: `vector` is tested
with bytes as its `vector_send` writes them, but not with a server, and the walk includes it where a
server has it.

| PostgreSQL | Parquet | Glue, Athena | array | composite | range | policy | tested values |
|---|---|---|---|---|---|---|---|
"""


def render(database, matrix, described):
    """`described`: by oid the column of an exact type as the manifest describes it."""
    tested = values_of_the_suite(database)
    page = INTRODUCTION
    shown = [type for type in matrix.types.values() if type.oid in described
             and type.kind in "brm" and (type.schema == "pg_catalog" or type.typname in SAMPLES)]
    for type in sorted(shown, key=lambda type: ("brm".index(type.kind), type.title)):
        column = described[type.oid]
        values = tested[type.oid][0]
        values = [*(SAMPLES.get(type.typname, []) if type.kind == "b" else []), *values]
        cells = [code(type.title), code(shorter(column["parquet_type"])),
                 code(shorter(column["glue_type"])),
                 *(made_of_it(type, kind, matrix, described) for kind in "acr"),
                 ", ".join(map(code, sorted(policies_of(type, tested)))), shown_values(values)]
        page += f"| {' | '.join(cells)} |\n"
    return page + counts(matrix, described) + refusals(matrix)


def values_of_the_suite(database):
    """Values and policies of values.py by the oid of their type."""
    found = collections.defaultdict(lambda: ([], set()))
    entries = [(column.type, column.values, column.policies)
               for group in GROUPS.values() for column in group]
    entries += [(type, [value], [phrase]) for type, value, phrase, *_ in REFUSED_VALUES]
    with database.connect() as connection:
        for type, values, policies in entries:
            oid, = connection.execute("SELECT to_regtype(%s)::oid", [type]).fetchone()
            found[oid][0].extend(value.value if isinstance(value, (Since, Touched)) else value
                                 for value in values)
            found[oid][1].update(policies)
    return found


def policies_of(type, tested):
    """Those of the suite's columns; of ranges also those of their bounds."""
    own = tested[type.oid][1]
    # A numeric without precision, of which ranges of the server are made, is text.
    return own | policies_of(type.part, tested) - {"on_nan"} if type.kind in "rm" else own


def made_of_it(type, kind, matrix, described):
    """How what is made of a type is stored, or nothing where PostgreSQL has no such thing."""
    def is_meant(other):
        if kind == "c":
            return other.typname == f"row {type.typname}"
        return other.kind == kind and other.part is type
    found = {form(described[other.oid]["arrow_type"]) for other in matrix.types.values()
             if other.oid in described and is_meant(other)}
    return ", ".join(sorted(found))


def form(arrow_type):
    return {"struct": "group", "list": "list"}.get(arrow_type.split("<")[0], "text")


def shorter(type):
    """Without the flags that every range has."""
    return re.sub(r", ?lower_inc: ?boolean.*?>", ", ...>", type, flags=re.IGNORECASE)


def shown_values(values):
    literals = dict.fromkeys(value for value in values if not isinstance(value, Sql))
    if not literals:
        return "of the server's catalogs"
    shown = [code(value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "...")
             for value in list(literals)[:MOST_VALUES]]
    rest = len(dict.fromkeys(values)) - len(shown)
    return " ".join(shown) + (f" and {rest} more" if rest else "")


def code(text):
    text = "".join(character if character.isprintable() else f"\\u{ord(character):04x}"
                   for character in text).replace("|", "\\|")
    return f"`{text}`" if text.strip() else f"`'{text}'`"


def counts(matrix, described):
    page = ("\n## How many\n\n| | walked | exact | refused | no column can have it |\n"
            "|---|---|---|---|---|\n")
    for kind, title in KINDS.items():
        numbers = [sum(type.kind == kind for type in types) for types in (
            (type for type in matrix.types.values() if type.oid in described),
            matrix.refused.values(), matrix.impossible)]
        page += f"| {title} | {sum(numbers)} | {' | '.join(map(str, numbers))} |\n"
    return page


def refusals(matrix):
    page = "\n## Refused by name\n\n| PostgreSQL | why | and with it |\n|---|---|---|\n"
    by_part = collections.defaultdict(list)
    for type in matrix.refused.values():
        by_part[type.made_of(is_refused)].append(type)
    for part, types in sorted(by_part.items(), key=lambda item: item[0].title):
        others = ", ".join(code(type.title) for type in types if type is not part)
        why = REFUSED.get(part.typname, "a composite without members")
        page += f"| {code(part.title)} | {why} | {others} |\n"
    names = ", ".join(code(type.title) for type in matrix.impossible if type.kind != "a")
    return page + ("\nPostgreSQL itself lets no column have "
                   f"{names}, which contain pseudo-types.\n")
