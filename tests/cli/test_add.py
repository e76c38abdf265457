"""`carmilla add`: a Parquet file becomes a partition of a table, exactly, at once, or not at all."""

import datetime
import decimal
import json

import pyarrow
import pyarrow.parquet
import pytest

from peak_memory import wait_and_measure

WRONG_USAGE = 64
WRONG_CONFIGURATION = 78
UNSUPPORTED = (65, 69, 70, 78)
NOW = datetime.datetime(2024, 5, 1, 12, 0, 0, 125000)


def sample(rows=3, **replaced):
    columns = {
        "id": pyarrow.array(range(rows), pyarrow.int64()),
        "amount": pyarrow.array([decimal.Decimal("1.25")] * rows, pyarrow.decimal128(12, 2)),
        "note": pyarrow.array(["ü" if i else None for i in range(rows)], pyarrow.string()),
        "at": pyarrow.array([NOW] * rows, pyarrow.timestamp("us", "UTC")),
        "tags": pyarrow.array([["a", None]] * rows, pyarrow.list_(pyarrow.string())),
        **replaced}
    return pyarrow.table({name: column for name, column in columns.items()
                          if column is not None})


@pytest.fixture
def files(project):
    """A project with an empty lake, and files to add."""
    def write(name, table):
        pyarrow.parquet.write_table(table, project.folder / name)
        return name

    project.configure()
    write("clicks.parquet", sample())
    project.write = write
    return project


def add(project, *arguments, file="clicks.parquet", day="2024-05-01"):
    return project.run("add", file, "--to", "clicks", "--partition", f"dt={day}", *arguments)


def rows(project):
    return project.query("SELECT dt, count(*), sum(id) FROM clicks GROUP BY dt ORDER BY dt")


def versions(project):
    return sorted(path.stem for path in
                  project.lake.glob("clicks/_carmilla/manifests/*.json"))


def test_a_file_becomes_a_table_and_others_its_partitions(files):
    first = add(files)
    assert first.out.startswith("clicks dt=2024-05-01: 3 rows, ") and "a new table" in first.out
    files.write("more.parquet", sample(5))
    assert "a new table" not in add(files, file="more.parquet", day="2024-05-02").out
    assert rows(files) == [["2024-05-01", "3", "3"], ["2024-05-02", "5", "10"]]
    assert files.query("SELECT amount, note, \"at\", tags[1] FROM clicks WHERE id = 2") == [
        ["1.25", "ü", "2024-05-01 12:00:00.125+00", "a"]] * 2
    assert "8 rows in 2 files" in files.succeed("verify").out
    assert "clicks" in files.succeed("status").out


def test_the_same_rows_twice_change_nothing(files):
    add(files)
    before = versions(files)
    again = add(files)
    assert again.code == 0 and "nothing to do" in again.out
    assert versions(files) == before
    assert [path for path in files.lake.rglob("*.parquet")] != []
    assert rows(files) == [["2024-05-01", "3", "3"]]


def test_other_rows_need_replace(files):
    add(files)
    files.write("corrected.parquet", sample(2))
    refused = add(files, file="corrected.parquet")
    assert refused.code == WRONG_CONFIGURATION and "--replace" in refused.err
    assert rows(files) == [["2024-05-01", "3", "3"]]
    assert add(files, "--replace", file="corrected.parquet").code == 0
    assert rows(files) == [["2024-05-01", "2", "1"]]
    manifest = json.loads((files.lake / "clicks/_carmilla/manifests" /
                           f"{versions(files)[-1]}.json").read_text(encoding="utf-8"))
    assert len(manifest["files"]) == 1 and manifest["previous_run_id"] == versions(files)[0]


@pytest.mark.parametrize("columns, told", [
    ({"note": None}, "lacks a column of the table: note"),
    ({"spare": pyarrow.array([1, 2, 3])}, "the table has no such column: spare"),
    ({"id": pyarrow.array(["1", "2", "3"])}, "column id is int64 in the table and string"),
    ({"amount": pyarrow.array([decimal.Decimal("1.255")] * 3, pyarrow.decimal128(12, 3))},
     "column amount is decimal64(12,2) in the table and decimal128(12, 3)"),
    ({"at": pyarrow.array([NOW] * 3, pyarrow.timestamp("us"))}, "column at is timestamp[us, tz"),
])
def test_a_column_that_does_not_fit_is_named_and_nothing_is_written(files, columns, told):
    add(files)
    files.write("other.parquet", sample(**columns))
    refused = add(files, file="other.parquet", day="2024-05-02")
    assert refused.code == WRONG_CONFIGURATION, str(refused)
    assert told in refused.err.replace("\n", " ")
    assert len(versions(files)) == 1 and len(list(files.lake.rglob("*.parquet"))) == 1


def test_columns_in_another_order_and_narrower_ones_fit(files):
    add(files)
    other = sample(3, id=pyarrow.array([7, 8, 9], pyarrow.int16()),
                   amount=pyarrow.array([decimal.Decimal("0.01")] * 3,
                                        pyarrow.decimal128(5, 2)),
                   note=pyarrow.array(["x"] * 3, pyarrow.large_string()))
    files.write("other.parquet", other.select(["tags", "note", "at", "amount", "id"]))
    assert add(files, file="other.parquet", day="2024-05-02").code == 0
    assert files.query("SELECT id, amount, note FROM clicks WHERE dt = '2024-05-02'"
                       " ORDER BY id") == [["7", "0.01", "x"], ["8", "0.01", "x"],
                                           ["9", "0.01", "x"]]
    assert "6 rows in 2 files" in files.succeed("verify").out


