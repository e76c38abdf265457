"""The values that every source and sink must keep: a list of columns per group of types.

A group becomes one table. A new type is a new Column here and, where its values have no form yet,
one more in forms.py.
"""

import dataclasses

from forms import (BOOLEAN, BYTES, DATE, DECIMAL, DOUBLE, INTEGER, MAP, MONEY, SINGLE, TEXT,
                   TIMESTAMP, VECTOR, Form, list_of, multirange_of, range_of, struct_of)


class Sql(str):
    """A value that is an expression, not a literal."""


@dataclasses.dataclass(frozen=True)
class Since:
    """A value that servers before a version refuse."""

    version: int
    value: str


@dataclasses.dataclass(frozen=True)
class Touched:
    """A value that a policy touches, and the text of what becomes of it (None: NULL)."""

    value: str
    becomes: str | None


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a type with the literals of its values. NULL is added to each.

    `policies` are those of the column in the configuration, `since` the first server that has
    the type, `printed` what the server shall print where that is not the column itself.
    """

    type: str
    form: Form
    values: list
    policies: dict = dataclasses.field(default_factory=dict)
    since: int = 0
    printed: str = "{}"


# Made before the tables; the names stand in types below.
DEFINITIONS = [
    "CREATE TYPE mood AS ENUM ('sad', 'so so', 'très bien', '')",
    "CREATE DOMAIN price AS numeric(10,3)",
    "CREATE DOMAIN nested_price AS price",
    "CREATE DOMAIN tags AS text[]",
    "CREATE TYPE pair AS (a integer, b text)",
    "CREATE DOMAIN checked_pair AS pair",
    "CREATE TYPE tree AS (id bigint, leaf pair, leaves pair[], span int4range, price "
    "numeric(9,2), at timestamptz, tags text[])",
    "CREATE TYPE drawn AS (label text, place point)",
    "CREATE DOMAIN small_range AS int4range",
    "CREATE TYPE text_range AS RANGE (subtype = text, collation = \"C\")",
    "CREATE EXTENSION hstore", "CREATE EXTENSION citext", "CREATE EXTENSION ltree",
]

NINES = "9" * 38
MANY_DIGITS = Sql("repeat('9', 131072)::numeric")
MANY_DECIMALS = Sql("('0.' || repeat('9', 16383))::numeric")
LARGEST_NUMERIC = Sql("(repeat('9', 131072) || '.' || repeat('9', 16383))::numeric")
EVERY_BYTE = "\\x" + bytes(range(256)).hex()
ODD_TEXTS = ["", " ", "\t\n\r\v\f", "'\"\\", "NULL", "\\N", "a,b;{c}", "\x01\x1f\x7f", "\u0085",
             "é", "e\u0301", "Δοκιμή 🎉", "\ufeffbom", "\uffff\ue000", "\U0010ffff",
             Sql("repeat('0123456789abcdef', 65536)")]
DAYS = ["1970-01-01", "1969-12-31", "2000-02-29", "1900-02-28", "0001-01-01", "9999-12-31",
        "10000-01-01", "0001-12-31 BC", "0044-03-15 BC", "4713-01-01 BC", "4714-11-24 BC",
        "5874897-12-31"]
MOMENTS = ["1970-01-01 00:00:00", "1969-12-31 23:59:59.999999", "2000-01-01 00:00:00.000001",
           "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "10000-01-01 00:00:00",
           "0001-12-31 23:59:59.999999 BC", "4713-01-01 00:00:00 BC",
           "4714-11-24 00:00:00 BC", "294247-01-10 04:00:54.775807"]
# Julian day 0.
LAST_DAY, FIRST_DAY = "5874897-12-31", "4714-11-24 BC"
LAST_MOMENT, FIRST_MOMENT = "294247-01-10 04:00:54.775807", "4714-11-24 00:00:00 BC"

PAIR = struct_of(a=INTEGER, b=TEXT)
TREE = struct_of(id=INTEGER, leaf=PAIR, leaves=list_of(PAIR), span=range_of(INTEGER),
                 price=DECIMAL, at=TIMESTAMP, tags=list_of(TEXT))
ODD_PAIRS = ["(1,a)", "(,)", '(,"")', '(-5,NULL)', '(0,"a ""quoted"" \\\\ (b), {c}")']

GROUPS = {
    "whole_numbers": [
        Column("boolean", BOOLEAN, ["true", "false"]),
        Column("smallint", INTEGER, ["-32768", "-1", "0", "1", "32767"]),
        Column("integer", INTEGER, ["-2147483648", "-1", "0", "1", "2147483647"]),
        Column("bigint", INTEGER, ["-9223372036854775808", "-1", "0", "9223372036854775807"]),
        Column("oid", INTEGER, ["0", "2147483648", "4294967295"]),
    ],
    "floating_point": [
        Column("real", SINGLE, ["0", "-0", "NaN", "Infinity", "-Infinity", "1e-45", "-1e-45",
                                "1.17549435e-38", "3.4028235e38", "-3.4028235e38", "0.1",
                                "16777217"]),
        Column("double precision", DOUBLE, [
            "0", "-0", "NaN", "Infinity", "-Infinity", "5e-324", "-5e-324",
            "2.2250738585072014e-308", "1.7976931348623157e308", "-1.7976931348623157e308", "0.1",
            "9007199254740993"]),
        # Bounds that are zero only, and none at all.
        Column("real", SINGLE, ["-0"]),
        Column("double precision", DOUBLE, ["0"]),
        Column("double precision", DOUBLE, ["NaN"]),
    ],
    "decimals": [
        Column("numeric(9,2)", DECIMAL, ["-9999999.99", "0", "0.01", "9999999.99"]),
        Column("numeric(9,0)", DECIMAL, ["-999999999", "0", "999999999"]),
        Column("numeric(9,9)", DECIMAL, ["-0.999999999", "0.000000001"]),
        Column("numeric(18,0)", DECIMAL, ["-999999999999999999", "10000", "999999999999999999"]),
        Column("numeric(18,17)", DECIMAL, ["-9.99999999999999999", "1e-17"]),
        Column("numeric(38,0)", DECIMAL, [f"-{NINES}", "0", "1e37", NINES]),
        Column("numeric(38,10)", DECIMAL, [
            f"-{NINES[:28]}.{NINES[:10]}", "1e-10", "1e27", f"{NINES[:28]}.{NINES[:10]}"]),
        Column("numeric(38,38)", DECIMAL, [f"-0.{NINES}", "1e-38", f"0.{NINES}"]),
        Column("numeric(5,-2)", DECIMAL, ["-9999900", "12300", "9999949"], since=15),
        Column("numeric(20,-18)", DECIMAL, [f"-{NINES[:20]}e18", "1e18"], since=15),
        Column("numeric(3,5)", DECIMAL, ["-0.00999", "0.00001", "0.00999"], since=15),
        Column("price", DECIMAL, ["-9999999.999", "1.5"]),
        Column("nested_price", DECIMAL, ["9999999.999", "0"]),
        Column("numeric(9,2)", DECIMAL, ["1.50", Touched("NaN", None)], {"on_nan": "null"}),
    ],
    "exact_numbers": [
        Column("numeric", TEXT, [
            "0", "0.000", "-0.0", "1.500", "NaN", Since(14, "Infinity"), Since(14, "-Infinity"),
            "1e131071", "1e-16383", "-1e-16383", "0.00010000", "10000", "12345678.90"]),
        Column("numeric", TEXT, [MANY_DIGITS, MANY_DECIMALS, LARGEST_NUMERIC]),
        Column("numeric(40,2)", TEXT, [f"-{NINES}.99", "0.01", "NaN"]),
        Column("numeric(1000,500)", TEXT, [f"{'9' * 500}.{'9' * 500}", "1e-500"]),
    ],
    "texts": [
        Column("text", TEXT, ODD_TEXTS),
        Column("varchar", TEXT, ODD_TEXTS[:4]),
        Column("varchar(3)", TEXT, ["", "abc", "🎉🎉🎉", "a  "]),
        Column("char(3)", TEXT, ["", "a", "abc", "🎉"]),
        Column("name", TEXT, ["", "a name", "x" * 63]),
        Column('"char"', TEXT, ["", "a", "\\001", "\\177", "\\200", "\\377", " "]),
        Column("mood", TEXT, ["sad", "so so", "très bien", ""]),
    ],
    "bytes": [
        Column("bytea", BYTES, ["\\x", EVERY_BYTE, "\\x00", "\\xff",
                                Sql("decode(repeat('00ff', 524288), 'hex')")]),
        Column("uuid", TEXT, ["00000000-0000-0000-0000-000000000000",
                              "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
                              "{00112233-4455-6677-8899-aabbccddeeff}"]),
    ],
    "days": [
        Column("date", DATE, DAYS),
        Column("date", DATE, [Touched("infinity", None), Touched("-infinity", None)],
               {"on_infinity": "null"}),
        Column("date", DATE, [Touched("infinity", LAST_DAY), Touched("-infinity", FIRST_DAY)],
               {"on_infinity": "clamp"}),
    ],
    "moments": [
        Column("timestamp", TIMESTAMP, MOMENTS),
        Column("timestamptz", TIMESTAMP, [f"{moment} UTC" for moment in MOMENTS]
               + ["2024-03-31 02:30:00 Europe/Berlin", "2024-10-27 02:30:00+02:00"]),
        Column("timestamp(3)", TIMESTAMP, ["1999-12-31 23:59:59.9996", "2000-01-01 00:00:00.1234"]),
        Column("timestamp", TIMESTAMP, [
            Touched("infinity", None), Touched("-infinity", None),
            Touched("294276-12-31 23:59:59.999999", None)], {"on_infinity": "null"}),
        Column("timestamptz", TIMESTAMP, [
            Touched("infinity", LAST_MOMENT), Touched("-infinity", FIRST_MOMENT),
            Touched("294276-12-31 23:59:59.999999 UTC", LAST_MOMENT)], {"on_infinity": "clamp"}),
    ],
    "times": [
        Column("time", TEXT, ["00:00:00", "00:00:00.000001", "12:30:00.5", "23:59:59.999999",
                              "24:00:00"]),
        Column("time(2)", TEXT, ["00:00:00.005", "23:59:59.999"]),
        Column("interval", TEXT, [
            "0", "1 year", "-1 mon", "1 day", "-1 day", "1 us", "-00:00:00.000001",
            "1 year -2 mons +3 days -04:05:06.789", "-1 year 2 mons -3 days 04:05:06.789",
            "1 mon -1 day 00:00:00.1", "178956970 years 7 mons 2147483647 days",
            "-178956970 years -8 mons -2147483648 days",
            Since(15, "2562047788:00:54.775807"), Since(17, "infinity"), Since(17, "-infinity")]),
        Column("interval day to second(0)", TEXT, ["1 day 01:02:03.6", "-1 us"]),
    ],
    "documents": [
        Column("json", TEXT, [
            "null", "{}", '{"a": 1, "a": 2}', '{"b":  1,\n"a": [ ] }', '"\\u0000"', '"\\ud83c\\udf89"',
            '"\\u00e9"', "1e400", "-0", "12345678901234567890.123456789",
            Sql("(repeat('[', 1000) || '\"' || repeat('x', 1048576) || '\"' || repeat(']', 1000))"
                "::json")]),
        Column("jsonb", TEXT, [
            "null", "{}", '{"a": 1, "a": 2}', '{"b": 1, "aa": [null, true]}', '"\\u00e9\\n"',
            '"\\ud83c\\udf89"', "1e400", "-0", "1.500", "12345678901234567890.123456789",
            Sql("(repeat('[', 1000) || '\"' || repeat('x', 1048576) || '\"' || repeat(']', 1000))"
                "::jsonb")]),
    ],
    "arrays": [
        Column("integer[]", list_of(INTEGER), ["{}", "{NULL}", "{1,NULL,-2147483648}"]),
        Column("boolean[]", list_of(BOOLEAN), ["{t,f,NULL}"]),
        Column("double precision[]", list_of(DOUBLE), ["{NaN,-0,Infinity,NULL,5e-324}"]),
        Column("text[]", list_of(TEXT), ["{}", '{"",NULL,"NULL","a,b","{}","\\"","\\\\"," ",é}']),
        Column("numeric(12,4)[]", list_of(DECIMAL), ["{1.5,NULL,-99999999.9999}"]),
        Column("numeric[]", list_of(TEXT), ["{1.50,NULL,NaN,1e100}"]),
        Column("bytea[]", list_of(BYTES), ['{"\\\\x00ff","\\\\x",NULL}']),
        Column("date[]", list_of(DATE), ['{1970-01-01,NULL,"4714-11-24 BC"}']),
        Column("timestamptz[]", list_of(TIMESTAMP), ['{"2024-01-01 12:00:00+03",NULL}']),
        Column("uuid[]", list_of(TEXT), ["{00112233-4455-6677-8899-aabbccddeeff,NULL}"]),
        Column("jsonb[]", list_of(TEXT), ['{"{\\"a\\": 1}",NULL,"null"}']),
        Column("mood[]", list_of(TEXT), ['{sad,"so so",NULL,""}']),
        Column("price[]", list_of(DECIMAL), ["{1.125,NULL}"]),
        Column("interval[]", list_of(TEXT), ['{"-1 day -00:00:00.5",NULL}']),
        Column("tags", list_of(TEXT), ["{a,NULL}", "{}"]),
        Column("tags[]", list_of(list_of(TEXT)), ['{"{a,NULL,\\"b c\\"}",NULL,"{}"}']),
        Column("date[]", list_of(DATE), [Touched("{infinity,2000-01-01}", "{NULL,2000-01-01}")],
               {"on_infinity": "null"}),
    ],
    "composites": [
        Column("pair", PAIR, ODD_PAIRS),
        Column("checked_pair", PAIR, ODD_PAIRS[:2]),
        Column("pair[]", list_of(PAIR), [
            Sql("ARRAY[ROW(1, 'a, b'), NULL, ROW(NULL, NULL), ROW(2, '\"')]::pair[]"), "{}"]),
        Column("tree", TREE, [
            Sql("ROW(-9223372036854775808, ROW(1, '()'), ARRAY[ROW(NULL, 'x'), NULL]::pair[], "
                "'[1,5)', -9999999.99, '2024-01-01 00:00+02', '{a,NULL,\"b c\"}')::tree"),
            Sql("ROW(NULL, NULL, NULL, NULL, NULL, NULL, NULL)::tree"),
            Sql("ROW(1, ROW(NULL, NULL), '{}', 'empty', 0, '4714-11-24 BC', '{}')::tree")]),
        Column("drawn", TEXT, ['(here,"(1.5,-2)")', "(,)"]),
    ],
    "ranges": [
        Column("int4range", range_of(INTEGER), [
            "empty", "(,)", "[1,5)", "(1,5]", "[,5)", "[-2147483648,)", "[1,1]"]),
        Column("int8range", range_of(INTEGER), ["[-9223372036854775808,9223372036854775807)"]),
        Column("numrange", range_of(TEXT), ["[1.50,2.5]", "(0,1e40)", "(,-0.001]"]),
        Column("daterange", range_of(DATE), ["[2024-02-29,2024-03-01]", "[4714-11-24 BC,)"]),
        Column("tsrange", range_of(TIMESTAMP), ["[2024-01-01 00:00:00.000001,2024-01-02]"]),
        Column("tstzrange", range_of(TIMESTAMP), ["(2024-01-01 00:00+05:30,]"]),
        Column("text_range", range_of(TEXT), ['["","a,b""c"]', "(NULL,)"]),
        Column("small_range", range_of(INTEGER), ["[1,2)"]),
        Column("int4range[]", list_of(range_of(INTEGER)), ['{"[1,5)",NULL,empty}']),
        Column("daterange", range_of(DATE), [
            Touched("[2024-01-01,infinity)", f"[2024-01-01,{LAST_DAY})")],
            {"on_infinity": "clamp"}),
        Column("int4multirange", multirange_of(INTEGER), ["{}", "{[1,3),[5,7),[9,)}"], since=14),
        Column("tstzmultirange", multirange_of(TIMESTAMP), [
            '{["2024-01-01 00:00:00+00","2024-01-02 00:00:00+00")}', "{(,)}"], since=14),
    ],
    "networks": [
        Column("inet", TEXT, ["0.0.0.0/0", "192.168.1.5", "192.168.1.5/24", "::1", "::/0",
                              "2001:db8::ff00:42:8329/64", "::ffff:1.2.3.4", "1:0:0:2::3"]),
        Column("cidr", TEXT, ["10.0.0.0/8", "1.2.3.4/32", "::/0", "2001:db8::/32", "::1/128"]),
        Column("macaddr", TEXT, ["08:00:2b:01:02:03", "FF-FF-FF-FF-FF-FF"]),
        Column("macaddr8", TEXT, ["08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03"]),
    ],
    "system_types": [
        Column("money", MONEY, ["-92233720368547758.08", "0", "92233720368547758.07"]),
        Column("xid", INTEGER, ["0", "4294967295"]),
        Column("xid8", DECIMAL, ["0", "18446744073709551615"]),
        Column("cid", INTEGER, ["4294967295"]),
        Column("tid", TEXT, ["(0,1)", "(4294967295,65535)"]),
        Column("pg_lsn", TEXT, ["0/0", "FFFFFFFF/FFFFFFFF"]),
        Column("regclass", INTEGER, ["pg_class", "-"], printed="{}::oid"),
        Column("regtype", INTEGER, ["integer"], printed="{}::oid"),
        Column("int2vector", VECTOR, ["", "1 2 -3"]),
        Column("oidvector", VECTOR, ["4294967295 0"]),
        Column("timetz", TEXT, ["00:00:00+00", "24:00:00-15:59:59", "12:00:00.000001+05:30"]),
        Column("bit(3)", TEXT, ["101", "000"]),
        Column("varbit", TEXT, ["", "1", "111111110000"]),
        Column("bit(3)[]", list_of(TEXT), ["{101,NULL}"]),
    ],
    "printed_types": [
        Column("point", TEXT, ["(0.1,-0)", "(Infinity,NaN)", "(5e-324,1e300)"]),
        Column("line", TEXT, ["{1,-1,0.5}"]),
        Column("lseg", TEXT, ["[(0,0),(1,1.5)]"]),
        Column("box", TEXT, ["(1,1),(0,0)"]),
        Column("path", TEXT, ["[(0,0),(1,1)]", "((0,0),(1,1))"]),
        Column("polygon", TEXT, ["((0,0),(1,1),(2,0))"]),
        Column("circle", TEXT, ["<(0,0),1.5>"]),
        Column("tsvector", TEXT, ["", "'a''b':1A,2 'c'"]),
        Column("tsquery", TEXT, ["", "'a' & !'b' | 'c':*A"]),
        Column("xml", TEXT, ["<a b=\"1\">é &amp; <!-- --></a>", "text"]),
        Column("jsonpath", TEXT, ['$."a b"[*] ? (@ > 1)']),
        Column("point[]", list_of(TEXT), ['{"(1,2)","(3,4)"}']),
    ],
    "extensions": [
        Column("hstore", MAP, ["", "a=>1, b=>NULL", '"a \\"b\\"\\\\"=>"", "=>"=>"NULL", é=>" "']),
        Column("citext", TEXT, ["ABC", ""]),
        Column("ltree", TEXT, ["", "Top.Science.Astronomy"]),
        Column("hstore[]", list_of(MAP), ['{"\\"a\\"=>\\"1\\"",NULL}']),
    ],
}

# Type, value, and what the error says: without a policy nothing is lost quietly.
REFUSED = [
    ("numeric(9,2)", "NaN", "on_nan"),
    ("numeric(9,2)[]", "{1,NaN}", "on_nan"),
    ("date", "infinity", "on_infinity"),
    ("date", "-infinity", "on_infinity"),
    ("timestamp", "infinity", "on_infinity"),
    ("timestamptz", "-infinity", "on_infinity"),
    ("timestamp", "294276-12-31 23:59:59.999999", "on_infinity"),
    ("date[]", "{infinity}", "on_infinity"),
    ("integer[]", "{{1},{2}}", "on_array_shape"),
    ("integer[]", "[0:1]={1,2}", "on_array_shape"),
]
