#include "core/quantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "testing/matchers.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;

TEST(QuantityTest, FormatsBytes) {
  const std::pair<int64_t, const char*> cases[] = {
      {0, "0 B"},
      {1023, "1023 B"},
      {1024, "1.0 KiB"},
      {1536, "1.5 KiB"},
      {(int64_t{1} << 20) - 1, "1.0 MiB"},
      {int64_t{64} << 20, "64.0 MiB"},
      {2469606195, "2.3 GiB"},
      {INT64_MAX, "8.0 EiB"},
      {-1536, "-1.5 KiB"},
      {INT64_MIN, "-8.0 EiB"},
  };
  for (const auto& [bytes, text] : cases) EXPECT_EQ(FormatBytes(bytes), text);
}

TEST(QuantityTest, FormatsCounts) {
  const std::pair<int64_t, const char*> cases[] = {
      {0, "0"},
      {999, "999"},
      {1000, "1,000"},
      {336776, "336,776"},
      {-1234567, "-1,234,567"},
      {-123, "-123"},
      {INT64_MIN, "-9,223,372,036,854,775,808"},
  };
  for (const auto& [count, text] : cases) EXPECT_EQ(FormatCount(count), text);
}

TEST(QuantityTest, CountsOneThingWithoutAnS) {
  EXPECT_EQ(FormatCount(0, "row"), "0 rows");
  EXPECT_EQ(FormatCount(1, "row"), "1 row");
  EXPECT_EQ(FormatCount(2000, "row"), "2,000 rows");
}

TEST(QuantityTest, FormatsDurations) {
  const std::pair<int64_t, const char*> cases[] = {
      {0, "0 ms"},
      {12, "12 ms"},
      {999, "999 ms"},
      {3400, "3.4 s"},
      {59'949, "59.9 s"},
      {59'951, "1 min 00 s"},
      {125'000, "2 min 05 s"},
      {3'599'600, "1 h 00 min"},
      {3'720'000, "1 h 02 min"},
      {360'000'000, "100 h 00 min"},
  };
  for (const auto& [millis, text] : cases) {
    EXPECT_EQ(FormatDuration(milliseconds(millis)), text);
  }
}

TEST(QuantityTest, ParsesBytes) {
  const std::pair<const char*, int64_t> cases[] = {
      {"0", 0},
      {"512", 512},
      {"512 B", 512},
      {"64MiB", int64_t{64} << 20},
      {"64mib", int64_t{64} << 20},
      {"1 GB", 1'000'000'000},
      {"1.5 GiB", int64_t{3} << 29},
      {"0.000001 TB", 1'000'000},
      {"9223372036854775807", INT64_MAX},
  };
  for (const auto& [text, bytes] : cases) {
    EXPECT_THAT(ParseBytes(text), IsOkAndHolds(bytes)) << text;
  }
}

TEST(QuantityTest, RefusesWhatIsNoSize) {
  for (const char* text : {"", " 1", "-1", "+1", "1.", ".5 MB", "1.5", "1.5 B", "MiB",
                           "1 XB", "1 MB ", "1e3", "0.0000001 TB", "9223372036854775808",
                           "9007199254740992 KiB", "8388608 TiB", "1MiB2"}) {
    EXPECT_THAT(ParseBytes(text), HasKind(ErrorKind::kConfiguration)) << text;
  }
}

}  // namespace
}  // namespace carmilla
