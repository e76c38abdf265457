"""Types that people declare for columns, and what becomes of values that these cannot hold."""

import json

import pyarrow
import pyarrow.parquet
import pytest


def files(project, table):
    return sorted((project.lake / table).glob("*/*.parquet"))


def stored(project, table):
    """The newest file of a table."""
    return pyarrow.parquet.read_table(files(project, table)[-1])


def counts(finished, table):
    return {entry["name"]: entry for entry in finished.report()["tables"]}[table].get("policy_counts", {})


def test_each_declared_type_is_exact(project):
    project.database.execute(
        "CREATE DOMAIN code AS uuid",
        "CREATE TABLE t (id int2, big int8, n numeric, f numeric, u uuid, d code, c char(5), "
        "w time, at timestamptz, wall timestamp, i interval, raw text, seen date, \"Odd name\" point)",
        "INSERT INTO t VALUES (1, 9007199254740993, 1234567890.123456789, 0.1, "
        "'00112233-4455-6677-8899-aabbccddeeff', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'ab', "
        "'23:59:59.999999', '1969-12-31 23:59:59.999999+00', '2024-02-29 12:00:00.0015', "
        "'-1 year 2 days -03:04:05.000006', 'hé', 'infinity', '(1,2)')",
        "INSERT INTO t (id) VALUES (2)")
    project.configure(tables="""\
  - name: public.t
    types:
      id: bigint
      big: "decimal(20,1)"
      n: "decimal(38,9)"
      f: double
      u: binary
      d: binary
      c: trim
      w: time64
      at: timestamp[ms, UTC]
      wall: timestamp[ms]
      i: struct
      raw: binary
      seen: text
      Odd name: text""")
    project.succeed("run")
    table = stored(project, "t")
    types = {field.name: str(field.type) for field in table.schema}
    assert types["id"] == "int64" and types["big"] == "decimal128(20, 1)"
    assert types["w"] == "time64[us]" and types["f"] == "double"
    assert types["at"] == "timestamp[ms, tz=UTC]" and types["wall"] == "timestamp[ms]"
    texts = {name: str(table[name][0]) for name in table.column_names}
    assert texts["id"] == "1" and texts["big"] == "9007199254740993.0"
    assert texts["n"] == "1234567890.123456789" and texts["f"] == "0.1"
    assert table["u"][0].as_py() in (bytes.fromhex("00112233445566778899aabbccddeeff"),
                                     __import__("uuid").UUID("00112233445566778899aabbccddeeff"))
    assert texts["c"] == "ab" and texts["w"] == "23:59:59.999999"
    assert table["at"].cast(pyarrow.int64())[0].as_py() == -1
    assert table["wall"].cast(pyarrow.int64())[0].as_py() % 1000 == 1
    assert table["i"][0].as_py() == {
        "months": -12, "days": 2, "micros": -((3 * 60 + 4) * 60 + 5) * 10**6 - 6}
    assert table["raw"][0].as_py() == "hé".encode()
    assert texts["seen"] == "infinity" and texts["Odd name"] == "(1,2)"
    assert [table[name][1].as_py() for name in table.column_names][1:] == [None] * 13


def test_what_defaults_say_of_a_type_holds_for_its_columns(project):
    project.database.execute(
        "CREATE TYPE mood AS ENUM ('sad')", "CREATE DOMAIN code AS uuid",
        "CREATE TABLE t (u uuid, d code, other uuid, list uuid[], w time, i interval, at timestamptz, "
        "c char(5), r int4range, e mood, n numeric, price numeric(9,2))",
        "INSERT INTO t VALUES ('00112233-4455-6677-8899-aabbccddeeff', "
        "'ffffffff-ffff-ffff-ffff-ffffffffffff', '00112233-4455-6677-8899-aabbccddeeff', "
        "'{00112233-4455-6677-8899-aabbccddeeff}', '12:00', '1 day', '2024-01-01 00:00:00.001+00', "
        "'ab', '[1,2)', 'sad', 1.5, 2.5)")
    defaults = ("defaults:\n  types: {uuid: binary, time: time64, interval: struct, range: text, "
                "timestamptz: \"timestamp[ms, UTC]\", char: trim, numeric: double}\n")
    project.configure(tables="  - {name: public.t, types: {other: text}}", extra=defaults)
    expected = {"u": "fixed_size_binary[16]", "d": "fixed_size_binary[16]", "other": "string",
                "list": "list<element: string>", "w": "time64[us]",
                "i": "struct<months: int32, days: int32, micros: int64>",
                "at": "timestamp[ms, tz=UTC]", "c": "string", "r": "string", "e": "string",
                "n": "double", "price": "decimal128(9, 2)"}
    plan = {column["name"]: column["parquet_type"]
            for column in json.loads(project.succeed("plan", "--json").out)["tables"][0]["columns"]}
    assert plan["u"] == "FIXED UUID" and plan["at"] == "INT64 TIMESTAMP(MILLIS, UTC)"
    assert plan["r"] == "BYTE_ARRAY STRING" and plan["w"] == "INT64 TIME(MICROS)"
    project.succeed("run")
    table = stored(project, "t")
    assert {field.name: str(getattr(field.type, "storage_type", field.type))
            for field in table.schema} == expected
    assert table["c"][0].as_py() == "ab" and table["r"][0].as_py() == "[1,2)"
    project.configure(extra="defaults:\n  types: {uuids: binary}\n")
    finished = project.run("plan")
    assert finished.code == 78, str(finished)
    assert 'carmilla.yaml:6:11: types: no type of PostgreSQL: "uuids"' in finished.err, str(finished)
    assert 'hint: did you mean "uuid"?' in finished.err


