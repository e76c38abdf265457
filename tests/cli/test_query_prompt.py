"""`carmilla query` without SQL: the prompt on a terminal, standard input elsewhere."""

import os
import re
import signal
import stat
import subprocess

import pytest

PROMPT = "carmilla> "
MORE = r"     \.\.\.> "
# Runs for hours unless it is cancelled.
ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = -1;"


@pytest.fixture
def lake(project):
    project.database.execute(
        "CREATE TABLE orders (id int, note text)",
        "INSERT INTO orders SELECT i, repeat('wide ', 40) FROM generate_series(1, 30) i",
        "CREATE TABLE customers (id int, name text)")
    project.configure()
    project.succeed("run")
    return project


@pytest.fixture
def prompt(lake, on_terminal):
    """Opens the prompt, its state in the project's folder."""
    def start(*arguments, **options):
        terminal = on_terminal("query", *arguments, **options, environment={
            "XDG_STATE_HOME": str(lake.folder / "state"), "LANG": "C.UTF-8"})
        return terminal
    return start


def type_in(terminal, text, prompt=PROMPT):
    """Types when the prompt has come: what is typed before is echoed twice."""
    terminal.wait_for(prompt)
    terminal.send(text)


def test_statements_are_answered_until_ctrl_d(prompt):
    terminal = prompt()
    terminal.wait_for("2 tables in ")
    type_in(terminal, "SELECT count(*) AS n\r")
    type_in(terminal, "FROM orders; SELECT 7 AS seven;\r", prompt=MORE)
    terminal.wait_for(r"\n  n\r\n---\S*\r\n 30\r\n\(1 row in .+\)")
    terminal.wait_for(r"\n +seven\r\n")
    type_in(terminal, "\x04")
    assert terminal.finish() == 0


def test_an_error_is_told_and_the_prompt_comes_again(prompt):
    terminal = prompt()
    type_in(terminal, "SELECT * FROM ordrs;\r")
    terminal.wait_for('error: .*ordrs does not exist.*\r\nhint: did you mean "orders"\\?')
    type_in(terminal, "SELECT 40 + 2 AS x;\r")
    terminal.wait_for(" 42\r\n")
    type_in(terminal, ".quit\r")
    assert terminal.finish() == 0


@pytest.mark.parametrize("farewell", ["exit", "quit;", "\\q"])
def test_one_leaves_as_one_leaves_other_prompts(prompt, farewell):
    terminal = prompt()
    type_in(terminal, "help\r")
    terminal.wait_for("leave; so does Ctrl-D")
    type_in(terminal, "\\d\r")
    terminal.wait_for(r"unknown command: \\d\r\nhint: .help lists the commands")
    type_in(terminal, f"{farewell}\r")
    assert terminal.finish() == 0


def test_a_command_within_a_statement_is_told_apart(prompt):
    terminal = prompt()
    type_in(terminal, "SELECT 40 + 2 AS\r")
    type_in(terminal, "quit\r", prompt=MORE)
    terminal.wait_for("belongs to the statement above: ; ends it, Ctrl-C gives it up")
    type_in(terminal, ";\r", prompt=MORE)
    terminal.wait_for(r"\r\n +quit\r\n")
    type_in(terminal, "\x04")
    assert terminal.finish() == 0


def test_ctrl_c_gives_up_the_line(prompt):
    terminal = prompt()
    type_in(terminal, "SELECT nonsense")
    terminal.wait_for("nonsense")
    terminal.interrupt()
    terminal.wait_for(r"\^C")
    type_in(terminal, "SELECT 1 +\r")
    terminal.wait_for(MORE)
    terminal.interrupt()
    type_in(terminal, "SELECT 40 + 2 AS x;\r")
    terminal.wait_for(" 42\r\n")
    type_in(terminal, "\x04")
    assert terminal.finish() == 0


def test_ctrl_c_gives_up_the_query_as_often_as_needed(prompt):
    terminal = prompt(columns=200)
    for _ in range(3):
        type_in(terminal, ENDLESS + "\r")
        terminal.wait_for(r"b\.range = -1;\r\n")
        terminal.wait_for_signals()
        terminal.interrupt()
        terminal.wait_for("given up")
        type_in(terminal, "SELECT 40 + 2 AS x;\r")
        terminal.wait_for(" 42\r\n")
    type_in(terminal, "\x04")
    assert terminal.finish() == 0


