"""The same commands on a plain server, on one like Amazon RDS and on one like Aurora."""

import json

TRANSPORT = {"plain": "local", "rds": "verified", "aurora": "verified"}


def test_a_run_is_complete_and_its_manifest_tells_the_transport(anywhere, request):
    anywhere.succeed("run")
    assert anywhere.query("SELECT count(*), sum(id) FROM orders") == [["50", "1275"]]
    anywhere.succeed("verify")
    (manifest,) = (anywhere.lake / "orders/_carmilla/manifests").glob("*.json")
    source = json.loads(manifest.read_text(encoding="utf-8"))["source"]
    kind = request.node.callspec.params["any_kind_of_database"]
    assert source["transport"] == TRANSPORT[kind]
    assert bool(source["system_identifier"]) == (kind == "plain")
    assert bool(source["lsn"]) == (kind != "aurora")


def test_the_plan_says_how_the_server_is_reached(anywhere, request):
    plan = anywhere.succeed("plan").out
    kind = request.node.callspec.params["any_kind_of_database"]
    assert ("stays on this machine" if kind == "plain" else "TLS; the server proved") in plan


def test_init_writes_down_how_the_server_is_verified(anywhere):
    keys = anywhere.database.source_keys
    flags = ["--ca-file", keys["ca_file"]] if keys else []
    anywhere.succeed("init", "--force", *flags)
    text = (anywhere.folder / "carmilla.yaml").read_text(encoding="utf-8")
    assert ("ca_file: " in text) == bool(keys)
    anywhere.succeed("plan")
    anywhere.succeed("init", "--force", "--tls", "insecure")
    text = (anywhere.folder / "carmilla.yaml").read_text(encoding="utf-8")
    assert "app: {postgres: env:DATABASE_URL, tls: insecure}" in text
    anywhere.succeed("plan")


def test_managed_servers_force_tls_on_everybody(rds_database, make_project):
    project = make_project(rds_database)
    project.environment["DATABASE_URL"] += " sslmode=disable"
    project.configure()
    assert project.run("plan").code == 78
    path = project.folder / "carmilla.yaml"
    path.write_text(path.read_text().replace("{postgres", "{tls: insecure, postgres"))
    refused = project.run("plan")
    assert refused.code == 77, str(refused)
    # Before 14 the server says it in other words.
    assert "no encryption" in refused.err or "SSL off" in refused.err


def test_nobody_from_outside_is_a_superuser(rds_database, aurora_database):
    for database in (rds_database, aurora_database):
        with database.connect(user="app_owner", host="127.0.0.1",
                              password="reader-password-7") as connection:
            assert connection.execute("SHOW is_superuser").fetchone() == ("off",)
            assert connection.execute("SHOW rds.force_ssl").fetchone() == ("1",)
