"""Servers like those that people have: a plain one, Amazon RDS, Amazon Aurora.

What the managed ones forbid, force and lack is imitated on PostgreSQL 15: TLS is forced for
everybody, nobody who connects from outside is a superuser, control data is refused. Aurora's
storage has no write-ahead log of its own, so its functions fail there, and it has some of its
own.
"""

import os
import uuid

from certificates import Authority
from database import Database
from own_server import OwnServer

PASSWORD = "reader-password-7"
READER = "app_reader"
OWNER = "app_owner"

# As the parameter groups of RDS have them; those of its own extensions are only names here.
RDS_PARAMETERS = {
    "idle_in_transaction_session_timeout": "86400000",
    "log_statement": "ddl",
    "rds.extensions": "amcheck,pg_stat_statements,pgcrypto,postgis",
    "rds.force_ssl": "1",
    "rds.logical_replication": "off",
}
RDS_HBA = ["hostssl rdsadmin all all reject", "hostssl all all all scram-sha-256"]
ROLES = [
    "CREATE ROLE rdsadmin SUPERUSER NOLOGIN",
    "CREATE ROLE rds_superuser NOLOGIN CREATEDB CREATEROLE",
    "GRANT pg_monitor, pg_signal_backend TO rds_superuser",
    "CREATE ROLE rds_iam NOLOGIN",
    "CREATE ROLE rds_replication NOLOGIN",
    f"CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}' IN ROLE rds_superuser",
    f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'",
    "CREATE DATABASE rdsadmin OWNER rdsadmin",
]
CONTROL_FUNCTIONS = ["system", "checkpoint", "recovery", "init"]
UNSUPPORTED_BY_AURORA = {
    "pg_current_wal_lsn": "pg_lsn",
    "pg_current_wal_insert_lsn": "pg_lsn",
    "pg_current_wal_flush_lsn": "pg_lsn",
    "pg_control_system": "void",
    "pg_control_checkpoint": "void",
}


def refuse_control_data(server, dbname):
    for name in CONTROL_FUNCTIONS:
        server.execute(f"REVOKE ALL ON FUNCTION pg_control_{name}() FROM PUBLIC", dbname=dbname)


def become_aurora(server, dbname):
    """Replaces what Aurora does not have by functions that say so, and adds its own."""
    server.execute("SET allow_system_table_mods = on", *(
        statement for name, result in UNSUPPORTED_BY_AURORA.items() for statement in (
            f"ALTER FUNCTION pg_catalog.{name}() RENAME TO {name}_of_postgresql",
            f"CREATE FUNCTION pg_catalog.{name}() RETURNS {result} LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE 'Function {name}() is currently not supported in Aurora' "
            "USING ERRCODE = 'feature_not_supported'; END $$")), (
                "CREATE FUNCTION pg_catalog.aurora_version() RETURNS text LANGUAGE sql IMMUTABLE "
                "AS $$ SELECT '15.8.2' $$"), (
                "CREATE FUNCTION pg_catalog.aurora_db_instance_identifier() RETURNS text "
                "LANGUAGE sql IMMUTABLE AS $$ SELECT 'app-1' $$"), dbname=dbname)


class ManagedDatabase(Database):
    """A database on a server of which one is not the superuser.

    `conninfo()` is the test's own way in, over the socket; `source()` and `source_keys` are what
    a user of such a server has.
    """

    def __init__(self, kind, name=None):
        self.kind = kind
        super().__init__(name or f"app_{os.getpid()}_{uuid.uuid4().hex[:8]}",
                         template="template1", server=kind.server)
        self.admin(f'ALTER DATABASE "{self.name}" OWNER TO {OWNER}')
        self.execute(f"GRANT USAGE ON SCHEMA public TO {READER}",
                     f"GRANT ALL ON SCHEMA public TO {OWNER}",
                     f"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {READER}")

    def source(self, user=READER, **more):
        """The connection of a user of Carmilla. The name is that of the certificate; the address
        saves a name server."""
        return self.conninfo(user=user, host=self.kind.host, hostaddr="127.0.0.1",
                             password=PASSWORD, **more)

    @property
    def source_keys(self):
        return {"ca_file": str(self.kind.authority.certificate)}


def managed_database(server, name=None):
    """What a fixture yields from: a database of the server, removed afterwards."""
    made = ManagedDatabase(server, name)
    yield made
    made.drop()


class ManagedServer:
    """A server like RDS, or, with `is_aurora`, like Aurora; started in about 3 s."""

    def __init__(self, directory, is_aurora=False):
        self.host = ("app.cluster-c0ffee123456.eu-west-1.rds.amazonaws.com" if is_aurora
                     else "app.c0ffee123456.eu-west-1.rds.amazonaws.com")
        self.authority = Authority(directory / "certificates", "Test RDS eu-west-1 Root CA")
        self.server = OwnServer(directory, RDS_PARAMETERS)
        try:
            self._manage(is_aurora)
        except Exception:
            self.stop()
            raise

    def _manage(self, is_aurora):
        self.server.execute(*ROLES)
        refuse_control_data(self.server, "template1")
        if is_aurora:
            become_aurora(self.server, "template1")
        self.server.configure(hba=RDS_HBA, certificate=self.authority.issue(self.host))

    def stop(self):
        self.server.stop()
