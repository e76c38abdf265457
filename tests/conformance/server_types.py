"""Every type of a server that a column can have, as pg_type tells them, with values of each and
what the server itself prints of them, part by part.
"""

import dataclasses

import psycopg

from samples import REFUSED, SAMPLES
from values import Sql

TYPES = """
SELECT t.oid, t.typname, n.nspname, quote_ident(n.nspname) || '.' || quote_ident(t.typname),
    format_type(t.oid, NULL),
    CASE WHEN e.oid IS NOT NULL THEN 'a' ELSE t.typtype::text END,
    coalesce(e.oid, nullif(t.typbasetype, 0), r.rngsubtype, {multirange_part}),
    nullif(t.typrelid, 0)::regclass::text, c.relkind::text,
    coalesce(
        (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum
         WHERE enumtypid = t.oid), '{{}}'),
    (SELECT array_agg(quote_ident(attname) ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped),
    (SELECT array_agg(atttypid ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped),
    EXISTS (SELECT FROM pg_opclass WHERE opcintype = t.oid AND opcdefault
            AND opcmethod = (SELECT oid FROM pg_am WHERE amname = 'btree')),
    t.typarray <> 0
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE n.nspname NOT LIKE 'pg_toast%' AND t.typisdefined
"""
MULTIRANGE_PART = "(SELECT rngtypid FROM pg_range WHERE rngmultitypid = t.oid)"
NUM_ROWS_OF_RELATIONS = 2


@dataclasses.dataclass(eq=False)
class Type:
    """`name` is for SQL (without a length of its own, which `character` has), `title` for people;
    `kind` is typtype, or `a` for an array; `part` what it is made of, if of one type.
    """

    oid: int
    typname: str
    schema: str
    name: str
    title: str
    kind: str
    part_oid: int | None
    relation: str | None
    relation_kind: str | None
    labels: list
    member_names: list | None
    member_oids: list | None
    has_order: bool
    has_array: bool
    part: "Type" = None
    members: list = dataclasses.field(default_factory=list)

    def parts(self):
        return [self.part] if self.part else [type for _, type in self.members]

    def made_of(self, is_meant):
        """The first type that it is, or is made of, for which `is_meant` holds; or None."""
        if is_meant(self):
            return self
        return next(filter(None, (part.made_of(is_meant) for part in self.parts())), None)

    def base(self):
        return self.part.base() if self.kind == "d" else self


def read_types(connection, major):
    """Every type but pseudo-types, by oid."""
    query = TYPES.format(multirange_part=MULTIRANGE_PART if major >= 14 else "NULL")
    types = {row[0]: Type(*row) for row in connection.execute(query).fetchall()}
    for type in types.values():
        type.part = types.get(type.part_oid)
        type.members = list(zip(type.member_names or [],
                                map(types.get, type.member_oids or [])))
    return types


def is_pseudo(type):
    return type.kind == "p"


def is_refused(type):
    return (type.kind == "b" and type.typname in REFUSED) or (
        type.kind == "c" and not type.members)


def is_unknown(type):
    return type.kind == "b" and type.typname not in SAMPLES and not is_refused(type)


class Samples:
    """SQL of values of a type, in which NULL is not."""

    def __init__(self, connection):
        self.connection = connection
        self.known = {}

    def of(self, type):
        if type.oid not in self.known:
            self.known[type.oid] = getattr(self, f"of_{type.kind}")(type)
            assert self.known[type.oid], f"no sample of samples.py is a {type.title}"
        return self.known[type.oid]

    def of_b(self, type):
        return [str(value) if isinstance(value, Sql) else literal(value, type)
                for value in SAMPLES[type.typname]]

    def of_e(self, type):
        return [literal(label, type) for label in type.labels]

    def of_d(self, type):
        values = [*self.of(type.part),
                  *(literal(value, type.part) for value in SAMPLES.get(type.typname, []))]
        return [cast for cast in (f"({value})::{type.name}" for value in values)
                if self.is_accepted(cast)]

    def of_a(self, type):
        elements = ", ".join([*self.of(type.part), "NULL"])
        return [f"'{{}}'::{type.name}", f"ARRAY[NULL]::{type.name}",
                f"ARRAY[{elements}]::{type.name}"]

    def of_r(self, type):
        bounds = self.of(type.part)
        first, second = bounds[0], bounds[-1]
        low, high = f"least({first}, {second})", f"greatest({first}, {second})"
        # Behind the last of numbered values there is no other one, so it is never excluded below.
        made = [("NULL", "NULL", "[]"), (first, first, "[]"), (second, "NULL", "[)"),
                ("NULL", second, "()"), ("NULL", first, "(]"), (low, high, "[)"),
                (low, high, "()")]
        return [f"'empty'::{type.name}",
                *(f"{type.name}({lower}, {upper}, '{ends}')" for lower, upper, ends in made)]

    def of_m(self, type):
        ranges = self.of(type.part)
        return [f"'{{}}'::{type.name}", f"{type.name}({ranges[1]})",
                f"{type.name}({ranges[2]}, {ranges[3]})"]

    def of_c(self, type):
        values = [self.of(member) for _, member in type.members]
        rows = [[samples[0] for samples in values], [samples[-1] for samples in values],
                ["NULL"] * len(values)]
        made = [f"ROW({', '.join(row)})::{type.name}" for row in rows]
        rows = [f"(SELECT whole FROM {type.relation} whole OFFSET {number} LIMIT 1)"
                for number in range(NUM_ROWS_OF_RELATIONS)]
        if type.relation_kind == "r":
            made += rows
        # The views of information_schema take seconds, and some of the others show a machine that
        # is not there.
        if type.relation_kind == "v" and type.schema == "pg_catalog":
            made += [row for row in rows if self.is_accepted(row, psycopg.Error)]
        return made

    def is_accepted(self, expression, refusal=psycopg.errors.CheckViolation):
        try:
            self.connection.execute(f"SELECT {expression}")
        except refusal:
            return False
        return True


def literal(value, type):
    return "'" + value.replace("'", "''") + f"'::{type.name}"
