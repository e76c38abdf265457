"""A published version that bad input must not touch, and roles that lack what they need."""

import uuid

import pytest

from pseudo_terminal import PseudoTerminal
from reading_gate import ReadingGate

KEPT_ROWS = 100


class KeptVersion:
    """The table `kept`, published once. Whatever happens later, a reader finds it complete."""

    def __init__(self, project):
        self.project = project
        project.database.execute(
            "CREATE TABLE kept (id int PRIMARY KEY, note text)",
            f"INSERT INTO kept SELECT i, 'note ' || i FROM generate_series(1, {KEPT_ROWS}) i")
        project.configure()
        project.succeed("run")
        self.run_id = self.current_run("kept")

    def current_run(self, table):
        """The run whose version a reader of the table gets."""
        status = self.project.succeed("status").out
        line = next(line for line in status.splitlines() if line.split()[:1] == [table])
        return next(word for word in line.split() if word.startswith("20") and "Z-" in word)

    def is_complete(self):
        total = KEPT_ROWS * (KEPT_ROWS + 1) // 2
        return self.project.query("SELECT count(*), sum(id), count(note) FROM kept") == [
            [str(KEPT_ROWS), str(total), str(KEPT_ROWS)]]

    def survives(self, finished, code, *phrases, version="same"):
        """Asserts the exit code and what stands on stderr, and that readers find the table.

        `version`: "same" when the failed run must not have published the table, "any" when the
        run publishes it beside another table that fails.
        """
        assert finished.code == code, str(finished)
        assert "hint: " in finished.err, str(finished)
        for phrase in phrases:
            assert phrase in finished.err, f"{phrase!r} is missing in\n{finished}"
        assert finished.out == "", str(finished)
        assert self.is_complete()
        if version == "same":
            assert self.current_run("kept") == self.run_id


@pytest.fixture
def kept(project):
    return KeptVersion(project)


@pytest.fixture
def make_role(database):
    """Makes a login role with no rights of its own; gives its name. Removed afterwards."""
    made = []

    def make(options=""):
        name = f"role_{uuid.uuid4().hex[:12]}"
        database.execute(f"CREATE ROLE {name} LOGIN {options}")
        made.append(name)
        return name

    yield make
    for name in made:
        database.execute(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


@pytest.fixture
def gate(database):
    made = ReadingGate(database)
    yield made
    made.close()


@pytest.fixture
def on_terminal(project):
    """Starts the program on a terminal; ended afterwards whatever became of it."""
    started = []

    def start(*arguments, environment=None, **options):
        terminal = PseudoTerminal([project.program, *arguments], folder=project.folder,
                                  environment={**project.environment, "TERM": "xterm",
                                               "NO_COLOR": "1",
                                               **(environment or {})}, **options)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        terminal.close()


@pytest.fixture
def anywhere(make_project, any_kind_of_database):
    """A project with a table of fifty orders; a test with this runs once on each kind of server."""
    any_kind_of_database.execute(
        "CREATE TABLE orders (id int PRIMARY KEY, note text)",
        "INSERT INTO orders SELECT i, 'note ' || i FROM generate_series(1, 50) i")
    project = make_project(any_kind_of_database)
    project.configure()
    return project
