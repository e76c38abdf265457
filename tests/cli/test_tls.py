"""Every host but this machine proves by its certificate who it is; each way it fails is named."""

import json

import pytest

from certificates import EXPIRED, Authority, self_signed
from own_server import OwnServer

HOST = "db.example.test"
HBA = ["host all all all scram-sha-256"]
PASSWORD = "tls-Pa55word"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def authority(folder):
    return Authority(folder / "certificates")


@pytest.fixture(scope="module")
def own_server(folder, authority):
    server = OwnServer(folder / "server")
    server.configure(hba=HBA, certificate=authority.issue(HOST))
    server.execute(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'",
                   "CREATE TABLE orders (id int)", "INSERT INTO orders VALUES (1)",
                   "GRANT SELECT ON orders TO reader")
    yield server
    server.stop()


@pytest.fixture
def server(own_server, authority):
    """The server with its good certificate; what a test changes, the next one does not see."""
    yield own_server
    own_server.configure(hba=HBA, certificate=authority.issue(HOST), ssl="on")


class Client:
    """Runs the program against the server under the name HOST, with an empty home."""

    def __init__(self, project, server, authority):
        self.project = project
        self.server = server
        self.authority = authority
        self.environment = {"HOME": str(project.folder), "SSL_CERT_FILE": "/nowhere.pem"}

    def conninfo(self, **keywords):
        chosen = {"host": HOST, "hostaddr": "127.0.0.1", "port": self.server.port,
                  "user": "reader", "password": PASSWORD, "dbname": "postgres", **keywords}
        return " ".join(f"{key}={value}" for key, value in chosen.items() if value is not None)

    def run(self, *command, keys="", conninfo=None, **environment):
        """Runs with `keys`, such as `tls: insecure`, beside the connection."""
        connection = ", ".join(filter(None, ["postgres: env:DATABASE_URL", keys]))
        (self.project.folder / "carmilla.yaml").write_text(
            f"connections: {{app: {{{connection}}}}}\nlake: {{path: ./lake}}\n"
            "tables: [public.orders]\n")
        return self.project.run(*(command or ["plan"]), environment={
            **self.environment, "DATABASE_URL": conninfo or self.conninfo(), **environment})

    def trusting(self, *command, **options):
        return self.run(*command, keys=f"ca_file: {self.authority.certificate}", **options)

    def insecure(self, *command, **options):
        return self.run(*command, keys="tls: insecure", **options)


@pytest.fixture
def client(project, server, authority):
    return Client(project, server, authority)


def refuses(finished, code, *phrases):
    assert finished.code == code, str(finished)
    assert finished.err.count("hint: ") == 1, str(finished)
    assert PASSWORD not in finished.err
    for phrase in phrases:
        assert phrase in finished.err, f"{phrase!r} is missing in\n{finished}"


def accepts(finished, transport="TLS; the server proved its name"):
    assert finished.code == 0, str(finished)
    assert transport in finished.out, str(finished)


def test_a_server_that_proves_its_name_is_read(client):
    accepts(client.trusting())
    accepts(client.trusting(conninfo=client.conninfo(sslmode="verify-full")))


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_a_weaker_sslmode_is_refused_wherever_it_comes_from(client, mode):
    told = f"{HOST}: the connection asks for sslmode={mode}"
    refuses(client.trusting(conninfo=client.conninfo(sslmode=mode)), 78, told,
            "hint: leave sslmode out", "`tls: insecure`")
    refuses(client.trusting(PGSSLMODE=mode), 78, f"PGSSLMODE asks for sslmode={mode}")
    service = client.project.folder / "pg_service.conf"
    service.write_text(f"[app]\nhost={HOST}\nhostaddr=127.0.0.1\nsslmode={mode}\n")
    conninfo = client.conninfo(service="app", host=None, hostaddr=None)
    finished = client.trusting(conninfo=conninfo, PGSERVICEFILE=str(service))
    if mode == "prefer":  # What libpq takes anyway.
        accepts(finished)
    else:
        refuses(finished, 78, f"the service file asks for sslmode={mode}")


def test_insecure_is_written_down_where_it_is_used(client):
    accepts(client.insecure(), "TLS, but nobody proved who answers (tls: insecure)")
    plain = client.conninfo(sslmode="disable")
    accepts(client.insecure(conninfo=plain), "NOT ENCRYPTED (tls: insecure)")
    for conninfo, transport in ((None, "unverified"), (plain, "none")):
        finished = client.insecure("run", conninfo=conninfo)
        assert finished.code == 0, str(finished)
        manifests = (client.project.lake / "orders/_carmilla/manifests").glob("*.json")
        source = json.loads(max(manifests).read_text())["source"]
        assert source["transport"] == transport


def test_insecure_does_not_weaken_what_the_connection_asks_for(client):
    finished = client.insecure(conninfo=client.conninfo(sslmode="verify-full"),
                               SSL_CERT_FILE=str(client.authority.certificate))
    accepts(finished)


def test_this_machine_needs_no_certificate(client):
    for host in ("localhost", "127.0.0.1"):
        accepts(client.run(conninfo=client.conninfo(host=host, sslmode="disable")),
                "stays on this machine")


def test_one_remote_host_among_several_is_enough_to_verify(client):
    several = client.conninfo(host=f"localhost,{HOST}", hostaddr="127.0.0.1,127.0.0.1",
                              sslmode="disable")
    refuses(client.trusting(conninfo=several), 78, f"connecting to {HOST}: ")


