#include "columnar/value_dictionary.h"

#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "columnar/chosen_numbers.h"

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

TEST(ValueDictionaryTest, KeepsItsCodesWhenValuesComeThatAreFarFromTheOthers) {
  std::mt19937_64 random(9);
  for (const int one_in : {50, 5000}) {
    ExpectAgreement<int64_t, int64_t>(50000, [&] {
      const auto value = static_cast<int64_t>(random());
      return random() % one_in == 0 ? value : value % 3000;
    });
  }
  int32_t next = 0;
  ExpectAgreement<int32_t, int32_t>(50000, [&] {
    ++next;
    return next % 2 == 0 ? next : -next;
  });
}

TEST(ValueDictionaryTest, GivesTheLeastAndTheGreatestIntegersTheirCodes) {
  std::mt19937_64 random(10);
  const auto near_limits = [&]<typename Value>(Value /*of*/) {
    using Limits = std::numeric_limits<Value>;
    for (const int sides : {1, 2}) {
      ExpectAgreement<Value, Value>(20000, [&] {
        const auto distance = static_cast<Value>(random() % 2000);
        return random() % sides == 0 ? static_cast<Value>(Limits::max() - distance)
                                     : static_cast<Value>(Limits::min() + distance);
      });
    }
  };
  near_limits(int32_t{});
  near_limits(int64_t{});
}

/// Close together, so that they need no slots, and all of them in a third of these.
TEST(ValueDictionaryTest, SearchesNotLongWhereValuesMoveToTheSlots) {
  constexpr size_t kCount = 60000;
  std::vector<int64_t> values;
  for (int64_t value = 0; values.size() < kCount; ++value) {
    const uint64_t hash = static_cast<uint64_t>(value) * 0x9E3779B97F4A7C15;
    if (hash < ~0ULL / 3) values.push_back(value);
  }
  ValueDictionary<int64_t> dictionary(arrow::default_memory_pool());
  for (size_t i = 0; i < kCount; ++i) ASSERT_EQ(dictionary.CodeOf(values[i]), i);
  EXPECT_LT(dictionary.slots_passed(), kCount / 10);
  EXPECT_EQ(dictionary.CodeOf(int64_t{1} << 60), kCount);
  EXPECT_LT(dictionary.slots_passed(), 10 * kCount);
  for (size_t i = 0; i < kCount; ++i) ASSERT_EQ(dictionary.CodeOf(values[i]), i);
}

TEST(ValueDictionaryTest, KeepsItsCodesWhenItMultipliesWithAnother) {
  uint64_t i = 0;
  ExpectAgreement<int64_t, int64_t>(5000, [&] {
    ++i;
    return static_cast<int64_t>(i % 4 == 0 ? i / 8 * 800'000'000 : i * 800'000'000);
  });
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

template <typename Value>
bool IsCrowdedBy(int count, const auto& value_at) {
  ValueDictionary<Value> dictionary(arrow::default_memory_pool());
  for (int i = 0; i < count && !dictionary.is_crowded(); ++i) {
    dictionary.CodeOf(value_at(i));
  }
  return dictionary.is_crowded();
}

TEST(ValueDictionaryTest, NoticesValuesThatWereChosenForOnePlace) {
  const auto chosen = [](int i) { return ChosenNumber(static_cast<uint64_t>(i)); };
  EXPECT_TRUE(
      IsCrowdedBy<int64_t>(3000, [&](int i) { return static_cast<int64_t>(chosen(i)); }));
  EXPECT_TRUE(IsCrowdedBy<Wide>(3000, [&](int i) { return Wide{chosen(i)}; }));
  std::string text(16, '\0');
  EXPECT_TRUE(IsCrowdedBy<std::string_view>(3000, [&](int i) {
    const uint64_t word = chosen(i) ^ text.size();
    std::memcpy(text.data(), &word, sizeof word);
    return std::string_view(text);
  }));
}

/// Harmless with the first multiplier, and all in one place with the next.
TEST(ValueDictionaryTest, MovesItsValuesNoFurtherThanItMust) {
  constexpr uint64_t kCount = 60000;
  ValueDictionary<int64_t> dictionary(arrow::default_memory_pool());
  const auto put = [&](uint64_t value) {
    return dictionary.CodeOf(static_cast<int64_t>(value));
  };
  for (uint64_t i = 1; i <= kCount; ++i) put(i * kInverses[1]);
  for (uint64_t i = 1; i <= 600; ++i) put(i * kInverses[0]);
  EXPECT_LT(dictionary.slots_passed(), 10 * kCount);
  for (uint64_t i = 1; i <= kCount; ++i) ASSERT_EQ(put(i * kInverses[1]), i - 1);
}

TEST(ValueDictionaryTest, IsNotCrowdedByNumbersAtAnyDistance) {
  std::vector<int64_t> distances = {100'000'000,   200'000'000,   400'000'000,
                                    800'000'000,   2'000'000'000, 4'000'000'000,
                                    1'200'000'000, 2'400'000'000, 7'200'000'000};
  for (int64_t seconds = 1; seconds <= 3600; seconds += 7) {
    distances.push_back(1000 * seconds);
    distances.push_back(1'000'000 * seconds);
  }
  std::mt19937_64 random(8);
  for (int i = 0; i < 500; ++i) {
    distances.push_back(static_cast<int64_t>(random() >> (random() % 60)));
  }
  for (const uint64_t inverse : kInverses) {
    distances.push_back(static_cast<int64_t>(inverse));
  }
  for (const int64_t distance : distances) {
    const auto step = static_cast<uint64_t>(distance);
    EXPECT_FALSE(IsCrowdedBy<int64_t>(3000, [&](int i) {
      return static_cast<int64_t>(static_cast<uint64_t>(i) * step);
    })) << distance;
  }
}

TEST(ValueDictionaryTest, IsNotCrowdedByWhatTablesHold) {
  constexpr int kCount = 100000;
  std::mt19937_64 random(7);
  for (const int64_t step : {1, 2, 7, 10, 64, 100, 1000, 3600, 4096, 86400, 1000000,
                             1 << 20, 60000000, 1000000000}) {
    EXPECT_FALSE(IsCrowdedBy<int64_t>(kCount, [&](int i) { return step * i; })) << step;
    EXPECT_FALSE(IsCrowdedBy<int64_t>(kCount, [&](int i) {
      return int64_t{1'700'000'000'000'000} + step * i;
    })) << step;
  }
  EXPECT_FALSE(IsCrowdedBy<int32_t>(kCount, [](int i) { return 7 * i - 100000; }));
  EXPECT_FALSE(
      IsCrowdedBy<int64_t>(kCount, [&](int) { return static_cast<int64_t>(random()); }));
  EXPECT_FALSE(
      IsCrowdedBy<Wide>(kCount, [&](int) { return (Wide{random()} << 64) | random(); }));
  std::string text;
  for (const auto& [before, after] : {std::pair<const char*, const char*>{"", ""},
                                      {"0000", ""},
                                      {"user", "@example.org"},
                                      {"https://a.b/", "/x"},
                                      {"", "-0000-4000-8000-000000000000"}}) {
    EXPECT_FALSE(IsCrowdedBy<std::string_view>(
        kCount,
        [&](int i) {
          text = before + std::to_string(100000 + i) + after;
          return std::string_view(text);
        }))
        << before << after;
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
