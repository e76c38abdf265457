#include <map>
#include <random>
#include <string>

#include "lake/lake.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(TableNameTest, ChecksWhatFoldersAthenaAndSqlAllow) {
  for (const char* name : {"a", "orders", "order_items_2", "2024_sales", "a__b"}) {
    EXPECT_OK(Lake::CheckTableName(name)) << name;
  }
  EXPECT_OK(Lake::CheckTableName(std::string(240, 'a')));
  for (const std::string& name :
       {std::string(), std::string("_hidden"), std::string("Orders"), std::string("a b"),
        std::string("a-b"), std::string("a.b"), std::string("a/b"), std::string(".."),
        std::string("z\xc3\xbcrich"), std::string("a\nb"), std::string(241, 'a')}) {
    const arrow::Status status = Lake::CheckTableName(name);
    EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration)) << name;
    EXPECT_THAT(status, StatusHintHas("`as:`")) << name;
  }
}

TEST(TableNameTest, KeepsLowerCaseNames) {
  for (const char* name : {"orders", "order_items", "stg_stripe__payments", "x_axis",
                           "money_xfer", "max", "x", "2024_sales", "iphone_x"}) {
    EXPECT_EQ(Lake::EscapeTableName(name), name);
  }
}

TEST(TableNameTest, EscapesOtherNamesReadably) {
  const std::map<std::string, std::string> cases = {
      {"Order", "order_x1"},
      {"OrderItems", "orderitems_x21"},
      {"Order Items", "order_items_x61_20"},
      {"order-items", "order_items_x20_2d"},
      {"_prisma_migrations", "xprisma_migrations_x1_5f"},
      {"XRay", "xray_x3_58"},
      {"z\xc3\xbcrich", "z__rich_x6_c3bc"},
      {"a\nb", "a_b_x2_0a"},
      {"it's", "it_s_x4_27"},
      {"\"", "x_x1_22"},
      {"orders_x1", "orders_x1_x0"},
      {"orders_xab_12", "orders_xab_12_x0"},
      {"USER", "user_xf"},
  };
  for (const auto& [name, escaped] : cases) {
    EXPECT_EQ(Lake::EscapeTableName(name), escaped);
    EXPECT_THAT(Lake::UnescapeTableName(escaped), ::testing::Optional(name));
  }
}

TEST(TableNameTest, NoTwoNamesBecomeOne) {
  // All names of up to four characters from those that matter to the rule, then random
  // ones of the greatest length.
  const std::string alphabet("ax_1AX \n\xc3", 9);
  std::vector<std::string> names = {""};
  size_t first = 0;
  for (int length = 1; length <= 4; ++length) {
    const size_t end = names.size();
    for (; first < end; ++first) {
      for (const char character : alphabet) names.push_back(names[first] + character);
    }
  }
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string name(63, ' ');
    for (char& character : name) {
      character = i % 2 == 0 ? static_cast<char>(1 + random() % 255)
                             : alphabet[random() % alphabet.size()];
    }
    names.push_back(name);
  }
  std::map<std::string, std::string> seen;
  for (const std::string& name : names) {
    const std::string escaped = Lake::EscapeTableName(name);
    ASSERT_OK(Lake::CheckTableName(escaped)) << name;
    const auto [entry, is_new] = seen.try_emplace(escaped, name);
    ASSERT_TRUE(is_new || entry->second == name)
        << name << " and " << entry->second << " both become " << escaped;
    if (name.empty()) continue;
    ASSERT_THAT(Lake::UnescapeTableName(escaped), ::testing::Optional(name)) << escaped;
  }
}

TEST(TableNameTest, UnescapesNothingElse) {
  for (const char* name : {"", "_a", "A", "a_x0", "a_x01", "a_x2", "a_x1_", "a_x1_2",
                           "a_x1_20", "x_x1", "1_x1", "a b"}) {
    if (Lake::EscapeTableName(name) == name) continue;
    EXPECT_EQ(Lake::UnescapeTableName(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace carmilla