@pytest.mark.parametrize("which, code", [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_sigterm_and_sighup_end_the_prompt(prompt, which, code):
    terminal = prompt()
    terminal.wait_for(PROMPT)
    terminal.process.send_signal(which)
    assert terminal.finish() == code


def test_the_history_is_kept_for_its_owner_only(lake, prompt):
    terminal = prompt()
    type_in(terminal, "SELECT 'first'\r")
    type_in(terminal, "AS x;\r", prompt=MORE)
    terminal.wait_for(r"\(1 row in")
    type_in(terminal, " SELECT 'secret';\r")
    terminal.wait_for(r"\(1 row in")
    type_in(terminal, "\x04")
    assert terminal.finish() == 0
    history = lake.folder / "state/carmilla/history"
    assert stat.S_IMODE(os.stat(history).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(history.parent).st_mode) == 0o700
    terminal = prompt()
    type_in(terminal, "\x1b[A")  # The arrow up.
    terminal.wait_for("SELECT 'first' AS x;")
    terminal.send("\r")
    terminal.wait_for("\r\n first\r\n")
    type_in(terminal, "\x04")
    assert terminal.finish() == 0
    assert "secret" not in history.read_text(encoding="utf-8")


def test_without_a_home_there_is_a_prompt_all_the_same(lake, on_terminal):
    terminal = on_terminal("query", environment={"HOME": "/dev/null", "XDG_STATE_HOME": ""})
    terminal.wait_for("the history is not kept")
    type_in(terminal, "\x04")
    assert terminal.finish() == 0


def test_tab_completes_tables_and_keywords(prompt):
    terminal = prompt()
    type_in(terminal, "SELECT count(*) AS n FROM ord\t;\r")
    terminal.wait_for(r" 30\r\n")
    type_in(terminal, "sel\t")
    terminal.wait_for("SELECT ")
    terminal.send("'wörd' AS wort;\r")
    terminal.wait_for(" wörd\r\n")
    type_in(terminal, "\x04")
    assert terminal.finish() == 0


def test_dot_commands_tell_tables_and_columns(prompt):
    terminal = prompt()
    type_in(terminal, ".tables\r")
    terminal.wait_for(r" customers\r\n orders\r\n")
    type_in(terminal, ".schema orders\r")
    terminal.wait_for(r" id +\| INTEGER\r\n note +\| VARCHAR\r\n")
    type_in(terminal, ".types on\r")
    type_in(terminal, "SELECT id FROM orders LIMIT 1;\r")
    terminal.wait_for(r" +id\r\n INTEGER\r\n")
    type_in(terminal, ".help\r")
    terminal.wait_for("Ctrl-C gives a line")
    type_in(terminal, ".tabels\r")
    terminal.wait_for('did you mean ".tables"')
    type_in(terminal, ".schema\r")
    terminal.wait_for("what of\\? .schema")
    type_in(terminal, "\x04")
    assert terminal.finish() == 0


def test_tables_fit_the_window_as_it_is_now(prompt):
    terminal = prompt(columns=60)
    for columns in (60, 40):
        terminal.resize(columns)
        begin = len(terminal.text)
        type_in(terminal, "FROM orders LIMIT 3;\r")
        terminal.wait_for(r"\(3 rows in")
        rows = [line for line in terminal.text[begin:].splitlines() if "wide" in line]
        assert len(rows) == 3
        assert {len(row) for row in rows} == {columns} and all(row.endswith("…") for row in rows)
    type_in(terminal, "\x04")
    assert terminal.finish() == 0


def test_rows_too_wide_for_a_table_become_blocks(lake, on_terminal):
    columns = ", ".join(f"note AS note_{i}" for i in range(20))
    terminal = on_terminal("query", f"SELECT id, {columns} FROM orders LIMIT 2")
    assert terminal.finish() == 0
    lines = terminal.text.replace("\r", "").splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("-[ 1 ]---") and re.match(r"id +\| \d+$", lines[1])
    assert lines[2].startswith("note_0  | wide wide") and lines[2].endswith("…")
    assert sum(line.startswith("-[ ") for line in lines) == 2
    full = lake.query(f"SELECT id, {columns} FROM orders LIMIT 2")
    assert all(cell == "wide " * 40 for row in full for cell in row[1:])


def test_an_empty_lake_has_no_prompt(project, on_terminal):
    project.configure()
    terminal = on_terminal("query")
    assert terminal.finish() == 74
    assert "`carmilla run` fills it" in terminal.text


def piped(lake, text, *arguments):
    return subprocess.run([lake.program, "query", *arguments], cwd=lake.folder, input=text, text=True,
                          capture_output=True, env=lake.environment, check=False, timeout=60)


def test_standard_input_is_read_where_nobody_types(lake):
    finished = piped(lake, "SELECT count(*) AS n\nFROM orders -- all\n;\n", "--csv")
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "n\n30\n", "")
    finished = piped(lake, "")
    assert finished.returncode == 64 and "standard input is empty" in finished.stderr
    finished = piped(lake, "SELECT 1; SELECT 2")
    assert finished.returncode == 65 and "several statements" in finished.stderr


def test_types_and_timing_on_request(lake):
    sql = "SELECT id, note, id * 1.5 AS more FROM orders WHERE id = 1"
    finished = lake.succeed("query", "--types", "--timing", sql)
    head, types = finished.out.splitlines()[:2]
    assert [cell.strip() for cell in head.split("|")] == ["id", "note", "more"]
    assert [cell.strip() for cell in types.split("|")] == ["INTEGER", "VARCHAR", "DECIMAL(12,1)"]
    assert re.fullmatch(r"\(1 row in .+s\)\n", finished.err)
    assert lake.succeed("query", sql).err == ""
    assert lake.run("query", "--types", "--csv", sql).code == 64
