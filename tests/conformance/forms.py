"""How values are compared: what the source prints and what a reader gives become one form.

A form is made of two functions: of the text that the server's own output function prints, and of
the value of a reader (readers.py tells what that may be). Neither knows anything of Carmilla.
"""

import dataclasses
import struct
import typing


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


def split_literal(text, opening, closing, separator=","):
    """The parts of an array or composite as the server prints it; None for NULL.

    Quotes may enclose a part, backslashes and quotes stand before what is meant as it is; inner
    arrays stay text.
    """
    assert text[0] == opening and text[-1] == closing, text[:50]
    parts, part, is_quoted, depth = [], "", False, 0
    characters = iter(text[1:-1])
    inside = False
    for character in characters:
        if character == "\\":
            escaped = next(characters)
            part += character + escaped if depth else escaped
        elif character == '"':
            inside, is_quoted = not inside, True
            part += character if depth else ""
        elif character == separator and not inside and depth == 0:
            parts.append(part if is_quoted or part not in ("NULL", "") else None)
            part, is_quoted = "", False
        else:
            if not inside:
                depth += (character == opening) - (character == closing)
            part += character
    if text[1:-1] or opening == "(":
        parts.append(part if is_quoted or part not in ("NULL", "") else None)
    return parts


def optional(function):
    return lambda value: None if value is None else function(value)


def list_of(form):
    return Form(lambda text: [optional(form.from_text)(part)
                              for part in split_literal(text, "{", "}")],
                lambda values: [optional(form.from_reader)(value) for value in values])


TEXT = Form(str, str)
INTEGER = Form(int, int)
BOOLEAN = Form({"t": True, "f": False}.__getitem__, bool)
SINGLE = Form(bits("<f"), bits("<f"))
DOUBLE = Form(bits("<d"), bits("<d"))
DECIMAL = Form(str, lambda decimal: format(decimal, "f"))
BYTES = Form(lambda text: bytes.fromhex(text.removeprefix("\\x")), bytes)
DATE = Form(days, int)
TIMESTAMP = Form(microseconds, int)
