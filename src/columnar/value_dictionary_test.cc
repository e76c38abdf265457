#include "columnar/value_dictionary.h"

#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace carmilla {
namespace {

std::string PlainOf(int32_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}
std::string PlainOf(int64_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}
std::string PlainOf(Wide value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}
std::string PlainOf(const std::string& text) {
  return PlainOf(static_cast<int32_t>(text.size())) + text;
}

/// Looks values up in the dictionary and in a plain map.
template <typename Key, typename Value>
void ExpectAgreement(int rounds, const auto& next_value) {
  ValueDictionary<Key> dictionary(arrow::default_memory_pool());
  std::map<Value, uint32_t> twin;
  std::string plain;
  for (int round = 0; round < rounds; ++round) {
    const Value value = next_value();
    const auto [found, is_new] = twin.emplace(value, static_cast<uint32_t>(twin.size()));
    if (is_new) plain += PlainOf(value);
    ASSERT_EQ(dictionary.CodeOf(value), found->second);
  }
  EXPECT_EQ(dictionary.size(), twin.size());
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(dictionary.plain().data()),
                        static_cast<size_t>(dictionary.plain().length())),
            plain);
}

TEST(ValueDictionaryTest, GivesIntegersTheCodesOfAMap) {
  std::mt19937_64 random(3);
  ExpectAgreement<int32_t, int32_t>(
      50000, [&] { return static_cast<int32_t>(random() % 9000) - 4500; });
  ExpectAgreement<int64_t, int64_t>(
      50000, [&] { return static_cast<int64_t>(random() % 9000) << (random() % 50); });
}

TEST(ValueDictionaryTest, TellsWideNumbersApartByEitherHalf) {
  std::mt19937_64 random(4);
  ExpectAgreement<Wide, Wide>(50000, [&] {
    return (Wide{random() % 90} << (64 + random() % 50)) | random() % 90;
  });
}

TEST(ValueDictionaryTest, TellsTextsOfAllLengthsApart) {
  std::mt19937_64 random(5);
  ExpectAgreement<std::string_view, std::string>(100000, [&] {
    std::string text(random() % 45, 'x');
    // Many that differ in one byte only, some of them zero.
    if (!text.empty()) text[random() % text.size()] = "xy\0z"[random() % 4];
    if (!text.empty()) text[random() % text.size()] = "xy\0z"[random() % 4];
    return text;
  });
}

TEST(ValueDictionaryTest, ComparesTextsOfOneKeyToTheirEnds) {
  using Key = DictionaryKey<std::string_view>;
  for (size_t size = 0; size < 80; ++size) {
    const std::string text(size, 'x');
    EXPECT_TRUE(Key::AreSame(text.data(), std::string(text).data(), size)) << size;
    // A shorter text, and the last word of any other, are in the key.
    for (size_t place = 0; size > Key::kWhole && place + 8 < size; ++place) {
      std::string other = text;
      other[place] = 'y';
      EXPECT_FALSE(Key::AreSame(text.data(), other.data(), size)) << size << " " << place;
    }
  }
}

TEST(ValueDictionaryTest, CountsTheBitsOfItsCodes) {
  ValueDictionary<int32_t> dictionary(arrow::default_memory_pool());
  const auto width_with = [&](int32_t values) {
    for (int32_t value = 0; value < values; ++value) dictionary.CodeOf(value);
    return dictionary.bit_width();
  };
  EXPECT_EQ(width_with(0), 0);
  EXPECT_EQ(width_with(1), 0);
  EXPECT_EQ(width_with(2), 1);
  EXPECT_EQ(width_with(3), 2);
  EXPECT_EQ(width_with(256), 8);
  EXPECT_EQ(width_with(257), 9);
}

}  // namespace
}  // namespace carmilla
