#include "plan/configuration_override.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plan/configuration_fixture.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(ConfigurationOverrideTest, SetPutsAValueOverThatOfTheFile) {
  ASSERT_OK_AND_ASSIGN(
      const Configuration read,
      ParseTop("defaults: {compression: nonsense}",
               {"defaults.compression=gzip", "defaults.on_nan=null", "threads=3",
                "connections.app.postgres=service=other",
                "connections.second.postgres=host=b dbname=x", "source=second"}));
  EXPECT_EQ(read.tables[0].settings.compression, Compression::kGzip);
  EXPECT_EQ(read.tables[0].settings.policies.on_nan, ValuePolicy::kNull);
  EXPECT_EQ(read.threads, 3);
  EXPECT_EQ(read.source, "second");
  ASSERT_EQ(read.connections.size(), 2U);
  EXPECT_EQ(read.connections[0].conninfo.Reveal(), "service=other");
  EXPECT_EQ(read.connections[1].conninfo.Reveal(), "host=b dbname=x");
}

TEST(ConfigurationOverrideTest, SetChangesOneOfTwoMapsThatAnAliasShares) {
  ASSERT_OK_AND_ASSIGN(
      const Configuration read,
      Parse("connections: {a: &c {postgres: service=x}, b: *c}\nsource: b\n"
            "lake: {path: x}\ntables: [public.*]\n",
            {"connections.b.postgres=service=y"}));
  EXPECT_EQ(read.connections[0].conninfo.Reveal(), "service=x");
  EXPECT_EQ(read.connections[1].conninfo.Reveal(), "service=y");
}

TEST(ConfigurationOverrideTest, RefusesWrongSets) {
  struct Case {
    std::string argument;
    std::string shown;
  };
  const std::vector<Case> cases = {
      {"threads",
       "--set: \"threads\" is not key=value\n"
       "hint: write it like defaults.compression=gzip"},
      {"=4",
       "--set: \"=4\" is not key=value\n"
       "hint: write it like defaults.compression=gzip"},
      {"lake..path=x",
       "--set: key \"lake..path\" has an empty part\nhint: write it like lake.path"},
      {"threds=4", "--set: unknown key \"threds\"\nhint: did you mean \"threads\"?"},
      {"defaults.compresion=gzip",
       "--set: unknown key \"defaults.compresion\"\nhint: did you mean \"compression\"?"},
      {"defaults.compression=zst",
       "--set: compression must be zstd, gzip, snappy or none, not \"zst\"\n"
       "hint: did you mean \"zstd\"?"},
      {"defaults=x", "--set: key \"defaults\" is a map\nhint: name a key below it"},
      {"connections.app=x",
       "--set: key \"connections.app\" is a map\nhint: name a key below it"},
      {"threads.x=1",
       "--set: key \"threads.x\" leads into a value\nhint: leave out what follows "
       "threads"},
      {"threads=[1]", "--set: key \"threads\" needs one value\nhint: write key=value"},
      {"tables=public.a",
       "--set: entries of tables cannot be set on the command line\n"
       "hint: name the tables after the command, or change the file"},
      {"tables.orders.proof=full",
       "--set: entries of tables cannot be set on the command line\n"
       "hint: name the tables after the command, or change the file"},
      {"groups.all=x",
       "--set: key \"groups\" is not available in this version\n"
       "hint: remove it; name the tables on the command line of carmilla run"},
      {"connections.app.postgres=password=canary",
       "--set: the connection string holds a password\n"
       "hint: put the connection string into a variable (env:NAME) or a private file "
       "(file:PATH), or the password into ~/.pgpass"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Shown(ParseTop("", {one.argument})), one.shown) << one.argument;
  }
}

}  // namespace
}  // namespace carmilla
