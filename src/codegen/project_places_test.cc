#include "codegen/project_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carmilla {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string RunOf(const ProjectPlaces& places) { return RunCommandLines(places, "shop"); }

TEST(ProjectPlacesTest, TheVariableOfTheSourceIsPassedOn) {
  EXPECT_EQ(RunOf({}),
            "#     mkdir -p lake\n"
            "#     docker run --rm --user \"$(id -u):$(id -g)\" --env DATABASE_URL \\\n"
            "#       --volume \"$PWD/lake:/srv/shop/lake\" shop run\n");
  const ProjectPlaces named{
      .connection = "env:SHOP_URL", .ca_file = "", .lake = "./lake"};
  EXPECT_THAT(RunOf(named), HasSubstr("--env SHOP_URL "));
  EXPECT_THAT(RunOf(named), Not(HasSubstr("DATABASE_URL")));
  EXPECT_EQ(DatabaseVariable(named), "SHOP_URL");
  EXPECT_EQ(ReplacedPlaces(named, 2), "");
}

TEST(ProjectPlacesTest, WithoutAVariableTestsReplaceTheConnection) {
  for (const char* connection :
       {"", "file:../url", "service=app", "postgresql://reader@db.example.com/app"}) {
    const ProjectPlaces places{.connection = connection, .ca_file = "", .lake = "./lake"};
    EXPECT_EQ(DatabaseVariable(places), "DATABASE_URL") << connection;
    EXPECT_EQ(ReplacedPlaces(places, 2),
              "\n  --set connections.app.postgres=env:DATABASE_URL")
        << connection;
    EXPECT_THAT(RunOf(places), Not(HasSubstr("DATABASE_URL"))) << connection;
  }
}

TEST(ProjectPlacesTest, AFileIsMountedWhereItIsLookedFor) {
  const auto run_of = [](const std::string& path) {
    return RunOf({.connection = "file:" + path, .ca_file = "", .lake = "s3://b/p"});
  };
  EXPECT_THAT(run_of("../url"), HasSubstr(R"(--volume "$PWD/../url:/srv/url:ro")"));
  EXPECT_THAT(run_of("./url"), HasSubstr(R"(--volume "$PWD/url:/srv/shop/url:ro")"));
  EXPECT_THAT(run_of("/run/secrets/url"),
              HasSubstr(R"(--volume "/run/secrets/url:/run/secrets/url:ro")"));
  EXPECT_THAT(run_of("~/url"), HasSubstr(R"(--volume "$HOME/url:$HOME/url:ro")"));
  EXPECT_THAT(run_of("~/url"), HasSubstr("--env HOME "));
  EXPECT_THAT(run_of("/a $b\n`c`\""), HasSubstr(R"("/a \$b?\`c\`\":/a)"));
}

TEST(ProjectPlacesTest, WhatLibpqReadsItselfIsPassedOn) {
  const std::string variables =
      RunOf({.connection = "", .ca_file = "", .lake = "./lake"});
  for (const char* name : {"PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD"}) {
    EXPECT_THAT(variables, HasSubstr("--env " + std::string(name) + " "));
  }
  EXPECT_THAT(variables, Not(HasSubstr("SERVICE")));
  constexpr char kServiceFile[] =
      R"(--volume "${PGSERVICEFILE:-$HOME/.pg_service.conf}:/run/pg_service.conf:ro")";
  for (const char* connection :
       {"service=app", "user=a service=app", "postgresql:///?service=app"}) {
    const std::string run =
        RunOf({.connection = connection, .ca_file = "", .lake = "./lake"});
    EXPECT_THAT(run, HasSubstr(kServiceFile)) << connection;
    EXPECT_THAT(run, HasSubstr("--env PGSERVICEFILE=/run/pg_service.conf"));
    EXPECT_THAT(run, HasSubstr("--env PGPASSWORD "));
  }
  const std::string named =
      RunOf({.connection = "", .has_service = true, .ca_file = "", .lake = "./lake"});
  EXPECT_THAT(named, HasSubstr(kServiceFile));
  EXPECT_THAT(named, HasSubstr("--env PGSERVICE "));
  EXPECT_THAT(RunOf({.connection = "host=/run/my_service", .ca_file = "", .lake = "l"}),
              Not(HasSubstr("PGSERVICEFILE")));
}

TEST(ProjectPlacesTest, ABucketIsNoFolder) {
  const ProjectPlaces bucket{.ca_file = "", .lake = "s3://bucket/lake"};
  EXPECT_EQ(RunOf(bucket).find("mkdir"), std::string::npos);
  EXPECT_THAT(RunOf(bucket), Not(HasSubstr("--volume")));
  EXPECT_THAT(RunOf(bucket), HasSubstr("--env AWS_SECRET_ACCESS_KEY"));
  EXPECT_EQ(LakeFolderInImage(bucket, "shop"), "");
  EXPECT_EQ(LakeInProject(bucket), "");
}

TEST(ProjectPlacesTest, AnyDirectoryOfTheLakeIsMounted) {
  struct Case {
    const char* lake;
    const char* made;
    const char* volume;
    const char* in_image;
    const char* in_project;
  };
  for (const Case& expected : {
           Case{"./data/", "mkdir -p data\n", "$PWD/data:/srv/shop/data",
                "/srv/shop/data", "data"},
           Case{"./../data", "mkdir -p ../data\n", "$PWD/../data:/srv/data", "/srv/data",
                ""},
           Case{"/srv/a b", "mkdir -p \"/srv/a b\"\n", "/srv/a b:/srv/a b",
                "\"/srv/a b\"", ""},
           Case{"~/lake", "mkdir -p \"$HOME/lake\"\n", "$HOME/lake:$HOME/lake", "", ""},
       }) {
    const ProjectPlaces places{.ca_file = "", .lake = expected.lake};
    EXPECT_THAT(RunOf(places), HasSubstr(expected.made));
    EXPECT_THAT(RunOf(places),
                HasSubstr("--volume \"" + std::string(expected.volume) + "\" shop run"));
    EXPECT_EQ(LakeFolderInImage(places, "shop"), expected.in_image);
    EXPECT_EQ(LakeInProject(places), expected.in_project);
  }
}

TEST(ProjectPlacesTest, AuthoritiesAreMountedAndReplacedInTests) {
  const ProjectPlaces places{.ca_file = "/etc/corp/ca.pem", .lake = "./lake"};
  EXPECT_THAT(RunOf(places),
              HasSubstr(R"(--volume "/etc/corp/ca.pem:/etc/corp/ca.pem:ro")"));
  EXPECT_EQ(ReplacedPlaces(places, 0),
            "\n--set connections.app.ca_file=/etc/ssl/certs/ca-certificates.crt");
}

}  // namespace
}  // namespace carmilla
