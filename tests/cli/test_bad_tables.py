"""Tables that are missing, odd or not allowed: each is told by name, the others go on."""

import pytest


def configure_and_run(kept, tables, extra="", environment=None):
    kept.project.configure(tables=tables, extra=extra)
    return kept.project.run("run", environment=environment)


def as_role(project, role):
    return {"DATABASE_URL": project.database.conninfo(user=role)}


def test_an_unknown_table_fails_alone_and_the_nearest_is_named(kept):
    finished = configure_and_run(kept, "  - public.kept\n  - public.kepd")
    kept.survives(finished, 65, "kepd: FAILED", "no such relation: public.kepd",
                  'hint: did you mean "public.kept"?', "1 of 2 tables", "1 failed", version="any")
    assert kept.current_run("kept") != kept.run_id


def test_a_table_named_on_the_command_line_must_be_configured(kept):
    finished = kept.project.run("run", "kepd")
    kept.survives(finished, 65, "not configured: kepd", 'hint: did you mean "kept"?')


@pytest.mark.parametrize("name", ["public.kepd", "kepd"])
def test_a_configured_table_that_does_not_exist_is_told_so_by_either_name(kept, name):
    kept.project.configure(tables="  - public.kept\n  - public.kepd")
    finished = kept.project.run("run", name)
    kept.survives(finished, 65, "no such relation: public.kepd",
                  'hint: did you mean "public.kept"?')
    assert "not configured" not in finished.err


def test_an_unknown_column_is_named_with_the_nearest(kept):
    finished = configure_and_run(kept, "  - {name: public.kept, columns: [id, notes]}")
    kept.survives(finished, 65, "planning public.kept: no such column: notes",
                  'hint: did you mean "note"?')


def test_unknown_keys_are_all_told_at_once_with_their_places(kept):
    kept.project.configure(tables="  - {name: public.kept, colums: [id], wher: x}",
                           extra="defaults: {compresion: zstd}")
    finished = kept.project.run("run")
    kept.project.configure()
    assert finished.code == 78, str(finished)
    for phrase in ('carmilla.yaml:5:12: unknown key "compresion"', 'did you mean "compression"?',
                   'carmilla.yaml:7:25: unknown key "colums"', 'did you mean "columns"?',
                   'carmilla.yaml:7:39: unknown key "wher"', 'did you mean "where"?', "3 problems"):
        assert phrase in finished.err, str(finished)
    assert kept.is_complete()


def test_the_same_table_twice_is_refused(kept):
    finished = configure_and_run(kept, "  - public.kept\n  - {name: public.kept, as: other}")
    kept.project.configure()
    kept.survives(finished, 78, "carmilla.yaml:8:5:", 'table "public.kept" is listed a second time')


def test_one_name_for_two_tables_is_refused(kept):
    kept.project.database.execute("CREATE TABLE other (id int)")
    finished = configure_and_run(kept, "  - public.kept\n  - {name: public.other, as: kept}")
    kept.survives(finished, 78, "kept", "hint: ")


def test_a_table_that_an_entry_and_a_pattern_take_is_read_once(kept):
    kept.project.configure(tables="  - public.kept\n  - public.*")
    assert "1 of 1 table," in kept.project.succeed("run").err


def test_zero_rows_are_published_as_an_empty_table(kept):
    kept.project.database.execute("CREATE TABLE nothing (id int, note text)")
    kept.project.succeed("run")
    assert kept.project.query("SELECT count(*), count(note) FROM nothing") == [["0", "0"]]
    assert kept.project.query("SELECT typeof(id) FROM (SELECT NULL) LEFT JOIN nothing ON true") == [
        ["INTEGER"]]
    kept.project.database.execute("TRUNCATE kept")
    kept.project.succeed("run")
    assert kept.project.query("SELECT count(*) FROM kept") == [["0"]]
    kept.project.succeed("verify")


def test_zero_columns_are_refused_by_name(kept):
    kept.project.database.execute("CREATE TABLE bare ()", "INSERT INTO bare DEFAULT VALUES")
    kept.survives(kept.project.run("run"), 65, "planning public.bare: it has no columns",
                  "hint: leave it out with `exclude:`", version="any")


