#include "carmilla/internal/key_numbers.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

namespace carmilla::internal {
namespace {

TEST(KeyNumbersTest, HalfOfThePlacesAreFreeAndNoMore) {
  struct Case {
    size_t most;
    size_t places;
  };
  constexpr std::array<Case, 8> kCases = {
      {{0, 1}, {1, 2}, {2, 4}, {3, 8}, {4, 8}, {1023, 2048}, {1024, 2048}, {1025, 4096}}};
  for (const auto& [most, places] : kCases) {
    EXPECT_EQ(KeyNumbers<int64_t>(most).places(), places) << most;
  }
}

TEST(KeyNumbersTest, AsManyKeysAsWereToldAreFoundAndNoOther) {
  for (const int64_t most : {0, 1, 2, 4, 1024}) {
    KeyNumbers<int64_t> numbers(static_cast<size_t>(most));
    for (int64_t key = 0; key < most; ++key) {
      EXPECT_EQ(numbers.Add(7 * key), std::pair(static_cast<uint32_t>(key), true));
      EXPECT_EQ(numbers.Add(7 * key), std::pair(static_cast<uint32_t>(key), false));
    }
    for (int64_t key = 0; key < most; ++key) EXPECT_EQ(numbers.Find(7 * key), key);
    EXPECT_EQ(numbers.Find(7 * most), KeyNumbers<int64_t>::kNone);
  }
}

TEST(KeyNumbersTest, FewKeysTakeNoRoomOfMany) {
  KeyNumbers<int64_t> numbers(1'000'000);
  for (int64_t row = 0; row < 1000; ++row) numbers.Add(row % 10);
  EXPECT_EQ(numbers.size(), 10U);
  EXPECT_LE(numbers.room(), 20U);
  numbers.Reserve(1000);
  EXPECT_EQ(numbers.room(), 1000U);
}

}  // namespace
}  // namespace carmilla::internal