def test_what_does_not_fit_is_refused_or_counted(project):
    project.database.execute(
        "CREATE TABLE t (n numeric, w time)",
        "INSERT INTO t VALUES (1.5, '12:00'), (1.55, '24:00'), (12345.6, NULL), ('NaN', NULL)")
    entry = "  - {{name: public.t, types: {{n: \"decimal(5,1)\", w: time64}}{}}}"
    project.configure(tables=entry.format(""))
    finished = project.run("run")
    assert finished.code == 65
    assert 'column "n": holds a number that is not exactly a decimal32(5, 1)' in finished.err
    assert 'policies: {"n": {on_out_of_range: null}}' in finished.err
    project.configure(tables=entry.format(", on_out_of_range: null, on_nan: null"))
    finished = project.succeed("run", "--json")
    assert counts(finished, "t") == {"n": 3, "w": 1}
    assert [str(v) for v in stored(project, "t")["n"].to_pylist()] == ["1.5", "None", "None", "None"]
    project.configure(tables=entry.format(
        ", on_out_of_range: null, on_nan: null, policies: {w: {on_out_of_range: clamp}}"))
    project.succeed("run")
    assert str(stored(project, "t")["w"][1]) == "23:59:59.999999"


def test_a_number_beyond_its_declared_type_goes_by_the_policy(project):
    project.database.execute(
        "CREATE TABLE t (f numeric, d numeric)",
        "INSERT INTO t VALUES (0.1, 1.25), ('-1e400', 123456), ('1e-400', -99999.96), "
        "('NaN', 0), ('Infinity', NULL)")
    entry = "  - {{name: public.t, types: {{f: double, d: \"decimal(6,1)\"}}{}}}"
    project.configure(tables=entry.format(""))
    finished = project.run("run")
    assert finished.code == 65, str(finished)
    assert 'column "d": holds a number that is not exactly' in finished.err, str(finished)
    project.configure(tables=entry.format(", where: 'd IN (123456, 0)'"))
    finished = project.run("run")
    assert finished.code == 65, str(finished)
    assert ('column "f": holds a number beyond the range of a double (on_out_of_range: error; '
            'cells touched by policies so far: 0)') in finished.err, str(finished)
    assert 'policies: {"f": {on_out_of_range: null}}, or clamp instead of null' in finished.err
    project.configure(tables=entry.format(", on_out_of_range: clamp"))
    finished = project.succeed("run", "--json")
    assert counts(finished, "t") == {"f": 2, "d": 3}
    table = stored(project, "t")
    assert [str(value) for value in table["f"].to_pylist()] == [
        "0.1", "-1.7976931348623157e+308", "0.0", "nan", "inf"]
    assert [str(value) for value in table["d"].to_pylist()] == [
        "1.3", "99999.9", "-99999.9", "0.0", "None"]
    project.configure(tables=entry.format(", on_out_of_range: null"))
    finished = project.succeed("run", "--json")
    assert counts(finished, "t") == {"f": 2, "d": 3}
    assert stored(project, "t")["d"].null_count == 4