def test_an_authority_that_is_not_trusted_is_named(client, folder):
    other = Authority(folder / "other", "Other Authority")
    refuses(client.run(SSL_CERT_FILE=str(other.certificate)), 77,
            "signed by an authority that is not trusted: Test Authority",
            "hint: name the file of the authority that signed it with ca_file",
            f"the system's authorities, {other.certificate}")


def test_a_certificate_for_another_name_is_refused(client, server, authority):
    server.configure(certificate=authority.issue("other.example.test"))
    refuses(client.trusting(), 77,
            f'certificate for "other.example.test" does not match host name "{HOST}"',
            "hint: connect by a name that stands in the certificate")


def test_an_address_cannot_be_proven_by_a_certificate_for_a_name(client):
    refuses(client.trusting(conninfo=client.conninfo(host=None, hostaddr="127.0.0.1",
                                                     sslmode="verify-full")),
            78, "host name must be specified", "hint: a certificate names hosts")


def test_an_expired_certificate_is_refused_with_its_date(client, server, authority):
    server.configure(certificate=authority.issue(HOST, days=EXPIRED))
    refuses(client.trusting(), 77, "the server's certificate has expired: 20",
            "hint: the server's operator must renew it", "clock")


def test_a_certificate_that_signs_itself_is_refused(client, server, folder):
    certificate = self_signed(folder, HOST)
    server.configure(certificate=certificate)
    refuses(client.trusting(), 77, "is signed by itself", "ca_file")
    accepts(client.run(keys=f"ca_file: {certificate[0]}"))


def test_a_server_without_tls_is_refused(client, server):
    server.configure(ssl="off")
    refuses(client.trusting(), 77, "server does not support SSL",
            "hint: switch TLS on at the server", "`tls: insecure`")


def test_a_system_without_authorities_is_told(client):
    refuses(client.run(), 78, "this system has no certificate authorities",
            "hint: install the package ca-certificates", "ca_file")


def test_authorities_are_taken_from_the_first_place_that_has_them(client, folder, authority):
    other = Authority(folder / "second", "Second Authority")
    good, wrong = str(authority.certificate), str(other.certificate)
    home = client.project.folder / ".postgresql" / "root.crt"
    home.parent.mkdir()
    accepts(client.run(SSL_CERT_FILE=good))
    home.write_text(authority.certificate.read_text())
    accepts(client.run(SSL_CERT_FILE=wrong))
    home.write_text(other.certificate.read_text())
    refuses(client.run(SSL_CERT_FILE=good), 77, "Test Authority", str(home))
    accepts(client.run(conninfo=client.conninfo(sslrootcert=good)))
    accepts(client.run(PGSSLROOTCERT=good))
    accepts(client.trusting(conninfo=client.conninfo(sslrootcert=wrong)))
    accepts(client.run(conninfo=client.conninfo(sslrootcert="system"), SSL_CERT_FILE=good))


def test_hosts_of_rds_are_compared_with_the_authorities_that_ship(client, server, authority):
    for host in ("app.abc.eu-west-1.rds.amazonaws.com", "app.abc.cn-north-1.rds.amazonaws.com.cn"):
        server.configure(certificate=authority.issue(host))
        # Neither the home nor the system has any.
        refuses(client.run(conninfo=client.conninfo(host=host)), 77,
                "signed by an authority that is not trusted: Test Authority",
                "hint: those of Amazon RDS that ship with Carmilla do not sign it", "ca_file")
        accepts(client.trusting(conninfo=client.conninfo(host=host)))


def test_a_ca_file_is_checked_before_connecting(client):
    refuses(client.run(keys="ca_file: missing.pem"), 78,
            "carmilla.yaml:1:", "ca_file: ", "missing.pem")
    (client.project.folder / "ca.der").write_bytes(b"\x30\x82\x01")
    refuses(client.run(keys="ca_file: ca.der"), 78,
            "the file holds no certificate in PEM text", "openssl x509 -inform der")


def test_extract_takes_the_same_by_flags(client, authority):
    command = ["extract", "--source", "env:DATABASE_URL", "public.orders", "--to", "x.parquet"]
    run = client.run
    refuses(run(*command, SSL_CERT_FILE="/nowhere.pem"), 78, "no certificate authorities")
    assert run(*command, "--ca-file", authority.certificate).code == 0
    plain = client.conninfo(sslmode="disable")
    refuses(run(*command, conninfo=plain), 78, "asks for sslmode=disable", "--tls insecure")
    assert run(*command, "--tls", "insecure", conninfo=plain).code == 0
    refuses(run(*command, "--ca-file", "missing.pem"), 78, "--ca-file", "missing.pem")
    refuses(run(*command, "--tls", "none"), 64, "--tls must be one of")


def test_a_client_certificate_is_asked_for_and_its_name_checked(client, server, authority):
    server.configure(hba=["hostssl all all all cert"], authority=authority.certificate)
    refuses(client.trusting(), 77, "connection requires a valid client certificate",
            "hint: the server wants to see a certificate", "sslcert")
    for user in ("somebody", "reader"):
        certificate, key = authority.issue(user=user)
        finished = client.trusting(conninfo=client.conninfo(sslcert=certificate, sslkey=key))
        if user == "reader":
            accepts(finished)
        else:
            refuses(finished, 77, 'certificate authentication failed for user "reader"',
                    "hint: the client certificate (sslcert) must name the user")
