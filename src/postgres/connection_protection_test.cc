#include "postgres/connection_protection.h"

#include <cstdlib>

#include "postgres/rds_roots.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

constexpr char kSystem[] = "/etc/hostname";  // Any file: nobody reads it here.

/// No home with certificates, and a file that stands for the system's authorities.
class ConnectionProtectionTest : public ::testing::Test {
 protected:
  ConnectionProtectionTest() {
    for (const char* name : {"PGHOST", "PGSSLMODE", "PGSERVICE", "PGSSLROOTCERT"}) {
      unsetenv(name);
    }
    setenv("HOME", "/nowhere", 1);
    setenv("SSL_CERT_FILE", kSystem, 1);
  }

  arrow::Result<ConnectionParameters> Protect(const std::string& conninfo,
                                              const ConnectionSettings& settings = {}) {
    ARROW_ASSIGN_OR_RAISE(ConnectionParameters parameters,
                          ConnectionParameters::Parse(conninfo));
    ARROW_ASSIGN_OR_RAISE(roots_, ProtectConnection(settings, &parameters));
    return parameters;
  }

  CertificateRoots roots_;
};

TEST_F(ConnectionProtectionTest, RemoteHostsAreVerified) {
  for (const char* conninfo :
       {"host=db.example", "host=db.example hostaddr=127.0.0.1", "hostaddr=10.0.0.1",
        "host=localhost hostaddr=10.0.0.1", "host=localhost,db.example",
        "host=/run/postgresql,db.example", "postgres://u@db.example/d",
        "host=db.example sslmode=verify-full", "host=db.example gssencmode=prefer"}) {
    ASSERT_OK_AND_ASSIGN(const auto parameters, Protect(conninfo));
    EXPECT_EQ(parameters.Get("sslmode"), "verify-full") << conninfo;
    EXPECT_EQ(parameters.Get("sslrootcert"), kSystem) << conninfo;
    EXPECT_EQ(parameters.Get("gssencmode"), "disable") << conninfo;
  }
}

TEST_F(ConnectionProtectionTest, LocalHostsAreLeftAlone) {
  for (const char* conninfo :
       {"", "host=/run/postgresql", "host=localhost", "host=127.0.0.1 sslmode=disable",
        "hostaddr=::1 sslmode=require", "host=localhost,/tmp sslmode=allow"}) {
    ASSERT_OK_AND_ASSIGN(const auto before, ConnectionParameters::Parse(conninfo));
    ASSERT_OK_AND_ASSIGN(const auto after, Protect(conninfo));
    EXPECT_EQ(after.Get("sslmode"), before.Get("sslmode")) << conninfo;
    EXPECT_EQ(after.Get("sslrootcert"), "") << conninfo;
    EXPECT_EQ(after.Get("gssencmode"), "") << conninfo;
  }
}

TEST_F(ConnectionProtectionTest, TheHostMayComeFromTheEnvironment) {
  setenv("PGHOST", "db.example", 1);
  ASSERT_OK_AND_ASSIGN(const auto parameters, Protect(""));
  EXPECT_EQ(parameters.Get("sslmode"), "verify-full");
  unsetenv("PGHOST");
}

TEST_F(ConnectionProtectionTest, WhatLibpqWillRefuseIsLeftToIt) {
  ASSERT_OK_AND_ASSIGN(const auto parameters, Protect("host=db.example sslmode=strict"));
  EXPECT_EQ(parameters.Get("sslmode"), "strict");
}

TEST_F(ConnectionProtectionTest, InsecureLeavesAllToSslmode) {
  const ConnectionSettings insecure{.tls = TlsPolicy::kInsecure};
  ASSERT_OK_AND_ASSIGN(const auto plain,
                       Protect("host=db.example sslmode=disable", insecure));
  EXPECT_EQ(plain.Get("sslmode"), "disable");
  ASSERT_OK_AND_ASSIGN(const auto open, Protect("host=db.example", insecure));
  EXPECT_EQ(open.Get("sslmode"), "");
  ASSERT_OK_AND_ASSIGN(const auto verified,
                       Protect("host=db.example sslmode=verify-ca", insecure));
  EXPECT_EQ(verified.Get("sslrootcert"), kSystem);
}

TEST_F(ConnectionProtectionTest, HostsOfRdsGetTheirAuthorities) {
  const std::string rds = "host=app.abc.eu-west-1.rds.amazonaws.com";
  ASSERT_OK_AND_ASSIGN(const std::string path, RdsRootsPath());
  ASSERT_OK_AND_ASSIGN(const auto parameters, Protect(rds));
  EXPECT_EQ(parameters.Get("sslrootcert"), path);
  EXPECT_TRUE(roots_.are_of_rds);
  ASSERT_OK_AND_ASSIGN(const auto mixed, Protect(rds + ",db.example"));
  EXPECT_EQ(mixed.Get("sslrootcert"), kSystem);
  EXPECT_FALSE(roots_.are_of_rds);
  ASSERT_OK_AND_ASSIGN(const auto given, Protect(rds + " sslrootcert=/own.pem"));
  EXPECT_EQ(given.Get("sslrootcert"), "/own.pem");
  ASSERT_OK_AND_ASSIGN(const auto own,
                       Protect(rds + " sslrootcert=/own.pem", {.ca_file = "/ca.pem"}));
  EXPECT_EQ(own.Get("sslrootcert"), "/ca.pem");
}

TEST_F(ConnectionProtectionTest, RefusalsNameTheHostAndTheWayOut) {
  const auto refused =
      Protect("host=localhost,db.example sslmode=require password=s3cret");
  EXPECT_THAT(refused, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(refused.status(), StatusMessageHas("connecting to db.example: "));
  EXPECT_THAT(refused.status(), StatusHintHas("tls: insecure"));
  setenv("SSL_CERT_FILE", "/nowhere.pem", 1);
  EXPECT_THAT(Protect("host=db.example"), HasKind(ErrorKind::kConfiguration));
}

}  // namespace
}  // namespace carmilla
