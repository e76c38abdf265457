#include "core/hidden_values.h"

#include <gtest/gtest.h>

#include <array>

namespace carmilla {
namespace {

TEST(HiddenValuesTest, TypesAndColumnsStayAndValuesGo) {
  struct Row {
    const char* message;
    const char* shown;
  };
  constexpr auto kRows = std::to_array<Row>({
      {"Failed to cast decimal value 9999 to type INT64 when casting from source column "
       "n",
       "Failed to cast decimal value ... to type INT64 when casting from source column "
       "n"},
      {"Could not cast value -1000.000000 to DECIMAL(5,2)",
       "Could not cast value ... to DECIMAL(5,2)"},
      {"Overflow in addition of INT32 (2147483647 + 2147483647)!",
       "Overflow in addition of INT32 ..."},
      {"missing ): (TOPSECRET", "missing ) ..."},
      {"Failed to parse format specifier TOPSECRET%Q",
       "Failed to parse format specifier ..."},
      {"Unimplemented type for cast (BIGINT -> TIMESTAMP)",
       "Unimplemented type for cast (BIGINT -> TIMESTAMP)"},
      {"Invalid hex escape code encountered in string -> blob conversion of string "
       "\"\\xTOPSECRET\": \\xTO",
       "Invalid hex escape code encountered in string"},
      {"Date out of range: 2147483647-1-1", "Date out of range ..."},
      {"Could not convert string 'TOP' to 'SECRET' to INT32 when casting from source "
       "column t",
       "Could not convert string ... to INT32 when casting from source column t"},
      {"Type INT64 with value 50 can't be cast because the value is out of range for the "
       "destination type INT16",
       "Type INT64 with value ... destination type INT16"},
      {"Could not parse string \"TOPSECRET\" according to format specifier \"%Y\"\n"
       "TOPSECRET\n^\nError: Expected a number",
       "Could not parse string ..."},
      {"invalid date field format: \"x to TOPSECRET\", expected format is (YYYY-MM-DD)",
       "invalid date field format ..."},
      {"Invalid UTF8 Codepoint 2147483647", "Invalid UTF8 Codepoint ..."},
      {"Cannot cast 'TOPSECRET' to INT", "Cannot cast ... to INT"},
      {"Value cannot be cast to date: TOPSECRET", "Value cannot be cast to date ..."},
      {"cannot take square root of a negative number",
       "cannot take square root of a negative number"},
  });
  for (const Row& row : kRows) {
    const std::string shown = WithoutValues(row.message);
    EXPECT_TRUE(shown.starts_with(row.shown)) << shown;
    EXPECT_EQ(shown.find("SECRET"), std::string::npos) << shown;
  }
}

}  // namespace
}  // namespace carmilla
