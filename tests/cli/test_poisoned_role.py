"""Settings of a role, of the database and of libpq's variables change no byte of a file."""

import hashlib

SETTINGS = {
    "datestyle": "'German, DMY'", "intervalstyle": "postgres_verbose",
    "timezone": "'Asia/Kathmandu'", "extra_float_digits": "-15", "bytea_output": "escape",
    "search_path": "evil, public", "client_encoding": "LATIN1",
    "default_transaction_isolation": "serializable", "default_transaction_deferrable": "on",
    "default_transaction_read_only": "off", "standard_conforming_strings": "off",
    "backslash_quote": "on", "escape_string_warning": "off", "array_nulls": "off",
    "quote_all_identifiers": "on", "transform_null_equals": "on", "row_security": "on",
    "synchronize_seqscans": "on", "enable_seqscan": "off", "enable_tidscan": "off",
    "force_parallel_mode": "on", "debug_parallel_query": "on", "max_parallel_workers_per_gather": "4", "jit": "on",
    "jit_above_cost": "0", "gin_fuzzy_search_limit": "1", "statement_timeout": "'1min'",
    "lock_timeout": "'1min'", "work_mem": "64", "lc_numeric": "'C'", "xmlbinary": "hex",
    "idle_in_transaction_session_timeout": "'30s'", "application_name": "'somebody else'",
    "check_function_bodies": "off", "default_toast_compression": "pglz",
}
TABLE = (
    "CREATE TABLE all_kinds AS SELECT i AS id, i / 7.0::float8 AS f8, (i / 3.0)::float4 AS f4, "
    "i * 1.10 AS price, 'é\\t' || i AS word, decode(md5(i::text), 'hex') AS bytes, "
    "date '2024-02-28' + i AS day, timestamp '2024-03-31 01:30' + i * interval '7 min' AS seen, "
    "timestamptz '2024-03-31 01:30+01' + i * interval '7 min' AS moment, "
    "i * interval '1 mon -3 days 04:05:06.789' AS span, time '23:59:59.5' AS clock, "
    "ARRAY[i, NULL, -i] AS numbers, jsonb_build_object('k', i) AS doc, "
    "md5(i::text)::uuid AS code, (i % 2 = 0) AS even, CASE WHEN i % 5 = 0 THEN NULL ELSE i END AS gap "
    "FROM generate_series(1, 2000) i")


def settings_of(database):
    """The settings that this version of the server knows; each lacks one or two."""
    known = {name for name, in database.rows("SELECT lower(name) FROM pg_settings")}
    settings = [(name, value) for name, value in SETTINGS.items() if name in known]
    assert len(settings) >= len(SETTINGS) - 2
    return settings


def digests(project, folder, source, **environment):
    """The digest of every file of an extract, by name."""
    finished = project.run(
        "extract", "--source", "env:SOURCE", "public.all_kinds", "public.above", "--to", folder,
        environment={"SOURCE": source, **environment})
    assert finished.code == 0, str(finished)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (project.folder / folder).rglob("*.parquet")}


def create_tables(project, role):
    project.database.execute(
        TABLE, "CREATE VIEW above AS SELECT id, f8::text AS f8, moment::text AS moment, "
        "span::text AS span, bytes::text AS bytes, day::text AS day FROM all_kinds WHERE id < 500",
        # What an unpinned search_path would find instead.
        "CREATE SCHEMA evil", "CREATE TABLE evil.all_kinds AS SELECT 666 AS id",
        "CREATE FUNCTION evil.pg_relation_filenode(regclass) RETURNS oid LANGUAGE sql AS "
        "'SELECT 0::oid'",
        f"GRANT USAGE ON SCHEMA evil, public TO {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA evil, public TO {role}")


def test_a_role_full_of_settings_gives_the_same_bytes(project, make_role):
    role = make_role()
    create_tables(project, role)
    plain = digests(project, "plain", project.database.conninfo(user=role))
    assert len(plain) == 2
    project.database.execute(*(f"ALTER ROLE {role} SET {name} = {value}"
                               for name, value in settings_of(project.database)))
    assert digests(project, "poisoned", project.database.conninfo(user=role)) == plain


def test_a_database_and_variables_full_of_settings_give_the_same_bytes(project, make_role):
    role = make_role()
    create_tables(project, role)
    plain = digests(project, "plain", project.database.conninfo(user=role))
    project.database.execute(*(f"ALTER DATABASE {project.database.name} SET {name} = {value}"
                               for name, value in settings_of(project.database)))
    variables = {"PGDATESTYLE": "SQL, DMY", "PGTZ": "America/Lima", "PGCLIENTENCODING": "LATIN1",
                 "PGAPPNAME": "else", "PGOPTIONS": "-c bytea_output=escape -c search_path=evil",
                 "TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "de_DE.UTF-8"}
    assert digests(project, "poisoned", project.database.conninfo(user=role), **variables) == plain


def test_options_of_the_connection_give_the_same_bytes(project):
    create_tables(project, project.database.settings["PGUSER"])
    plain = digests(project, "plain", project.database.conninfo())
    options = " options='-c datestyle=german -c extra_float_digits=-15 -c timezone=Asia/Kathmandu'"
    assert digests(project, "poisoned", project.database.conninfo() + options) == plain
