"""carmilla.yaml: where it is found, every mistake at once with its place, secrets, the schema."""

import json
import pathlib
import re

import jsonschema
import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CANARY = "canary-Pa55word-2b8"


@pytest.fixture
def table(project):
    project.database.execute("CREATE TABLE t AS SELECT 1 AS id")
    project.configure()
    return project


def refused(project, text, *arguments, **options):
    (project.folder / "carmilla.yaml").write_text(text, encoding="utf-8")
    finished = project.run(*(arguments or ["plan"]), **options)
    assert finished.code == 78, str(finished)
    assert finished.out == "" and CANARY not in finished.err
    return finished.err


class TestFinding:
    def test_by_flag_before_variable_before_folder(self, table):
        good = (table.folder / "carmilla.yaml").rename(table.folder / "good.yaml")
        for name in ("carmilla.yaml", "variable.yaml"):
            (table.folder / name).write_text("not: this one\n")
        assert table.run("plan").code == 78
        environment = {"CARMILLA_CONFIG": "variable.yaml"}
        assert "variable.yaml:1:1" in table.run("plan", environment=environment).err
        assert table.run("plan", "--config", good, environment=environment).code == 0
        assert table.run("plan", environment={"CARMILLA_CONFIG": str(good)}).code == 0

    @pytest.mark.parametrize("arguments, environment, phrase", [
        (["--config", "nope.yaml"], {}, "--config names no file: nope.yaml"),
        ([], {"CARMILLA_CONFIG": "nope.yaml"}, "CARMILLA_CONFIG names no file: nope.yaml"),
        (["--config", "."], {}, "directory")])
    def test_a_file_that_is_none_is_named(self, table, arguments, environment, phrase):
        finished = table.run("plan", *arguments, environment=environment)
        assert finished.code == 78, str(finished)
        assert phrase in finished.err

    def test_the_lake_lies_beside_the_file(self, table):
        (table.folder / "deep").mkdir()
        (table.folder / "carmilla.yaml").rename(table.folder / "deep/carmilla.yaml")
        table.succeed("run", "--config", "deep/carmilla.yaml")
        assert (table.folder / "deep/lake/t").is_dir()


def test_set_overrides_one_key(table):
    table.succeed("run", "--set", "lake.path=elsewhere", "--set", "threads=2")
    assert (table.folder / "elsewhere/t").is_dir() and not table.lake.exists()
    assert "workers (2)" in table.succeed("plan", "--set", "threads=2").out
    for override, phrase in (("threads=many", "threads"), ("lake.paht=x", 'did you mean "path"'),
                             ("nonsense", "nonsense"), ("gentleness=gentel", 'did you mean "gentle"')):
        finished = table.run("plan", "--set", override)
        assert finished.code in (64, 78), str(finished)
        assert phrase in finished.err, str(finished)


def test_every_mistake_is_told_at_once_with_place_and_nearest_key(table):
    words = refused(table, "connections:\n  app: {postgrs: env:DATABASE_URL}\nsource: ap\n"
                           "gentlenes: gentle\nlake: {path: ./lake}\ndefaults: {compression: zst}\n"
                           "tables:\n  - public.t\n  - {name: public.u, wehre: id = 1}\n  - orders\n")
    for place, phrase in (("2:9", 'did you mean "postgres"'), ("4:1", 'did you mean "gentleness"'),
                          ("6:25", 'did you mean "zstd"'), ("9:22", 'did you mean "where"'),
                          ("10:5", "public.orders"), ("3:9", "app")):
        assert any(f"carmilla.yaml:{place}:" in line and phrase in line
                   for line in words.splitlines()), f"{place} {phrase}\n{words}"
    assert re.search(r"carmilla\.yaml: \d+ problems", words)


@pytest.mark.parametrize("text, phrase", [
    ("", "hint: "), ("- a\n- b\n", ":1:1"), ("lake: [\n", "carmilla.yaml:"),
    ("lake: {path: x}\nlake: {path: y}\n", ":2:1"), ("lake: &a {path: *a}\n", "carmilla.yaml:1"),
    ("\tlake: x\n", "carmilla.yaml:1"), ("lake: \x01\n", "carmilla.yaml")])
def test_what_is_no_configuration_is_refused_with_its_place(table, text, phrase):
    assert phrase in refused(table, text)


class TestSecrets:
    def test_a_missing_variable_is_named_with_its_place(self, table):
        table.environment.pop("DATABASE_URL")
        finished = table.run("plan")
        assert finished.code == 78
        assert "carmilla.yaml:2:" in finished.err and "DATABASE_URL is not set" in finished.err

    def test_a_private_file_serves(self, table):
        secret = table.folder / "secret"
        secret.write_text(table.database.conninfo())
        secret.chmod(0o600)
        text = (table.folder / "carmilla.yaml").read_text().replace("env:DATABASE_URL", "file:secret")
        (table.folder / "carmilla.yaml").write_text(text)
        table.succeed("plan")
        secret.chmod(0o644)
        words = refused(table, text)
        assert "chmod 600" in words and "secret" in words
        secret.unlink()
        assert "carmilla.yaml:2:" in refused(table, text)

    @pytest.mark.parametrize("dsn", [f"host=x password={CANARY}", f"postgres://u:{CANARY}@x/y"])
    def test_a_password_in_the_file_is_refused(self, table, dsn):
        words = refused(table, f"connections: {{app: {{postgres: '{dsn}'}}}}\nlake: {{path: l}}\n"
                               "tables: [public.t]\n")
        assert "carmilla.yaml:1:" in words and "password" in words and "env:" in words

    def test_any_scalar_may_come_from_a_variable(self, table):
        table.configure(tables="  - env:TABLE", extra="gentleness: env:HOW")
        environment = {"TABLE": "public.t", "HOW": "balanced"}
        assert "balanced" in table.succeed("plan", environment=environment).out


def accepts(schema, text):
    return jsonschema.Draft202012Validator(schema).is_valid(yaml.safe_load(text))


def test_the_schema_is_one_and_accepts_the_examples(table):
    schema = json.loads(table.succeed("schema").out)
    jsonschema.validators.validator_for(schema).check_schema(schema)
    examples = sorted((ROOT / "examples").rglob("*.yaml"))
    assert examples
    for example in examples:
        text = example.read_text(encoding="utf-8")
        if "connections:" not in text:
            continue
        jsonschema.validate(yaml.safe_load(text), schema)
    text = (ROOT / "examples/carmilla.yaml").read_text(encoding="utf-8")
    for right, wrong in (("compression: gzip", "compresion: gzip"), ("proof: full", "proof: ful"),
                         ("source: app", "soruce: app"), ("  path: ./lake", "  pth: ./lake")):
        assert right in text
        assert accepts(schema, text) and not accepts(schema, text.replace(right, wrong)), wrong


def test_the_type_page_is_the_one_of_the_documentation(table):
    remark, page = (ROOT / "docs/types.md").read_text(encoding="utf-8").split("\n", 1)
    assert remark.startswith("<!-- ")
    assert table.succeed("types").out == page
