"""The first hour with a database of one's own, as a person sees it, on three kinds of server.

The texts lie in golden/. After a change that is meant:

    CARMILLA_WRITE_GOLDEN=1 ctest --test-dir build/release -R cli_walk

renews them; read the difference before you commit it.
"""

import os
import pathlib
import re
import shlex
import subprocess

import pytest

from database import Database
from kinds_of_server import PASSWORD, READER, managed_database
from own_server import OwnServer

GOLDEN = pathlib.Path(__file__).resolve().parent / "golden"
STEPS = [
    ["cat", "carmilla.yaml"],
    ["carmilla", "doctor"],
    ["carmilla", "plan"],
    ["carmilla", "run"],
    ["carmilla", "query", "SELECT status, count(*) AS orders, sum(amount) AS amount "
     "FROM orders GROUP BY status ORDER BY status"],
    ["carmilla", "query", "SELECT id, email, settings, created_at FROM customers ORDER BY id LIMIT 2"],
    ["carmilla", "status"],
    ["carmilla", "verify"],
]
# What differs between runs and machines; the shop's own dates are all of 2024.
VOLATILE = [
    (r"\b20\d{6}T\d{9}Z-[0-9a-f]{6}\b", "<run id>"),
    (r"\b20(?!24)\d\d-\d\d-\d\d \d\d:\d\d:\d\d\b", "<time>"),
    (r"\b20(?!24)\d\d-\d\d-\d\d\b", "<today>"),
    (r"(?<!min )(?<!< )\b\d+(\.\d+)? m?s\b", "<duration>"),
    (r"\b(PostgreSQL[\s#]+15)\.\d+\b", r"\1.<minor>"),
]


def normalise(text, literal):
    """Gives what differs a name. The columns of a table of durations stand two blanks apart, for
    their widths differ too."""
    for value, name in literal.items():
        text = text.replace(value, name)
    for pattern, name in VOLATILE:
        text = re.sub(pattern, name, text)
    paragraphs = [re.sub(r"(?<=\S) {2,}", "  ", paragraph) if "  <duration>  " in paragraph
                  else paragraph for paragraph in text.split("\n\n")]
    return "\n\n".join(paragraphs)


class PlainShop(Database):
    """A database on a server with nothing set, reached by its address and a password."""

    def source(self):
        return self.conninfo(host="127.0.0.1", user=READER, password=PASSWORD)


@pytest.fixture
def plain_shop(tmp_path_factory):
    server = OwnServer(tmp_path_factory.mktemp("plain"))
    try:
        server.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'")
        yield PlainShop("shop", template="template0", server=server)
    finally:
        server.stop()


@pytest.fixture
def rds_shop(rds_server):
    yield from managed_database(rds_server, name="shop")


@pytest.fixture
def aurora_shop(aurora_server):
    yield from managed_database(aurora_server, name="shop")


@pytest.fixture(params=["plain", "rds", "aurora"])
def walk(request, make_project):
    """The kind of server and a project whose database is the shop of golden/shop.sql."""
    shop = request.getfixturevalue(f"{request.param}_shop")
    shop.execute((GOLDEN / "shop.sql").read_text(encoding="utf-8"),
                 f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}",
                 f"REVOKE ALL ON payroll FROM {READER}")
    return request.param, make_project(shop)


def shown(project, step):
    """A command and all it wrote, as one reads it."""
    command = [project.program, *step[1:]] if step[0] == "carmilla" else step
    finished = subprocess.run(command, cwd=project.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=project.environment, timeout=120, check=False)
    end = f"[exit {finished.returncode}]\n" if finished.returncode else ""
    return f"$ {shlex.join(step)}\n{finished.stdout}{end}\n"


@pytest.mark.only_postgres(15, "the golden text names the version")
def test_the_first_hour_reads_as_we_mean_it(walk):
    kind, project = walk
    keys = project.database.source_keys
    trust = ["--ca-file", keys["ca_file"]] if keys else []
    literal = {f":{project.database.settings['PGPORT']}": ":<port>"}
    if keys:
        literal[keys["ca_file"]] = "<ca file>"
    text = "".join(normalise(shown(project, step), literal)
                   for step in [["carmilla", "init", *trust], *STEPS])
    golden = GOLDEN / f"walk_{kind}.txt"
    if os.environ.get("CARMILLA_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text.splitlines() == golden.read_text(encoding="utf-8").splitlines()
