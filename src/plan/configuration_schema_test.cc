#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/json.h"
#include "plan/configuration_keys.h"
#include "plan/configuration_reader.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(ConfigurationSchemaTest, IsJsonOfTheDraftItNames) {
  ASSERT_OK_AND_ASSIGN(const Json schema, ParseJson(ConfigurationSchema(), "schema"));
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["required"], Json::array({"connections", "lake"}));
  EXPECT_TRUE(schema["$defs"].contains("reference"));
}

TEST(ConfigurationSchemaTest, HasEveryKeyOfThisVersionAndNoOther) {
  ASSERT_OK_AND_ASSIGN(const Json schema, ParseJson(ConfigurationSchema(), "schema"));
  const Json& top = schema["properties"];
  const Json& table = top["tables"]["items"]["anyOf"][1]["properties"];
  const auto names_of = [](const Json& properties) {
    std::vector<std::string> names;
    for (const auto& [name, value] : properties.items()) names.push_back(name);
    return names;
  };
  EXPECT_EQ(names_of(top), AvailableKeys(KeyScope::kTop));
  EXPECT_EQ(names_of(table), AvailableKeys(KeyScope::kTable));
  EXPECT_EQ(names_of(top["lake"]["properties"]), AvailableKeys(KeyScope::kLake));
  EXPECT_EQ(names_of(top["defaults"]["properties"]), AvailableKeys(KeyScope::kDefaults));
  EXPECT_EQ(names_of(top["connections"]["additionalProperties"]["properties"]),
            AvailableKeys(KeyScope::kConnection));
  EXPECT_EQ(names_of(table["partition_by"]["properties"]),
            AvailableKeys(KeyScope::kPartitionBy));
  EXPECT_EQ(names_of(table["policies"]["additionalProperties"]["properties"]),
            AvailableKeys(KeyScope::kColumnPolicies));
  EXPECT_FALSE(table.contains("incremental"));
}

TEST(ConfigurationSchemaTest, TakesAnUnquotedNullForAPolicy) {
  ASSERT_OK_AND_ASSIGN(const Json schema, ParseJson(ConfigurationSchema(), "schema"));
  EXPECT_EQ(schema["properties"]["defaults"]["properties"]["on_nan"]["anyOf"][0]["enum"],
            Json::array({"error", "null", nullptr, "text"}));
}

TEST(ConfigurationKeysTest, NoScopeHasAKeyTwice) {
  for (const ConfigurationKey& key : ConfigurationKeys()) {
    EXPECT_FALSE(key.description.empty()) << key.name;
    for (const KeyScope scope : key.scopes) {
      EXPECT_EQ(FindConfigurationKey(scope, key.name), &key)
          << key.name << " in " << DescribeScope(scope);
    }
  }
}

TEST(ConfigurationKeysTest, ParsesDurations) {
  EXPECT_EQ(ParseSeconds("90"), 90);
  EXPECT_EQ(ParseSeconds("90s"), 90);
  EXPECT_EQ(ParseSeconds("15min"), 900);
  EXPECT_EQ(ParseSeconds("15 min"), 900);
  EXPECT_EQ(ParseSeconds("2h"), 7200);
  for (const std::string text : {"", "min", "-1", "1.5h", "15 minutes", "1h30min", " 5",
                                 "99999999999999999999", "9223372036854775807h"}) {
    EXPECT_EQ(ParseSeconds(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace carmilla
