#include "codegen/header_origin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;

TEST(HeaderOriginTest, TheLineIsTheCommand) {
  EXPECT_EQ(
      RenderOriginLine(
          {.relation = "public.orders", .query_file = "", .columns = {}, .name = ""}),
      "// Written by `carmilla generate public.orders`; do not edit, run it again.");
  EXPECT_EQ(RenderOriginLine({.relation = "public.\"Order Items\"",
                              .query_file = "",
                              .columns = {"id", "it's"},
                              .name = "Item"}),
            "// Written by `carmilla generate 'public.\"Order Items\"' --columns "
            "'id,it'\\''s' --name Item`; do not edit, run it again.");
}

TEST(HeaderOriginTest, WhatIsRenderedIsRead) {
  const std::vector<HeaderOrigin> origins = {
      {.relation = "public.orders", .query_file = "", .columns = {}, .name = ""},
      {.relation = "", .query_file = "sql/top users.sql", .columns = {}, .name = "Top"},
      {.relation = "a.\"b\nc\"", .query_file = "", .columns = {}, .name = ""},
      {.relation = "a.\"*/ `; do not edit\"",
       .query_file = "",
       .columns = {"a,b", "c\"d", "e f",
                   "gr\xC3\xB6\xC3\x9F"
                   "e",
                   "'", "\\", "\x01'\\x"},
       .name = "N"},
  };
  for (const HeaderOrigin& origin : origins) {
    const std::string line = RenderOriginLine(origin);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const std::string text = line + "\n#pragma once\n";
    EXPECT_EQ(ParseOriginLine(text), origin) << line;
    EXPECT_EQ(ParseOriginLine(std::string(kUnformatted) + text), origin) << line;
  }
}

TEST(HeaderOriginTest, OtherLinesAreNoOrigin) {
  for (const std::string line :
       {"", "#pragma once", "// Written by `carmilla generate",
        "// Written by `carmilla generate`; do not edit, run it again.",
        "// Written by `carmilla generate a b`; do not edit, run it again.",
        "// Written by `carmilla generate a --name`; do not edit, run it again.",
        "// Written by `carmilla generate 'a`; do not edit, run it again.",
        "// Written by `carmilla generate $'\\x4`; do not edit, run it again.",
        "// Written by `carmilla generate a --columns ,`; do not edit, run it again."}) {
    EXPECT_EQ(ParseOriginLine(line), std::nullopt) << line;
  }
}

TEST(HeaderOriginTest, ColumnsAreSplitAtCommas) {
  EXPECT_THAT(*ParseColumnList("id"), ElementsAre("id"));
  EXPECT_THAT(*ParseColumnList("id,a b,\"c,d\",\"e\"\"f\""),
              ElementsAre("id", "a b", "c,d", "e\"f"));
}

TEST(HeaderOriginTest, ListsThatMakeNoSenseAreRefused) {
  for (const std::string list :
       {"", ",", "a,", ",a", "a,,b", "a,a", "\"a", "\"a\"b", "\""}) {
    EXPECT_THAT(ParseColumnList(list), HasKind(ErrorKind::kUsage)) << list;
  }
}

}  // namespace
}  // namespace carmilla
