"""How values are compared: what the source prints and what a reader gives become one form.

A form is made of two functions: of the text that the server's own output function prints, and of
the value of a reader (readers.py tells what that may be). Neither knows anything of Carmilla.
"""

import dataclasses
import re
import struct
import typing
import uuid


@dataclasses.dataclass(frozen=True)
class Form:
    from_text: typing.Callable
    from_reader: typing.Callable


def bits(layout):
    """Of floating point, so that -0 is not 0; any NaN is one value."""
    def of(number):
        number = float(number)
        return "NaN" if number != number else struct.pack(layout, number)
    return of


def days(text):
    """Days since 1970-01-01 of a date as ISO prints it, in the proleptic Gregorian calendar."""
    text, _, era = text.partition(" ")
    year, month, day = map(int, text.split("-"))
    year = 1 - year if era == "BC" else year
    # Years that begin in March end with the day that may be missing.
    year, month = (year, month - 3) if month > 2 else (year - 1, month + 9)
    since_march_0000 = year * 365 + year // 4 - year // 100 + year // 400
    return since_march_0000 + (153 * month + 2) // 5 + day - 1 - 719468


def microseconds(text):
    """Microseconds since 1970-01-01 of a timestamp as ISO prints it, in UTC."""
    parts = text.split(" ")
    hour, minute, second = parts[1].removesuffix("+00").split(":")
    second, _, fraction = second.partition(".")
    of_day = (int(hour) * 60 + int(minute)) * 60 + int(second)
    day = days(" ".join([parts[0], *parts[2:]]))
    return (day * 86400 + of_day) * 1_000_000 + int(fraction.ljust(6, "0"))


def split_literal(text, null, separator=","):
    """The parts of an array, composite or range between its brackets, as the server prints them;
    None for a part that is `null` without quotes. Inner arrays stay text."""
    parts, part, is_quoted, inside, depth = [], "", False, False, 0
    position = 0
    while position < len(text):
        character, following = text[position], text[position + 1:position + 2]
        position += 1
        if character == "\\":
            part += character + following if depth else following
            position += 1
        elif character == '"' and inside and following == '"':
            part += '"'
            position += 1
        elif character == '"':
            inside, is_quoted = not inside, True
            part += character if depth else ""
        elif character == separator and not inside and depth == 0:
            parts.append(part if is_quoted or part != null else None)
            part, is_quoted = "", False
        else:
            depth += 0 if inside else (character == "{") - (character == "}")
            part += character
    return [*parts, part if is_quoted or part != null else None]


def optional(function):
    return lambda value: None if value is None else function(value)


def list_of(form, separator=","):
    def from_text(text):
        assert text[0] + text[-1] == "{}", text[:50]
        return [] if text == "{}" else [optional(form.from_text)(part)
                                        for part in split_literal(text[1:-1], "NULL", separator)]
    return Form(from_text, lambda values: [optional(form.from_reader)(value) for value in values])


def struct_of(**forms):
    """A composite."""
    def from_text(text):
        assert text[0] + text[-1] == "()", text[:50]
        parts = split_literal(text[1:-1], "")
        assert len(parts) == len(forms), text
        return {name: optional(form.from_text)(part)
                for (name, form), part in zip(forms.items(), parts)}
    return Form(from_text, lambda value: {
        name: optional(form.from_reader)(value[name]) for name, form in forms.items()})


def range_of(form):
    """lower, upper, lower_inc, upper_inc, empty."""
    def from_text(text):
        if text == "empty":
            return (None, None, False, False, True)
        lower, upper = split_literal(text[1:-1], "")
        return (optional(form.from_text)(lower), optional(form.from_text)(upper),
                text[0] == "[", text[-1] == "]", False)
    return Form(from_text, lambda value: (
        optional(form.from_reader)(value["lower"]), optional(form.from_reader)(value["upper"]),
        value["lower_inc"], value["upper_inc"], value["empty"]))


def multirange_of(form):
    one = range_of(form)
    # A bound in quotes, or one without what ranges are made of.
    pattern = re.compile(r'[\[(](?:"(?:[^"\\]|\\.|"")*"|[^"\[\]()])*[\])]')
    return Form(lambda text: [one.from_text(part) for part in pattern.findall(text[1:-1])],
                lambda values: [one.from_reader(value) for value in values])


HSTORE_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)', re.S)


def pairs(text):
    """The pairs of an hstore as the server prints it."""
    def plain(part):
        return re.sub(r"\\(.)", r"\1", part, flags=re.S)
    return {plain(match[1]): optional(plain)(match[2]) for match in HSTORE_PAIR.finditer(text)}


TEXT = Form(str, lambda value: str(value) if isinstance(value, uuid.UUID) else value)
INTEGER = Form(int, int)
BOOLEAN = Form({"t": True, "f": False}.__getitem__, bool)
SINGLE = Form(bits("<f"), bits("<f"))
DOUBLE = Form(bits("<d"), bits("<d"))
DECIMAL = Form(str, lambda decimal: format(decimal, "f"))
BYTES = Form(lambda text: bytes.fromhex(text.removeprefix("\\x")), bytes)
DATE = Form(days, int)
TIMESTAMP = Form(microseconds, int)
# $1,234.50
MONEY = Form(lambda text: re.sub("[$,]", "", text), DECIMAL.from_reader)
VECTOR = Form(lambda text: [int(number) for number in text.split()], list)
MAP = Form(pairs, dict)
