"""How a run tells how it goes: bars on a terminal, lines elsewhere, events for machines."""

import json
import re

import pytest

GATED = "  - public.customers\n  - {name: public.orders, where: public.reading_gate()}"
WITH_BROKEN = "  - public.customers\n  - public.orders\n  - public.broken"
BAR = r"  orders +\[[ =]+\]"


@pytest.fixture
def shop(project):
    project.database.execute(
        "CREATE TABLE customers (id int PRIMARY KEY, name text)",
        "INSERT INTO customers VALUES (1, 'Anna'), (2, 'Bo')",
        "CREATE TABLE orders (id int, price numeric(12,2))",
        "INSERT INTO orders SELECT i, i * 0.5 FROM generate_series(1, 1000) i")
    project.configure()
    return project


def events(finished):
    return [json.loads(line) for line in finished.out.splitlines()]


def test_bars_are_drawn_in_place_and_give_way_to_lines(shop, gate, on_terminal):
    shop.configure(tables=GATED)
    terminal = on_terminal("run")
    terminal.wait_for(BAR)
    terminal.wait_for("1 of 2 tables")
    terminal.wait_for(BAR)  # Drawn again.
    drawn = terminal.screen()
    assert len(re.findall("orders", drawn.text())) == 1, drawn.text()
    gate.open()
    assert terminal.finish() == 0, terminal.text
    screen = terminal.screen()
    assert screen.is_clean(), screen.text()
    text = screen.text()
    assert re.search(r"^reading 2 tables, about .+, from\s", text)
    assert "\n  orders: 1,000 rows, 1 file, " in text
    assert "\n  customers: 2 rows, 1 file, " in text
    assert "[" not in text, text  # No bar is left.
    assert re.search(r"\nrun \S+: 2 of 2 tables, 1,002 rows, in \d", text)
    assert '\n  next      carmilla query "SELECT * FROM orders LIMIT 10"\n' in text


def test_bars_fit_the_window_and_follow_its_size(shop, gate, on_terminal):
    shop.configure(tables=GATED)
    terminal = on_terminal("run", columns=100)
    terminal.wait_for(BAR)
    for columns in (60, 40, 20):
        terminal.resize(columns)
        before = len(terminal.text)
        terminal.wait_for("1 of ")
        terminal.wait_for("1 of ")  # One line may have been under way before.
        terminal.wait_for("\x1b\\[J")
        last = terminal.text[before:].rsplit("A", 1)[-1]
        lines = re.sub("\x1b\\[[0-9;]*[A-Za-z]", "", last).split("\r\n")
        assert max(map(len, lines)) < columns, lines
    gate.open()
    assert terminal.finish() == 0


def test_colours_are_only_for_terminals_that_want_them(shop, gate, on_terminal):
    shop.configure(tables=GATED)
    for environment, is_coloured in (({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False)):
        terminal = on_terminal("run", environment=environment)
        terminal.wait_for(r"orders +\[")
        gate.open()
        assert terminal.finish() == 0
        assert ("\x1b[32m" in terminal.text) == is_coloured
        gate.close_again()


@pytest.mark.parametrize("color, no_color, is_coloured", [
    ("auto", "", True), ("auto", "1", False), ("always", "1", True), ("never", "", False)])
def test_the_flag_decides_about_colours_before_the_environment(on_terminal, color, no_color,
                                                               is_coloured):
    for arguments in (["plan", f"--color={color}"], ["--color", color, "plan", "--cofig"]):
        terminal = on_terminal(*arguments, "--config", "nowhere.yaml",
                               environment={"NO_COLOR": no_color})
        assert terminal.finish() != 0
        assert ("\x1b[31mcarmilla:\x1b[0m " in terminal.text) == is_coloured, terminal.text


def test_colours_reach_a_pipe_only_when_asked_for(shop):
    for color, is_coloured in (("auto", False), ("never", False), ("always", True)):
        finished = shop.succeed("plan", "--color", color)
        assert ("\x1b[2msource" in finished.out) == is_coloured
        assert ("\x1b" in finished.out) == is_coloured


def test_a_dumb_terminal_gets_plain_lines(shop, on_terminal):
    terminal = on_terminal("run", environment={"TERM": "dumb"})
    assert terminal.finish() == 0
    assert "\x1b" not in terminal.text
    assert "  orders: 1,000 rows, 1 file, " in terminal.text


def test_ctrl_c_leaves_a_clean_terminal(shop, gate, on_terminal):
    shop.configure(tables=GATED)
    terminal = on_terminal("run")
    terminal.wait_for(BAR)
    terminal.interrupt()
    assert terminal.finish() == 130, terminal.text
    screen = terminal.screen()
    assert screen.is_clean(), screen.text()
    assert "[" not in screen.text(), screen.text()
    assert "kind: interrupted, exit code 130" in screen.text()


def test_an_error_leaves_a_clean_terminal(shop, gate, on_terminal):
    shop.configure(tables=GATED)
    terminal = on_terminal("run")
    terminal.wait_for(BAR)
    gate.connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = "
        "'client backend' AND pid <> pg_backend_pid() AND datname = current_database()")
    gate.open()
    code = terminal.finish()
    screen = terminal.screen()
    assert screen.is_clean(), screen.text()
    assert "[" not in screen.text(), screen.text()
    assert code == (75 if "FAILED" in screen.text() else 0)


