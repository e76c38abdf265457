"""What the server prints of a value, part by part: an oracle for values with parts.

What a type prints of itself is compared as it is; an array, a row or a range is taken apart by the
server's own subscripts, members and bounds, so that nothing of PostgreSQL's quoting is parsed here.
"""

import decimal

import pyarrow

import forms

LEAVES = [
    (pyarrow.types.is_boolean, forms.BOOLEAN), (pyarrow.types.is_integer, forms.INTEGER),
    (pyarrow.types.is_float32, forms.SINGLE), (pyarrow.types.is_float64, forms.DOUBLE),
    (pyarrow.types.is_decimal, forms.Form(decimal.Decimal, decimal.Decimal)),
    (pyarrow.types.is_string, forms.TEXT), (pyarrow.types.is_binary, forms.BYTES),
    (pyarrow.types.is_date32, forms.DATE), (pyarrow.types.is_timestamp, forms.TIMESTAMP),
]


def printed(expression, type, stored):
    """SQL of a json of what `expression` prints; `stored` is the Arrow type in the files."""
    return Printer().of(expression, type, stored)


class Printer:
    def __init__(self):
        self.num_names = 0

    def of(self, expression, type, stored):
        base = type.base()
        if base.kind == "a" and pyarrow.types.is_list(stored):
            return self.of_list(expression, base.part, stored.value_type)
        if base.kind == "c" and pyarrow.types.is_struct(stored):
            members = [self.of(f"({expression}).{name}", member, stored.field(index).type)
                       for index, (name, member) in enumerate(base.members)]
            return (f"CASE WHEN {expression} IS DISTINCT FROM NULL "
                    f"THEN json_build_array({', '.join(members)}) END")
        if base.kind == "r" and pyarrow.types.is_struct(stored):
            return self.of_range(expression, base, stored)
        if base.kind == "m" and pyarrow.types.is_list(stored):
            name = self.new_name()
            item = self.of_range(name, base.part, stored.value_type)
            return (f"CASE WHEN {expression} IS NOT NULL THEN (SELECT coalesce(json_agg({item} "
                    f"ORDER BY number), '[]') FROM unnest({expression}) "
                    f"WITH ORDINALITY u({name}, number)) END")
        if base.typname in ("int2vector", "oidvector"):
            return self.of_list(expression, None, stored.value_type)
        if base.typname == "hstore" and pyarrow.types.is_map(stored):
            return (f"CASE WHEN {expression} IS NOT NULL THEN (SELECT coalesce(json_agg("
                    "json_build_array(key, value) ORDER BY number), '[]') "
                    f"FROM each({expression}) WITH ORDINALITY u(key, value, number)) END")
        return self.of_leaf(expression, base, stored)

    def of_leaf(self, expression, base, stored):
        # The number is what is stored of these, not the name, or the sign of a currency.
        if base.typname.startswith("reg") and pyarrow.types.is_integer(stored):
            return f"to_json({expression}::oid::text)"
        if base.typname == "money" and pyarrow.types.is_decimal(stored):
            return f"to_json({expression}::numeric::text)"
        if base.typname == "vector" and pyarrow.types.is_list(stored):
            return f"to_json({expression}::real[]::text[])"
        if base.typname in ("geometry", "geography") and pyarrow.types.is_binary(stored):
            # Where its type has no SRID, a geometry is stored as it prints itself.
            return (f"CASE WHEN {expression} IS DISTINCT FROM NULL "
                    f"THEN to_json(lower(format('%s', {expression}))) END")
        # Of all that makes text, format() alone takes the output function of every type.
        return (f"CASE WHEN {expression} IS DISTINCT FROM NULL "
                f"THEN to_json(format('%s', {expression})) END")

    def of_list(self, expression, part, stored):
        name = self.new_name()
        element = f"({expression})[{name}]"
        item = self.of(element, part, stored) if part else f"to_json({element}::text)"
        return (f"CASE WHEN {expression} IS NOT NULL THEN (SELECT coalesce(json_agg({item} "
                f"ORDER BY {name}), '[]') FROM generate_subscripts({expression}, 1) {name}) END")

    def of_range(self, expression, base, stored):
        bounds = [self.of(f"{side}({expression})", base.part, stored.field(side).type)
                  for side in ("lower", "upper")]
        flags = [f"to_json(format('%s', {function}({expression})))"
                 for function in ("lower_inc", "upper_inc", "isempty")]
        return (f"CASE WHEN {expression} IS NOT NULL "
                f"THEN json_build_array({', '.join(bounds + flags)}) END")

    def new_name(self):
        self.num_names += 1
        return f"n{self.num_names}"


def from_server(value, stored):
    """A value of printed() in the form that is compared."""
    if value is None:
        return None
    if pyarrow.types.is_list(stored):
        return [from_server(item, stored.value_type) for item in value]
    if pyarrow.types.is_struct(stored):
        assert len(value) == stored.num_fields
        return [from_server(item, field.type) for item, field in zip(value, stored)]
    if pyarrow.types.is_map(stored):
        return [tuple(pair) for pair in value]
    return leaf(stored).from_text(value)


def from_reader(value, stored):
    """The same of what a reader gives."""
    if value is None:
        return None
    if pyarrow.types.is_list(stored):
        return [from_reader(item, stored.value_type) for item in value]
    if pyarrow.types.is_struct(stored):
        assert list(value) == [field.name for field in stored]
        return [from_reader(value[field.name], field.type) for field in stored]
    if pyarrow.types.is_map(stored):
        return list(value.items()) if isinstance(value, dict) else list(value)
    return leaf(stored).from_reader(value)


def leaf(stored):
    return next(form for holds, form in LEAVES if holds(stored))