def test_a_type_without_mapping_is_refused_by_name(kept):
    kept.project.database.execute("CREATE TABLE odd (id int, place gtsvector)")
    kept.survives(kept.project.run("run"), 65, "gtsvector", "place", version="any")
    assert not (kept.project.lake / "odd").exists()


def test_an_unpopulated_materialised_view_is_refused_and_named(kept):
    kept.project.database.execute(
        "CREATE MATERIALIZED VIEW sums AS SELECT sum(id) AS total FROM kept WITH NO DATA")
    kept.survives(kept.project.run("run"), 65, "planning public.sums: the materialised view has no",
                  "hint: REFRESH MATERIALIZED VIEW", version="any")
    kept.project.database.execute("REFRESH MATERIALIZED VIEW sums")
    kept.project.succeed("run")
    assert kept.project.query("SELECT total FROM sums") == [["5050"]]


def granted_statement(finished, first_words):
    """The statement that the message offers, as a user would copy it."""
    start = finished.err.index(first_words)
    return finished.err[start:finished.err.index(";", start)]


def test_a_table_without_rights_comes_with_the_grant_that_cures_it(kept, make_role):
    project, role = kept.project, make_role()
    finished = project.run("run", environment=as_role(project, role))
    kept.survives(finished, 77, f"the role may not read it: {role}",
                  f'hint: GRANT SELECT ("ctid", "id", "note") ON "public"."kept" TO "{role}";')
    project.database.execute(granted_statement(finished, "GRANT SELECT"))
    project.succeed("run", environment=as_role(project, role))


def test_a_schema_without_rights_comes_with_both_grants(kept, make_role):
    project, role = kept.project, make_role()
    project.database.execute('CREATE SCHEMA "Shut"', 'CREATE TABLE "Shut"."A b" (id int)',
                             'INSERT INTO "Shut"."A b" VALUES (7)')
    project.configure(tables='  - {name: "Shut.A b", as: shut}')
    finished = project.run("run", environment=as_role(project, role))
    kept.survives(finished, 77, f'hint: GRANT USAGE ON SCHEMA "Shut" TO "{role}";',
                  f'GRANT SELECT ("ctid", "id") ON "Shut"."A b" TO "{role}";')
    project.database.execute(granted_statement(finished, "GRANT USAGE"),
                             granted_statement(finished, "GRANT SELECT"))
    project.succeed("run", environment=as_role(project, role))
    assert project.query("SELECT id FROM shut") == [["7"]]


def test_column_grants_need_ctid_and_reach_only_the_listed_columns(kept, make_role):
    project, role = kept.project, make_role()
    project.database.execute(f"GRANT SELECT (id) ON kept TO {role}")
    project.configure(tables="  - {name: public.kept, columns: [id], as: ids}")
    finished = project.run("run", environment=as_role(project, role))
    kept.survives(finished, 77, f'hint: GRANT SELECT ("ctid") ON "public"."kept" TO "{role}";')
    project.database.execute(granted_statement(finished, "GRANT SELECT"))
    project.succeed("run", environment=as_role(project, role))
    assert project.query("SELECT count(*), sum(id) FROM ids") == [["100", "5050"]]
    project.configure()
    finished = project.run("run", environment=as_role(project, role))
    kept.survives(finished, 77, f'hint: GRANT SELECT ("note") ON "public"."kept" TO "{role}";')


@pytest.mark.parametrize("policy", ["id < 10", "true"])
def test_row_level_security_is_refused_and_never_hides_rows(kept, make_role, policy):
    project, role = kept.project, make_role()
    project.database.execute(f"GRANT SELECT ON kept TO {role}",
                             "ALTER TABLE kept ENABLE ROW LEVEL SECURITY",
                             f"CREATE POLICY part ON kept TO {role} USING ({policy})")
    finished = project.run("run", environment=as_role(project, role))
    kept.survives(finished, 77, "row-level security", "hint: a policy hides rows from this role",
                  "BYPASSRLS")
    project.succeed("run")  # A superuser is above policies.
    assert kept.is_complete()
