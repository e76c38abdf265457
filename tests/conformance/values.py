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
    *(f"CREATE EXTENSION {name}"
      for name in ("hstore", "citext", "ltree", "cube", "seg", "isn")),
    "CREATE DOMAIN address AS inet",
    "CREATE DOMAIN three_bits AS bit(3)",
    "CREATE DOMAIN period AS daterange",
    '''CREATE TYPE "Odd" AS ("Upper" int, gone text, lower text, " ,""'(" text,
           "a.b" numeric(9,2), "é" mood, at timestamptz)''',
    'ALTER TYPE "Odd" DROP ATTRIBUTE gone',
    'CREATE TYPE nested AS (one "Odd", many "Odd"[], prices price[], days daterange)',
    "CREATE TYPE single AS (alone text)",
    "CREATE TYPE placed AS (name text, place point)",
    "CREATE DOMAIN odd_domain AS \"Odd\" CHECK ((VALUE).lower IS DISTINCT FROM 'never')",
    'CREATE DOMAIN odd_rows AS "Odd"[]',
    "CREATE DOMAIN lists_of_rows AS odd_rows[]",
    """CREATE TYPE of_domains AS (one odd_domain, many odd_rows, lists lists_of_rows, days period,
                                  domains odd_domain[])""",
    "CREATE TYPE prices AS RANGE (subtype = price)",
    'CREATE TYPE text_range AS RANGE (subtype = text, collation = "C")',
    "CREATE TYPE moods AS RANGE (subtype = mood)",
    'CREATE TYPE odds AS RANGE (subtype = "Odd")',
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

ADDRESSES = [
    "0.0.0.0", "0.0.0.0/0", "255.255.255.255", "10.1.2.3/8", "127.0.0.1/31", "::", "::/0", "::1",
    "::2", "::1/127", "1::", "1::/16", "::ffff:1.2.3.4", "::ffff:0.0.0.0/96", "::1.2.3.4", "::1:0",
    "::1:0:0", "::fffe:1.2.3.4", "::ffff:0:1.2.3.4", "0:0:1::", "1:0:0:2:0:0:0:3",
    "1:0:0:0:2:0:0:3", "1:0:0:2:3:0:0:4", "1:0:2:0:3:0:4:0", "0:1:0:1:0:1:0:1", "1:2:3:4:5:6:7:8",
    "0:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:0", "0:0:3:4:5:6:7:8", "1:2:3:4:5:6:0:0", "64:ff9b::1.2.3.4",
    "2001:DB8::FF00:42:8329/64", "fe80::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/1"]
NETWORKS = ["0.0.0.0/0", "10.0.0.0/8", "192.168.1.128/25", "255.255.255.255", "10.1/16", "::/0",
            "::/128", "::1", "::ffff:1.2.3.4", "::ffff:0:0/96", "2001:db8::/32", "1:0:0:2::/64",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "8000::/1"]
PAIR = struct_of(a=INTEGER, b=TEXT)
TREE = struct_of(id=INTEGER, leaf=PAIR, leaves=list_of(PAIR), span=range_of(INTEGER),
                 price=DECIMAL, at=TIMESTAMP, tags=list_of(TEXT))
ODD_PAIRS = ["(1,a)", "(,)", '(,"")', '(-5,NULL)', '(0,"a ""quoted"" \\\\ (b), {c}")']
# A quote in the name, and what parentheses and commas would do.
ODD = struct_of(**{"Upper": INTEGER, "lower": TEXT, " ,\"'(": TEXT, "a.b": DECIMAL, "é": TEXT,
                 "at": TIMESTAMP})
ODD_ROWS = [
    '(1,a,b,1.50,sad,"2024-01-01 12:00:00+03")', "(,,,,,)", r'(0,"","""\\,()",-0.01,"",)',
    '(-2147483648,NULL," ","9999999.99","so so","0001-12-31 23:59:59.999999+00 BC")']
NESTED = struct_of(**{"one": ODD, "many": list_of(ODD), "prices": list_of(DECIMAL),
                    "days": range_of(DATE)})
OF_DOMAINS = struct_of(one=ODD, many=list_of(ODD), lists=list_of(list_of(ODD)),
                       days=range_of(DATE), domains=list_of(ODD))
ENDS = ["[{0},{1}]", "[{0},{1})", "({0},{1}]", "({0},{1})", "[{0},{0}]", "[{0},)", "(,{1}]", "(,)",
        "[{0},{0})", "empty"]


def ranges(*bounds):
    """Of each pair with every kind of end."""
    return [end.format(*pair) for pair in bounds for end in ENDS]