def test_lines_of_the_log_stand_above_the_bars(shop, gate, on_terminal):
    shop.configure(tables=GATED)
    terminal = on_terminal("run", "--log-level", "debug")
    terminal.wait_for(BAR)
    gate.open()
    assert terminal.finish() == 0
    text = terminal.screen().text()
    assert re.search(r"Z debug read piece \d of 2: .+ B$", text, re.MULTILINE), text
    assert "[" not in re.sub(r"^.*Z debug .*$", "", text, flags=re.MULTILINE), text


def test_elsewhere_there_are_plain_lines(shop):
    finished = shop.succeed("run")
    assert finished.out == ""
    assert "\x1b" not in finished.err and "\r" not in finished.err
    assert re.fullmatch(
        r"reading 2 tables, about .+, from .+\n"
        r"  customers: 2 rows, 1 file, .+ ms\n"
        r"  orders: 1,000 rows, 1 file, .+ ms\n"
        r"run \S+: 2 of 2 tables, 1,002 rows, in .+s\n"
        r"  read      .+ KiB\n"
        r"  files     2, .+ KiB\n"
        r"  proven    size, checksum, footer and counts of every file\n"
        r'  next      carmilla query "SELECT \* FROM orders LIMIT 10"\n', finished.err), finished.err


def test_the_summary_says_what_was_proven_and_what_policies_changed(shop):
    shop.database.execute("UPDATE orders SET price = 'NaN' WHERE id <= 3")
    shop.configure(extra="defaults: {on_nan: null, proof: full}")
    finished = shop.succeed("run")
    assert "\n  proven    every stored value, decoded again\n" in finished.err
    assert "\n  policies  3 cells changed in 1 column\n" in finished.err


@pytest.mark.parametrize("command", ["run", "extract"])
def test_quiet_says_nothing_but_what_failed(shop, command):
    arguments = [command, "--quiet"]
    if command == "extract":
        arguments += ["--source", "env:DATABASE_URL", "public.*", "--to", "out"]
    finished = shop.succeed(*arguments)
    assert (finished.out, finished.err) == ("", "")
    shop.database.execute("CREATE VIEW broken AS SELECT 1 / (id - 1) AS x FROM orders")
    shop.configure(tables=WITH_BROKEN)
    finished = shop.run(*(a.replace("*", "broken") for a in arguments))
    assert finished.code == 65
    assert re.fullmatch(r"carmilla: \S*broken: .+\n(hint: .+\n)?kind: .+, exit code 65; see "
                        r"`carmilla errors .+`\n", finished.err), finished.err


def test_events_tell_machines_everything(shop):
    finished = shop.succeed("run", "--json", "--quiet")
    assert finished.err == ""
    told = events(finished)
    assert [e["event"] for e in told if e["event"] != "progress"] == [
        "planned", "table", "table", "report"]
    assert [(t["name"], t["relation"]) for t in told[0]["tables"]] == [
        ("customers", "public.customers"), ("orders", "public.orders")]
    tables = {e["name"]: e for e in told if e["event"] == "table"}
    assert tables["orders"]["rows"] == 1000 and tables["orders"]["status"] == "ok"
    report = told[-1]
    assert report["exit_code"] == 0
    assert [t["rows"] for t in report["tables"]] == [2, 1000]
    stored = shop.lake / "_carmilla/runs" / f"{report['run_id']}.json"
    del report["event"]
    assert json.loads(stored.read_text(encoding="utf-8")) == report


def test_progress_is_an_event_while_a_table_is_read(shop, gate):
    shop.configure(tables=GATED)
    process = shop.start("run", "--json")
    assert json.loads(process.stdout.readline())["event"] == "planned"
    progress = json.loads(process.stdout.readline())
    assert progress["event"] == "progress" and progress["num_tables"] == 2
    gate.open()
    finished = shop.finish(process)
    assert events(finished)[-1]["event"] == "report"


def test_a_failed_table_is_an_event_and_stands_in_the_report(shop):
    shop.database.execute("CREATE VIEW broken AS SELECT 1 / (id - 1) AS x FROM orders")
    shop.configure(tables=WITH_BROKEN)
    finished = shop.run("run", "--json")
    assert finished.code == 65
    failed = next(e for e in events(finished) if e.get("name") == "broken")
    assert failed["status"] == "failed" and failed["error"]["kind"] == "data"
    assert events(finished)[-1]["exit_code"] == 65


def test_a_run_that_cannot_begin_ends_with_an_error_event(shop):
    finished = shop.run("run", "--json", environment={
        "DATABASE_URL": shop.database.conninfo(dbname="nosuch")})
    error, = events(finished)
    assert error["event"] == "error" and error["exit_code"] == finished.code != 0
    assert error["message"] in finished.err


def test_events_of_extract_have_the_same_form(shop):
    finished = shop.succeed("extract", "--source", "env:DATABASE_URL", "public.customers", "--to",
                            "c.parquet", "--json", "--quiet")
    # A slow machine has time for events of progress.
    told = [event for event in events(finished) if event["event"] != "progress"]
    assert [event["event"] for event in told] == ["planned", "table", "report"]
    assert told[1]["location"].endswith("/c.parquet")