def test_microseconds_lost_to_a_declared_type_are_counted(project):
    project.database.execute(
        "CREATE TABLE t (id int, at timestamptz, wall timestamp)",
        "INSERT INTO t VALUES (1, '2024-01-01 00:00:00.001+00', '2024-01-01 00:00:00.0015'), "
        "(2, '1969-12-31 23:59:59.999999+00', '2024-01-01'), (3, NULL, NULL)")
    entry = ("  - {{name: public.t, types: {{at: \"timestamp[ms, UTC]\", wall: \"timestamp[ms]\"}}{}}}")
    project.configure(tables=entry.format(""))
    assert "on_precision: floor" in project.succeed("plan").out
    finished = project.succeed("run", "--json")
    assert counts(finished, "t") == {"at": 1, "wall": 1}
    assert "at: policy applied to 1 cell" in finished.err, str(finished)
    assert stored(project, "t")["at"].cast(pyarrow.int64()).to_pylist() == [1704067200001, -1, None]
    pointer = json.loads((project.lake / "t/_carmilla/current.json").read_text())
    manifest = json.loads((project.lake / "t" / pointer["manifest"]).read_text())
    written = {column["name"]: column["policy_counts"] for column in manifest["columns"]}
    assert written == {"id": {}, "at": {"on_precision": 1}, "wall": {"on_precision": 1}}
    project.configure(tables=entry.format(", on_precision: error"))
    finished = project.run("run")
    assert finished.code == 65, str(finished)
    assert "holds a timestamp finer than its milliseconds (on_precision: error" in finished.err
    project.configure(tables=entry.format(", policies: {wall: {on_precision: null}}"))
    project.succeed("run")
    assert stored(project, "t")["wall"].null_count == 2


def test_arrays_of_any_shape_become_what_the_policy_says(project):
    project.database.execute(
        "CREATE TABLE t (a int[])",
        "INSERT INTO t VALUES ('{1,NULL}'), ('{{1,2},{3,4}}'), ('[0:1]={5,6}'), (NULL), ('{}')")
    project.configure()
    finished = project.run("run")
    assert finished.code == 65 and "holds an array of several dimensions" in finished.err
    assert "text or flatten instead of null" in finished.err
    found = {}
    for policy in ("null", "flatten", "text"):
        project.configure(tables=f"  - {{name: public.t, policies: {{a: {{on_array_shape: {policy}}}}}}}")
        finished = project.succeed("run", "--json")
        found[policy] = stored(project, "t")["a"].to_pylist(), counts(finished, "t")
    assert found["null"] == ([[1, None], None, None, None, []], {"a": 2})
    assert found["flatten"] == ([[1, None], [1, 2, 3, 4], [5, 6], None, []], {"a": 2})
    assert found["text"] == (["{1,NULL}", "{{1,2},{3,4}}", "[0:1]={5,6}", None, "{}"], {})


def test_text_keeps_what_a_type_cannot_hold(project):
    project.database.execute(
        "CREATE TABLE t (n numeric(5,2), d date)",
        "INSERT INTO t VALUES ('NaN', 'infinity'), (1.5, '0044-03-15 BC')")
    project.configure(extra="defaults: {on_nan: text, on_infinity: text}")
    project.succeed("run")
    table = stored(project, "t")
    assert table["n"].to_pylist() == ["NaN", "1.50"]
    assert table["d"].to_pylist() == ["infinity", "0044-03-15 BC"]


@pytest.mark.parametrize("types, message, hint", [
    ("{n: bigint}", "numeric cannot be declared as bigint", "it can be decimal(p,s), double or text"),
    ("{m: text}", "a type of no such column: m", ""),
    ("{n: decimal(38,9)}", "decimal(38", "quote"),
    ("{n: strng}", "strng", ""),
])
def test_a_type_that_cannot_be_is_refused_before_reading(project, types, message, hint):
    project.database.execute("CREATE TABLE t (n numeric)", "INSERT INTO t VALUES (1)")
    project.configure(tables=f"  - {{name: public.t, types: {types}}}")
    finished = project.run("run")
    assert finished.code in (65, 78), str(finished)
    assert message in finished.err and hint in finished.err, str(finished)
    assert not files(project, "t")


def test_a_type_without_a_row_is_stored_as_text_when_declared(project):
    project.database.execute("CREATE TABLE t (id int, v gtsvector)", "INSERT INTO t VALUES (1)")
    project.configure(tables="  - {name: public.t, types: {v: text}}")
    plan = json.loads(project.succeed("plan", "--json").out)
    assert plan["tables"][0]["columns"][1]["arrow_type"] == "string"
    project.succeed("run")
    assert stored(project, "t")["v"].to_pylist() == [None]