def test_what_other_programs_write_becomes_the_types_of_the_lake(files):
    files.write("pandas.parquet", pyarrow.table({
        "at": pyarrow.array([NOW], pyarrow.timestamp("ns", "Europe/Berlin")),
        "word": pyarrow.array(["x"], pyarrow.large_string()),
        "tiny": pyarrow.array([-7], pyarrow.int8()),
        "many": pyarrow.array([[decimal.Decimal("0.5")]],
                              pyarrow.list_(pyarrow.decimal128(38, 1))),
        "short": pyarrow.array([[5]], pyarrow.list_(pyarrow.int8())),
        "kind": pyarrow.array(["view"]).dictionary_encode()}))
    assert add(files, file="pandas.parquet").code == 0
    assert files.query("SELECT \"at\", word, tiny, many[1], short[1], kind FROM clicks") == [
        ["2024-05-01 12:00:00.125+00", "x", "-7", "0.5", "5", "view"]]
    assert "1 row in 1 file" in files.succeed("verify").out


@pytest.mark.parametrize("name", ["", "dt", "DT", "ID"])
def test_a_name_that_no_reader_could_tell_is_refused(files, name):
    files.write("twice.parquet", pyarrow.table([pyarrow.array([1])] * 2, names=["id", name]))
    refused = add(files, file="twice.parquet")
    assert refused.code == WRONG_CONFIGURATION and list(files.lake.rglob("*.*")) == []


def test_not_null_stays_true(files):
    files.database.execute(
        "CREATE TABLE clicks (id bigint NOT NULL, amount numeric(12,2), note text,"
        " at timestamptz, tags text[])")
    files.configure(tables="  - name: public.clicks\n"
                           "    partition_by: {column: at, every: day}")
    files.succeed("run")
    files.write("null.parquet", sample(3, id=pyarrow.array([1, None, 3])))
    refused = add(files, file="null.parquet")
    assert refused.code == 65 and "no NULL in column id" in refused.err
    assert add(files).code == 0


def test_a_large_row_group_of_others_stays_within_the_memory(files):
    body = pyarrow.array([f"{i:032x}" * 32 for i in range(400_000)])
    pyarrow.parquet.write_table(pyarrow.table({"body": body}), files.folder / "big.parquet",
                                row_group_size=400_000, compression="none", use_dictionary=False)
    process = files.start("add", "big.parquet", "--to", "clicks", "--partition", "dt=2024-05-01")
    _, errors, peak = wait_and_measure(process)
    assert process.returncode == 0, errors
    assert peak < 256 << 20


def test_times_that_would_lose_digits_are_refused(files):
    odd = pyarrow.array([1714564800000000001], pyarrow.timestamp("ns"))
    files.write("nano.parquet", pyarrow.table({"at": odd}))
    refused = add(files, file="nano.parquet")
    assert refused.code == 65 and "at" in refused.err
    assert "1714564800000000001" not in refused.err
    assert list(files.lake.rglob("*.*")) == []


def test_a_type_that_no_table_has_is_refused_by_name(files):
    files.write("odd.parquet", sample(id=pyarrow.array([1, 2, 3], pyarrow.uint64())))
    refused = add(files, file="odd.parquet")
    assert refused.code in UNSUPPORTED and "column id" in refused.err
    assert list(files.lake.rglob("*.*")) == []


@pytest.mark.parametrize("partition", ["2024-05-01", "dt=2024-5-1", "dt=2024-02-30", "dt=",
                                       "../x=2024-05-01", "dt=2024-05-01x",
                                       "dt=+024-+5- 1"])
def test_a_partition_is_a_column_and_a_day(files, partition):
    refused = files.run("add", "clicks.parquet", "--to", "clicks", "--partition", partition)
    assert refused.code == WRONG_USAGE and "--partition dt=2024-05-01" in refused.err


def test_a_file_that_is_none_is_told(files):
    assert "it does not exist: absent.parquet" in add(files, file="absent.parquet").err
    (files.folder / "text.parquet").write_text("id\n1\n", encoding="utf-8")
    refused = add(files, file="text.parquet")
    assert refused.code == 65 and "text.parquet" in refused.err
    assert list(files.lake.rglob("*.*")) == []


def test_a_partitioned_table_of_the_source_takes_a_file_and_says_until_when(files):
    files.database.execute(
        "CREATE TABLE clicks (id bigint, amount numeric(12,2), note text, at timestamptz,"
        " tags text[])",
        "INSERT INTO clicks VALUES (1, 1, 'x', '2024-05-03Z', '{}')")
    files.configure(tables="  - name: public.clicks\n"
                           "    partition_by: {column: at, every: day}")
    files.succeed("run")
    taken = add(files)
    assert taken.code == 0, str(taken)
    assert "the next run reads clicks from public.clicks again" in taken.err.replace("\n ", "")
    assert rows(files) == [["2024-05-01", "3", "3"], ["2024-05-03", "1", "1"]]


def test_a_table_without_partitions_or_of_another_column_is_refused(files):
    files.database.execute("CREATE TABLE clicks (id bigint)")
    files.succeed("run")
    assert "it has no partitions" in add(files).err
