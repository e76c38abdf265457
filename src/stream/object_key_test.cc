#include "stream/object_key.h"

#include <gtest/gtest.h>

#include <string_view>

#include "testing/matchers.h"

namespace carmilla {
namespace {

using namespace std::string_view_literals;

TEST(ObjectKeyTest, AcceptsAnyTextInComponents) {
  for (const std::string_view key :
       {"a", "a/b.parquet", "dt=2024-05-01/x", "it's \"quoted\"", "two\nlines",
        "z\u00fcrich/\u6771\u4eac", "a..b", "_carmilla/current.json", "~", "C:\\x"}) {
    EXPECT_OK(CheckObjectKey(key)) << key;
  }
}

TEST(ObjectKeyTest, RefusesWhatCouldLeaveTheRootOrMeetTemporaries) {
  for (const std::string_view key :
       {""sv, "/a"sv, "a/"sv, "a//b"sv, "."sv, ".."sv, "a/../b"sv, "a/./b"sv, "a/.lock"sv,
        ".tmp-1"sv, "a\0b"sv, "\xff"sv, "a/\xc3"sv}) {
    EXPECT_THAT(CheckObjectKey(key), HasKind(ErrorKind::kBug)) << key;
  }
}

}  // namespace
}  // namespace carmilla
