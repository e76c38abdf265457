"""Masked columns: what reaches files, manifests, logs and errors is never the value."""

import hashlib
import hmac
import json

import pyarrow.parquet as parquet
import pytest

KEY = "a key of the test, long enough"
CANARY = "canary-7f3a"


@pytest.fixture
def people(project):
    project.environment["CARMILLA_MASK_KEY"] = KEY
    project.database.execute(
        "CREATE TABLE people (id int, email text NOT NULL, phone text NOT NULL, name varchar(40), "
        "ssn text, code uuid, payload jsonb)",
        f"INSERT INTO people SELECT i, '{CANARY}-' || i || '@x.org', '{CANARY}', "
        f"'ö{CANARY}', '{CANARY}', gen_random_uuid(), "
        f"jsonb_build_object('mail', '{CANARY}') FROM generate_series(1, 2000) i",
        "INSERT INTO people VALUES (2001, '', '', NULL, NULL, NULL, NULL)",
        # Emails come in order, so that their bounds would be worth keeping.
        "ANALYZE people")
    return project


MASKS = """\
  - name: public.people
    mask: {email: hmac-sha256, phone: null, name: {truncate: 1}, ssn: drop, code: hmac-sha256,
           mail: hmac-sha256}
    derive:
      mail: {from: payload, path: $.mail, type: text}
    drop: [payload]
"""
WITH_KEY = "mask_key: env:CARMILLA_MASK_KEY"


def code(text):
    return hmac.new(KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def files(project):
    return sorted((project.lake / "people").rglob("*.parquet"))


def test_masks_replace_values(people):
    people.configure(MASKS, WITH_KEY)
    people.succeed("run")
    table = parquet.ParquetDataset([str(file) for file in files(people)]).read()
    assert table.column_names == ["id", "email", "phone", "name", "code", "mail"]
    rows = {row["id"]: row for row in table.to_pylist()}
    assert rows[5]["email"] == code(f"{CANARY}-5@x.org")
    assert rows[2001]["email"] == code("") and rows[2001]["name"] is None
    assert rows[5]["name"] == "ö" and rows[5]["phone"] is None
    assert rows[5]["mail"] == code(CANARY) and rows[2001]["mail"] is None
    uuids = dict(people.database.rows("SELECT id, code::text FROM people"))
    assert rows[7]["code"] == code(uuids[7]) and rows[2001]["code"] is None


def test_masked_columns_have_no_bounds(people):
    people.configure(MASKS, WITH_KEY)
    people.succeed("run")
    for file in files(people):
        metadata = parquet.ParquetFile(file).metadata
        for group in range(metadata.num_row_groups):
            for i in range(metadata.num_columns):
                column = metadata.row_group(group).column(i)
                statistics = column.statistics
                has_bounds = statistics is not None and statistics.has_min_max
                assert has_bounds == (column.path_in_schema == "id"), column
                assert column.has_column_index == (column.path_in_schema == "id"), column


def test_a_dropped_or_null_column_needs_no_right_to_read_it(people, make_role):
    role = make_role()
    people.database.execute(
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT (id, email, name, code, payload, ctid) ON people TO {role}")
    people.environment["DATABASE_URL"] = people.database.conninfo(user=role)
    people.configure(MASKS, WITH_KEY)
    people.succeed("run")


def all_output(project, finished):
    """What the program printed, and all that it left in the folder, decompressed or not."""
    yield finished.out + finished.err
    for path in project.folder.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield content.decode("latin-1")
        if content.startswith(b"PAR1"):
            yield str(parquet.read_table(path).to_pylist())


@pytest.mark.parametrize("level", ["info", "debug"])
@pytest.mark.parametrize("payload", ["jsonb_build_object('mail', '{canary}')", "to_jsonb(7)"])
def test_no_masked_value_leaves_the_program(people, level, payload):
    """Once with rows that all fit, once with one that fails."""
    payload = payload.format(canary=CANARY)
    people.database.execute(f"UPDATE people SET payload = {payload} WHERE id = 2001")
    people.configure(MASKS, WITH_KEY)
    finished = people.run("run", "--json", environment={"CARMILLA_LOG": level})
    assert finished.code == (65 if "7" in payload and "mail" not in payload else 0), str(finished)
    for output in all_output(people, finished):
        assert CANARY not in output
        assert KEY not in output
    for command in (["plan"], ["plan", "--json"], ["status"], ["doctor"]):
        finished = people.run(*command)
        assert CANARY not in finished.out + finished.err
        assert KEY not in finished.out + finished.err


@pytest.mark.parametrize("mask, top, problem, hint", [
    ("{email: hmac-sha256}", "", "hmac-sha256 needs a key", "CARMILLA_MASK_KEY"),
    ("{emial: drop}", "", "mask names no such column: emial", 'did you mean "email"?'),
    ("{id: hmac-sha256}", WITH_KEY, "stored as text, and id is integer", "types: {id: text}"),
    ("{id: drop, email: drop, phone: drop, name: drop, ssn: drop, code: drop, payload: drop}", "",
     "it has no columns", ""),
    ("{id: null, email: null, phone: null, name: null, ssn: drop, code: drop, payload: drop}", "",
     "no column is left to be read", "mask"),
])
def test_what_cannot_be_masked_is_refused(people, mask, top, problem, hint):
    people.configure(f"  - {{name: public.people, mask: {mask}}}", top)
    finished = people.run("run")
    assert finished.code in (65, 78), str(finished)
    assert problem in " ".join(finished.err.split()), str(finished)
    assert hint in " ".join(finished.err.split()), str(finished)


def test_no_folder_is_named_after_a_masked_value(project):
    project.database.execute("CREATE TABLE born (id int, day date)")
    project.configure("  - {name: public.born, mask: {day: null}, "
                      "partition_by: {column: day, every: day}}")
    finished = project.run("run")
    assert finished.code == 78 and "partitioned by a masked column: day" in finished.err


def test_the_manifest_says_that_a_masked_column_may_be_null(people):
    people.configure(MASKS, WITH_KEY)
    people.succeed("run")
    pointer = json.loads((people.lake / "people/_carmilla/current.json").read_text())
    manifest = json.loads((people.lake / "people" / pointer["manifest"]).read_text())
    is_not_null = {c["name"]: c["not_null"] for c in manifest["columns"]}
    assert is_not_null["email"] and not is_not_null["phone"]


def test_the_role_gets_no_right_to_what_is_not_read(people):
    people.configure(MASKS, WITH_KEY)
    grant = next(line for line in people.succeed("role").out.splitlines() if "people" in line)
    assert "email" in grant and "payload" in grant, grant
    assert "ssn" not in grant and "phone" not in grant, grant
