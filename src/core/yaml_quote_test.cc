#include "core/yaml_quote.h"

#include <gtest/gtest.h>

#include <string>

namespace carmilla {
namespace {

TEST(YamlQuoteTest, WhatStandsInQuotesIsTheText) {
  EXPECT_EQ(QuoteForYaml("price"), R"("price")");
  EXPECT_EQ(QuoteForYaml(R"(a"b\c)"), R"("a\"b\\c")");
  EXPECT_EQ(QuoteForYaml("Größe\n\x7f"), R"("Größe\x0a\x7f")");
  EXPECT_EQ(QuoteForYaml(""), R"("")");
}

}  // namespace
}  // namespace carmilla
