"""Geometries of PostGIS: their bytes, their SRIDs, and the right that reading them needs."""

import json
import struct

import duckdb
import pyarrow.parquet
import pytest


@pytest.fixture
def places(project):
    available, = project.database.rows(
        "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'")
    if available == (0,):
        pytest.skip("this server has no PostGIS")
    project.database.execute(
        "CREATE SCHEMA maps", "CREATE EXTENSION postgis SCHEMA maps",
        "CREATE TABLE places (id int, spot maps.geometry(Point,4326), site maps.geography(Point), "
        "any_spot maps.geometry, flat maps.geometry(Point), anywhere maps.geography, "
        "list maps.geometry(Point,3857)[])",
        "SET search_path = maps, public; INSERT INTO places VALUES "
        "(1, 'SRID=4326;POINT(1 2)', 'POINT(3 4)', 'SRID=3857;POINT Z(1 2 3)', "
        "'SRID=2193;POINT(5 6)', 'SRID=4267;POINT(1 2)', ARRAY['SRID=3857;POINT(7 8)'::geometry]), "
        "(2, 'SRID=4326;POINT EMPTY', NULL, 'POINT(1 2)', 'POINT(1 2)', 'POINT(1 2)', NULL)")
    return project


def point(x, y, srid=0):
    """A point as well-known binary, or with its SRID as PostGIS extends it."""
    head = struct.pack("<BII", 1, 0x20000001, srid) if srid else struct.pack("<BI", 1, 1)
    return head + struct.pack("<dd", x, y)


def manifest(project):
    pointer = json.loads((project.lake / "places/_carmilla/current.json").read_text())
    return json.loads((project.lake / "places" / pointer["manifest"]).read_text())


def stored(project):
    path = project.lake / "places" / manifest(project)["files"][0]["key"]
    return path, pyarrow.parquet.read_table(path).sort_by("id")


def test_no_srid_is_lost(places):
    places.configure()
    plan = places.succeed("plan").out
    assert "any_spot" in plan and "EWKB" in plan, plan
    places.succeed("run")
    path, table = stored(places)
    columns = {name: table[name].to_pylist() for name in table.column_names}
    assert columns["spot"][0] == point(1, 2) and columns["site"][0] == point(3, 4)
    assert columns["any_spot"] == [
        struct.pack("<BIIddd", 1, 0xa0000001, 3857, 1, 2, 3), point(1, 2)]
    assert columns["flat"] == [point(5, 6, 2193), point(1, 2)]
    assert columns["anywhere"] == [point(1, 2, 4267), point(1, 2, 4326)]
    assert columns["list"] == [[point(7, 8, 3857)], None]
    srids = {"spot": 4326, "site": 4326}
    assert {column["name"]: column["srid"] for column in manifest(places)["columns"]
            if column["srid"]} == srids
    metadata = pyarrow.parquet.read_metadata(path).metadata
    assert json.loads(metadata[b"carmilla:srid"]) == srids
    found = duckdb.sql(f"SELECT value FROM parquet_kv_metadata('{path}') "
                       "WHERE key = 'carmilla:srid'").fetchall()
    assert json.loads(found[0][0]) == srids
    places.succeed("verify")


def test_the_same_rows_give_the_same_bytes(places):
    places.configure()
    places.succeed("run")
    first = stored(places)[0].read_bytes()
    places.succeed("run")
    assert stored(places)[0].read_bytes() == first


def test_other_forms_are_declared(places):
    places.configure(tables="  - name: public.places\n    columns: [id, spot, flat, any_spot]\n"
                            "    types: {spot: ewkb, flat: wkb, any_spot: wkt}")
    assert "EWKB" not in places.succeed("plan").out
    places.succeed("run")
    table = stored(places)[1]
    assert table["spot"][0].as_py() == point(1, 2, 4326)
    assert table["flat"].to_pylist() == [point(5, 6), point(1, 2)]
    assert table["any_spot"].to_pylist() == ["POINT Z (1 2 3)", "POINT(1 2)"]
    places.configure(extra="defaults: {types: {geometry: wkt, geography: ewkb}}")
    places.succeed("run")
    table = stored(places)[1]
    assert table["spot"][0].as_py() == "POINT(1 2)"
    assert table["site"][0].as_py() == point(3, 4, 4326)


def test_the_role_needs_usage_on_the_extensions_schema(places, make_role):
    role = make_role()
    places.database.execute(f"GRANT USAGE ON SCHEMA public TO {role}",
                            f"GRANT SELECT ON places TO {role}")
    reader = {"DATABASE_URL": places.database.conninfo(user=role)}
    grant = f'GRANT USAGE ON SCHEMA "maps" TO "{role}";'
    places.configure()
    finished = places.run("run", environment=reader)
    assert finished.code == 77 and grant in finished.err, str(finished)
    assert grant in places.run("doctor", environment=reader).out
    # EWKB is what the type itself sends.
    places.configure(tables="  - {name: public.places, columns: [id, any_spot]}")
    places.succeed("run", environment=reader)
    places.configure()
    assert places.succeed("role", "--name", role).out.count(grant) == 1
    places.database.execute(grant)
    places.succeed("run", environment=reader)