def test_text_that_is_no_utf8_is_told_inside_other_values_too(make_database, make_project):
    project = make_project(make_database(encoding="SQL_ASCII"))
    project.database.execute(
        "CREATE EXTENSION hstore", "CREATE TYPE pair AS (a text, b varchar(9)[])",
        "CREATE TYPE words AS RANGE (subtype = text)",
        "CREATE TABLE t (id int, list text[], pair pair, map hstore, doc jsonb, word char(3))",
        "CREATE TABLE keys (v hstore)", "CREATE TABLE spans (v words)")
    with project.database.connect(client_encoding="SQL_ASCII") as connection:
        connection.execute(
            rb"INSERT INTO t VALUES (1, ARRAY['a', E'\xe9', NULL], ROW(E'\xff', ARRAY['x', E'\xfe']), "
            rb"hstore('k', E'\xfd'), jsonb_build_object('k', E'\xfc'), E'\xfb'), "
            rb"(2, ARRAY[E'caf\xc3\xa9'], ROW('y', NULL), hstore('k', NULL), '{}', 'b')")
        connection.execute(rb"INSERT INTO keys VALUES (hstore(E'\xe9', 'v'))")
        connection.execute(rb"INSERT INTO spans VALUES (words('a', E'b\xe9'))")
    project.configure(tables="  - public.t")
    finished = project.run("run")
    assert finished.code == 65, str(finished)
    assert ('column "list": holds text that is no UTF-8 (on_invalid_utf8: error; '
            'cells touched by policies so far: 0)') in finished.err, str(finished)
    assert 'policies: {"list": {on_invalid_utf8: null}}' in finished.err
    project.configure(tables="  - {name: public.t, on_invalid_utf8: null}")
    finished = project.succeed("run", "--json")
    assert counts(finished, "t") == {"list": 1, "pair": 2, "map": 1, "doc": 1, "word": 1}
    table = stored(project, "t")
    assert table["list"].to_pylist() == [["a", None, None], ["caf\u00e9"]]
    assert table["pair"].to_pylist() == [{"a": None, "b": ["x", None]}, {"a": "y", "b": None}]
    assert table["map"].to_pylist() == [[("k", None)], [("k", None)]]
    assert table["doc"].to_pylist() == [None, "{}"] and table["word"].to_pylist() == [None, "b  "]
    for table, phrase in (("keys", "a key that is text that is no UTF-8, which on_invalid_utf8: null "
                           "does not make NULL: no key is NULL"),
                          ("spans", "a bound of a range that is text that is no UTF-8")):
        project.configure(tables=f"  - {{name: public.{table}, on_invalid_utf8: null}}")
        finished = project.run("run")
        assert finished.code == 65 and phrase in finished.err, str(finished)
        assert 'types: {"v": text}; the whole cell becomes NULL' in finished.err
        assert 'policies: {"v": {on_invalid_utf8: null}} beside it' in finished.err
        project.configure(tables=f"  - {{name: public.{table}, types: {{v: text}}, on_invalid_utf8: null}}")
        assert counts(project.succeed("run", "--json"), table) == {"v": 1}


def test_text_that_is_no_utf8_is_an_error_null_or_bytes(make_database, make_project):
    project = make_project(make_database(encoding="SQL_ASCII"))
    project.database.execute("CREATE TABLE t (id int, v varchar(9), c char(3), n name)")
    with project.database.connect(client_encoding="SQL_ASCII") as connection:
        connection.execute(rb"INSERT INTO t VALUES (1, E'caf\xe9', E'\xff', 'n'),"
                           rb" (2, E'caf\xc3\xa9', 'a', E'\xc3'), (3, NULL, NULL, NULL)")
    project.configure()
    finished = project.run("run")
    assert finished.code == 65 and "on_invalid_utf8: null" in finished.err, str(finished)
    project.configure(extra="defaults: {on_invalid_utf8: null}")
    finished = project.succeed("run", "--json")
    table = stored(project, "t")
    assert table["v"].to_pylist() == [None, "caf\u00e9", None]
    assert table["c"].to_pylist() == [None, "a  ", None]
    assert table["n"].to_pylist() == ["n", None, None]
    assert counts(finished, "t") == {"v": 1, "c": 1, "n": 1}
    project.configure(tables="  - {name: public.t, columns: [id, v], types: {v: binary}}")
    project.succeed("run")
    assert stored(project, "t")["v"].to_pylist() == [b"caf\xe9", b"caf\xc3\xa9", None]
