"""Damage in the lake: each command says what is wrong, nothing wrong is read, a run repairs it."""

import json
import shutil

import pytest

COUNT = "SELECT count(*), sum(id), count(note) FROM kept"


class Damage:
    """The published table `kept`, about to be damaged, beside a sound table `other`."""

    def __init__(self, kept):
        self.kept = kept
        self.project = kept.project
        self.project.database.execute("CREATE TABLE other AS SELECT id + 1 AS id, note FROM kept")
        self.project.succeed("run")
        self.table = self.project.lake / "kept"
        self.pointer = self.table / "_carmilla" / "current.json"
        self.manifest = self.table / json.loads(self.pointer.read_text())["manifest"]
        described = json.loads(self.manifest.read_text())
        self.data = self.table / described["files"][0]["key"]

    def is_told_by(self, command, code, *phrases):
        finished = self.project.run(*command)
        assert finished.code == code, str(finished)
        for phrase in (*phrases, "hint: "):
            assert phrase in finished.err, f"{phrase!r} is missing in\n{finished}"
        return finished

    def leaves_other_tables_alone(self):
        assert self.project.query("SELECT count(*), sum(id) FROM other") == [["100", "5150"]]
        assert self.project.succeed("verify", "other").out.startswith("other: 100 rows")

    def is_repaired_by_a_run(self):
        self.project.succeed("run")
        assert self.kept.is_complete()
        self.project.succeed("verify")
        self.project.succeed("status")


@pytest.fixture
def damage(kept):
    return Damage(kept)


def flip(path, position):
    content = bytearray(path.read_bytes())
    content[position] ^= 0x55
    path.write_bytes(content)


@pytest.mark.parametrize("position", [20, -20])
def test_a_flipped_bit_is_found_by_verify(damage, position):
    flip(damage.data, position)
    told = damage.is_told_by(["verify"], 65, "kept: proving", "part-00000.parquet: the checksums")
    assert "kept: DAMAGED" in told.out and "other: 100 rows" in told.out
    damage.leaves_other_tables_alone()
    damage.is_repaired_by_a_run()


def test_a_truncated_file_is_refused_by_query_and_verify(damage):
    damage.data.write_bytes(damage.data.read_bytes()[:300])
    damage.is_told_by(["verify"], 65, "bytes differ: expected")
    damage.is_told_by(["query", COUNT], 65, "kept")
    damage.leaves_other_tables_alone()
    damage.is_repaired_by_a_run()


def test_a_missing_file_is_refused_by_query_and_verify(damage):
    damage.data.unlink()
    damage.is_told_by(["verify"], 65, "part-00000.parquet: the file is missing",
                      "hint: restore it from a backup, or run the table again")
    damage.is_told_by(["query", COUNT], 65, "a file of the lake is missing")
    damage.leaves_other_tables_alone()
    damage.is_repaired_by_a_run()


def test_swapped_files_of_equal_shape_are_found_by_verify(damage):
    described = json.loads((damage.project.lake / "other/_carmilla/current.json").read_text())
    manifest = json.loads((damage.project.lake / "other" / described["manifest"]).read_text())
    other = damage.project.lake / "other" / manifest["files"][0]["key"]
    aside = damage.project.folder / "aside"
    shutil.move(damage.data, aside)
    shutil.move(other, damage.data)
    shutil.move(aside, other)
    told = damage.is_told_by(["verify"], 65, "kept: proving", "other: proving")
    assert "kept: DAMAGED" in told.out and "other: DAMAGED" in told.out
    damage.is_repaired_by_a_run()


def follow_the_hint(damage):
    """What the message says: remove the pointer, run again."""
    damage.pointer.unlink()
    damage.is_repaired_by_a_run()


HINT = "hint: restore the file from a backup, or remove the table's _carmilla/current.json"


def test_a_changed_manifest_is_refused_everywhere(damage):
    text = damage.manifest.read_text()
    damage.manifest.write_text(text.replace('"rows": 100', '"rows": 99').replace(
        '"rows":100', '"rows":99'))
    assert damage.manifest.read_text() != text
    for command in (["verify"], ["query", COUNT], ["status"], ["run"]):
        damage.is_told_by(command, 65, "its checksum is not the pointer's", HINT)
    damage.leaves_other_tables_alone()
    follow_the_hint(damage)


def test_a_missing_manifest_is_refused_everywhere(damage):
    damage.manifest.unlink()
    for command in (["verify"], ["query", COUNT], ["status"], ["run"]):
        damage.is_told_by(command, 65, "the manifest that its pointer names does not exist", HINT)
    damage.leaves_other_tables_alone()
    follow_the_hint(damage)


@pytest.mark.parametrize("content", [b"", b"\xff\x00{", b'{"format": 1}', b"[" * 100000],
                         ids=["empty", "binary", "members_missing", "deep"])
def test_a_damaged_pointer_is_refused_everywhere(damage, content):
    damage.pointer.write_bytes(content)
    for command in (["verify"], ["query", COUNT], ["status"], ["run"]):
        damage.is_told_by(command, 65, "reading the pointer kept/_carmilla/current.json", HINT)
    damage.leaves_other_tables_alone()
    follow_the_hint(damage)


def test_a_pointer_of_a_newer_format_asks_for_an_upgrade(damage):
    damage.pointer.write_text(damage.pointer.read_text().replace('"format": 1', '"format": 2'))
    for command in (["verify"], ["query", COUNT], ["status"], ["run"]):
        damage.is_told_by(command, 64, "a newer version of Carmilla wrote it", "hint: upgrade")
    damage.leaves_other_tables_alone()


def test_a_pointer_of_another_table_is_refused(damage):
    shutil.copy(damage.project.lake / "other/_carmilla/current.json", damage.pointer)
    for command in (["verify"], ["query", COUNT], ["status"], ["run"]):
        damage.is_told_by(command, 65, "it belongs to table other")
    damage.leaves_other_tables_alone()
    follow_the_hint(damage)


def test_a_missing_file_under_a_stable_name_is_repaired_by_a_run(damage):
    damage.project.configure(extra="defaults: {layout: stable}")
    damage.project.succeed("run")
    manifest = damage.table / json.loads(damage.pointer.read_text())["manifest"]
    (damage.table / json.loads(manifest.read_text())["files"][0]["key"]).unlink()
    damage.is_told_by(["verify"], 65, "the file is missing")
    damage.is_repaired_by_a_run()
    assert (damage.table / "kept.parquet").exists()


def test_a_damaged_run_report_is_left_out_of_the_status(damage):
    for report in (damage.project.lake / "_carmilla/runs").iterdir():
        report.write_text("{")
    finished = damage.project.succeed("status")
    assert "kept" in finished.out and "reading run report" in finished.err
    assert damage.kept.is_complete()