GROUPS = {
    "whole_numbers": [
        Column("boolean", BOOLEAN, ["true", "false"]),
        Column("smallint", INTEGER, ["-32768", "-1", "0", "1", "32767"]),
        Column("integer", INTEGER, ["-2147483648", "-1", "0", "1", "2147483647"]),
        Column("bigint", INTEGER, ["-9223372036854775808", "-1", "0", "9223372036854775807"]),
        Column("oid", INTEGER, ["0", "2147483648", "4294967295"]),
        Column("xid", INTEGER, ["0", "2147483648", "4294967295"]),
        Column("cid", INTEGER, ["0", "2147483648", "4294967295"]),
        Column("xid8", DECIMAL, ["0", "9223372036854775807", "9223372036854775808",
                                 "18446744073709551615"]),
        Column("money", MONEY, ["-92233720368547758.08", "-0.01", "0", "0.01", "1234567.89",
                                "92233720368547758.07"]),
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
        Column("char(3)", TEXT, ["", "a", "abc", "🎉", " a", "a  ", "   "]),
        Column("char", TEXT, ["", "a"]),
        Column("bpchar", TEXT, ["", "a ", "abc"]),
        Column("refcursor", TEXT, ["", "a cursor"]),
        Column("citext", TEXT, ["", "Ab", "aB", "É"]),
        Column("xml", TEXT, ["", "<a/>", "<a b='c'>\n&lt;é&#x1F389;</a>", "no element",
                             "<?xml version=\"1.0\"?><a/>",
                             "<?xml version=\"1.0\" encoding=\"latin1\"?><a>é</a>",
                             "<?xml version=\"1.1\" standalone=\"yes\"?><a/>"]),
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
        Column("timetz", TEXT, [
            "00:00:00+00", "24:00:00+00", "12:30:00.5-08", "23:59:59.999999+15:59:59",
            "00:00:00.000001-15:59:59", "12:00:00+05:30", "12:00:00-00:30", "12:00:00-00:00:01"]),
        Column("timetz(2)", TEXT, ["00:00:00.005+01", "23:59:59.999-01"]),
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
            "null", "{}", '{"a": 1, "a": 2}', '{"b":  1,\n"a": [ ] }', '"\\u0000"',
            '"\\ud83c\\udf89"',
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
        Column("money[]", list_of(MONEY), ['{"$1,234.56",NULL,-$0.01}']),
        Column("xid8[]", list_of(DECIMAL), ["{18446744073709551615,NULL}"]),
        Column("char(3)[]", list_of(TEXT), ["{a,NULL,abc}"]),
        Column('"char"[]', list_of(TEXT), ['{a,"",NULL,\\\\377}']),
        Column("timetz[]", list_of(TEXT), ["{12:00:00+05:30,NULL}"]),
        Column("varbit[]", list_of(TEXT), ['{"",101010101,NULL}']),
        Column("inet[]", list_of(TEXT), ["{10.1.2.3/8,::,NULL}", "{}"]),
        Column("cidr[]", list_of(TEXT), ["{10.0.0.0/8,::1,NULL}"]),
        Column("macaddr8[]", list_of(TEXT), ["{08:00:2b:01:02:03:04:05,NULL}"]),
        Column("xml[]", list_of(TEXT), ["{<a/>,NULL,\"\"}"]),
        Column("address[]", list_of(TEXT), ["{1.2.3.4/32,NULL}"]),
        Column("tsvector[]", list_of(TEXT), ["{\"'a':1 'b c'\",NULL,\"\"}"]),
        Column("box[]", list_of(TEXT, ";"), ["{(1,1),(0,0);NULL;(2,2),(1,1)}", "{}"]),
        Column("pg_lsn[]", list_of(TEXT), ["{0/0,NULL}"]),
    ],
    "bits": [
        Column("bit", TEXT, ["0", "1"]),
        Column("bit(8)", TEXT, ["00000000", "11111111", "10000001"]),
        Column("bit(9)", TEXT, ["000000001", "100000000"]),
        Column("bit(1001)", TEXT, [Sql("(repeat('10', 500) || '1')::bit(1001)")]),
        Column("varbit", TEXT, ["", "0", "1010101", Sql("repeat('1', 100000)::varbit")]),
        Column("varbit(9)", TEXT, ["", "101010101"]),
        Column("three_bits", TEXT, ["101"]),
    ],
    "networks": [
        Column("inet", TEXT, ADDRESSES),
        Column("address", TEXT, ADDRESSES[:6]),
        Column("cidr", TEXT, NETWORKS),
        Column("macaddr", TEXT, ["00:00:00:00:00:00", "FF-0A-BC-DE-F0-01", "08002b010203"]),
        Column("macaddr8", TEXT, ["00:00:00:00:00:00:00:00", "08:00:2b:01:02:03",
                                  "FF0A.BCDE.F001.0203"]),
    ],
    "ranges": [
        Column("int4range", range_of(INTEGER), ranges(("-1", "7"), ("-2147483648", "2147483646"))),
        Column("int8range", range_of(INTEGER), ranges(("1", "9223372036854775806"))),
        Column("numrange", range_of(TEXT), [*ranges(("-0.50", "1e30")), "[NaN,NaN]", "[1,NaN)",
                                            Since(14, "[-Infinity,Infinity)")]),
        Column("daterange", range_of(DATE), ranges(("4714-11-24 BC", "10000-01-01"))),
        Column("tsrange", range_of(TIMESTAMP),
               ranges(("1969-12-31 23:59:59.999999", "2000-01-01"))),
        Column("tstzrange", range_of(TIMESTAMP), ranges(("2024-03-31 02:30:00+01", "10000-01-01"))),
        Column("prices", range_of(DECIMAL), ranges(("-1.5", "9999999.999"))),
        Column("text_range", range_of(TEXT), [*ranges(("a", "b")), '["",NULL]', '["a,b","c""\\\\"]',
                                         '[" ()[]","{}"]']),
        Column("moods", range_of(TEXT), ranges(("sad", '"so so"'))),
        Column("odds", range_of(ODD), ['["(1,a,,,,)","(2,""b,"",,1.5,,)"]', "empty", "(,)"]),
        Column("period", range_of(DATE), ranges(("2000-01-01", "2000-02-29"))),
        Column("int4range[]", list_of(range_of(INTEGER)),
               ["{}", '{NULL,empty,"[1,3)","(,)"}']),
        Column("period[]", list_of(range_of(DATE)), ['{"[2000-01-01,)",NULL}']),
        Column("daterange", range_of(DATE), [
            Touched("[2000-01-01,infinity)", f"[2000-01-01,{LAST_DAY})")],
            {"on_infinity": "clamp"}),
        Column("int4multirange", multirange_of(INTEGER),
               ["{}", "{[1,3),[5,7]}", "{(,)}", "{(,0),[9,)}"], since=14),
        Column("int8multirange", multirange_of(INTEGER), ["{}", "{[1,9223372036854775806]}"],
               since=14),
        Column("nummultirange", multirange_of(TEXT), ["{}", "{(0.10,1.5],[2,NaN]}"], since=14),
        Column("datemultirange", multirange_of(DATE), ["{[2000-01-01,2000-01-31],(,1900-01-01)}"],
               since=14),
        Column("tsmultirange", multirange_of(TIMESTAMP),
               ['{["2000-01-01 00:00:00","2000-01-02 00:00:00.5")}'], since=14),
        Column("tstzmultirange", multirange_of(TIMESTAMP),
               ['{("2000-01-01 00:00:00+05:30",)}'], since=14),
        Column("text_multirange", multirange_of(TEXT),
               ['{["a,b","c]"],("d""",]}', "{}"], since=14),
        Column("int4multirange[]", list_of(multirange_of(INTEGER)),
               ['{}', '{NULL,"{}","{[1,3),[5,7]}"}'], since=14),
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
        Column('"Odd"', ODD, ODD_ROWS),
        Column('"Odd"[]', list_of(ODD), ["{}", '{NULL,"(,,,,,)","(1,\\"a,b\\",,1.5,sad,)"}']),
        Column("odd_domain", ODD, ODD_ROWS[:2]),
        Column("nested", NESTED, [
            "(,,,)", Sql("""ROW('(1,a,,,,)', ARRAY['(2,"b c",,,,)', NULL]::"Odd"[],
                                '{1.5,NULL}'::price[], '[2000-01-01,)')::nested"""),
            Sql("ROW('(,,,,,)', '{}', '{}', 'empty')::nested")]),
        Column("nested[]", list_of(NESTED), [
            Sql("""ARRAY[NULL, ROW(NULL, ARRAY['(2,"b \"\"c",,,,)', NULL]::"Odd"[],
                                   NULL, '(,)')::nested]""")]),
        Column("odd_domain[]", list_of(ODD), ["{}", '{NULL,"(1,a,,,,)"}']),
        Column("lists_of_rows", list_of(list_of(ODD)), [
            "{}", r'{NULL,"{NULL,\"(1,a,,,,)\"}","{}"}']),
        Column("of_domains", OF_DOMAINS, [
            "(,,,,)", Sql("""ROW('(1,a,,,,)', '{"(2,b,,,,)",NULL}', '{NULL,"{NULL}"}',
                                '[2000-01-01,)', '{NULL,"(3,c,,,,)"}')::of_domains""")]),
        Column("nested", NESTED, [Touched("(,,{NaN},)", "(,,{NULL},)")], {"on_nan": "null"}),
        Column('"Odd"[]', list_of(ODD), [Touched('{"(,,,NaN,,)",NULL}', '{"(,,,,,)",NULL}')],
               {"on_nan": "null"}),
        Column('"Odd"', ODD, [Touched("(,,,,,infinity)", f'(,,,,,"{LAST_MOMENT}+00")')],
               {"on_infinity": "clamp"}),
        Column("single", struct_of(alone=TEXT), ["()", '("")', "(a)", '("a,b")']),
        Column("placed", TEXT, ["(,)", '("a b","(1,-0)")', '("",)']),
        Column("placed[]", list_of(TEXT), ["{}", '{NULL,"(a,\\"(1,2)\\")"}']),
    ],
    "numbers_of_the_catalog": [
        Column("regclass", INTEGER, ["pg_class", "-"], printed="{}::oid"),
        Column("regtype", INTEGER, ["integer"], printed="{}::oid"),
        Column("int2vector", VECTOR, ["", "1 2 -3"]),
        Column("oidvector", VECTOR, ["4294967295 0"]),
        Column("bit(3)[]", list_of(TEXT), ["{101,NULL}"]),
    ],
    "printed": [
        Column("point", TEXT, ["(0,-0)", "(NaN,Infinity)", "(1e-300,0.1)"]),
        Column("line", TEXT, ["{1,2,3}", "{0,-1,1e300}"]),
        Column("lseg", TEXT, ["[(0,0),(1,1.5)]"]),
        Column("box", TEXT, ["(0,0),(1,1)"]),
        Column("path", TEXT, ["[(0,0),(1,1)]", "((0,0),(1,1))"]),
        Column("polygon", TEXT, ["((0,0),(1,1),(2,0))"]),
        Column("circle", TEXT, ["<(0,0),0>", "<(1,2),Infinity>"]),
        Column("tsvector", TEXT, ["", "a:1A b:2,3C 'c d' 'e''f' '\\\\'"]),
        Column("tsquery", TEXT, ["", "a & !(b | c:*AB) <3> 'd e'"]),
        Column("pg_lsn", TEXT, ["0/0", "FFFFFFFF/FFFFFFFF", "16/B374D848"]),
        Column("tid", TEXT, ["(0,0)", "(4294967295,65535)"]),
        Column("pg_snapshot", TEXT, ["1:1:", "10:20:10,14,15"]),
        Column("txid_snapshot", TEXT, ["1:1:", "10:20:10,14,15"]),
        Column("aclitem", TEXT, ["=r/pg_monitor", "pg_monitor=r*w/pg_read_all_data"], since=14),
        Column("jsonpath", TEXT, ["$", "strict $.a[*] ? (@.\"b c\" == \"d\")",
                                  "$.\"\\u00e9\".size()"]),
        Column("pg_node_tree", TEXT, [Sql("(SELECT ev_action FROM pg_rewrite LIMIT 1)")]),
    ],
    "extensions": [
        Column("hstore", MAP, ["", "a=>1", 'a=>NULL, b=>"NULL", ""=>""',
                               r'"b \"\\"=>"=>,", aaa=>" ", b=>"é🎉"']),
        Column("hstore[]", list_of(MAP), ['{NULL,"","a=>NULL"}']),
        Column("ltree", TEXT, ["", "Top.Science_2"]),
        Column("lquery", TEXT, ["*.a{1,2}.!b|c@*"]),
        Column("ltxtquery", TEXT, ["a & !(b@ | c*)"]),
        Column("cube", TEXT, ["(0)", "(1,-0.5),(2,1e300)"]),
        Column("seg", TEXT, ["1.50", "~1.0 .. <2.00", "4(+-)1", "5 .."]),
        Column("ean13", TEXT, ["978-0-393-04002-9"]),
        Column("isbn", TEXT, ["0-393-04002-X"]),
        Column("upc", TEXT, ["220356483481"]),
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
    ("daterange", "[2000-01-01,infinity)", "on_infinity"),
    ("tsrange", "[-infinity,)", "on_infinity"),
    ("tstzrange[]", '{NULL,"(,infinity]"}', "on_infinity"),
    ("prices", "[1,NaN]", "on_nan"),
    ("nested", "(,,{NaN},)", "on_nan"),
]
# NULL would say that there is no bound: what is chosen cannot be, whatever the rows hold.
CONTRADICTED = [
    ("daterange", {"on_infinity": "null"}),
    ("tstzmultirange", {"on_infinity": "null"}),
    ("daterange[]", {"on_infinity": "null"}),
    ("prices", {"on_nan": "null"}),
]
