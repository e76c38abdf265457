#include "types/declared_type.h"

#include <arrow/type.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;

struct Spelling {
  std::string text;
  std::string rendered;
  std::string arrow;
};

TEST(DeclaredTypeTest, ReadsEveryTypeOfTheVocabulary) {
  const Spelling spellings[] = {
      {"smallint", "smallint", "int16"},
      {"integer", "integer", "int32"},
      {"bigint", "bigint", "int64"},
      {"real", "real", "float"},
      {"double", "double", "double"},
      {"boolean", "boolean", "bool"},
      {"decimal(9,2)", "decimal(9,2)", "decimal32(9, 2)"},
      {"decimal(18,18)", "decimal(18,18)", "decimal64(18, 18)"},
      {"decimal( 38 , 0 )", "decimal(38,0)", "decimal128(38, 0)"},
      {"DECIMAL (1,0)", "decimal(1,0)", "decimal32(1, 0)"},
      {"text", "text", "string"},
      {"binary", "binary", "binary"},
      {"date", "date", "date32[day]"},
      {"time64", "time64", "time64[us]"},
      {"timestamp", "timestamp[us]", "timestamp[us]"},
      {" timestamp[us] ", "timestamp[us]", "timestamp[us]"},
      {"timestamp[ms]", "timestamp[ms]", "timestamp[ms]"},
      {"timestamptz", "timestamp[us, UTC]", "timestamp[us, tz=UTC]"},
      {"timestamp[us,UTC]", "timestamp[us, UTC]", "timestamp[us, tz=UTC]"},
      {"timestamp[ms, utc]", "timestamp[ms, UTC]", "timestamp[ms, tz=UTC]"},
      {"wkt", "wkt", "string"},
      {"trim", "trim", "string"},
  };
  for (const Spelling& spelling : spellings) {
    SCOPED_TRACE(spelling.text);
    ASSERT_OK_AND_ASSIGN(const DeclaredType type, ParseDeclaredType(spelling.text));
    EXPECT_EQ(RenderDeclaredType(type), spelling.rendered);
    EXPECT_EQ(ArrowTypeOf(type)->ToString(), spelling.arrow);
    ASSERT_OK_AND_ASSIGN(const DeclaredType again, ParseDeclaredType(spelling.rendered));
    EXPECT_EQ(again, type);
  }
}

TEST(DeclaredTypeTest, AStructHasTheShapeOfItsColumn) {
  ASSERT_OK_AND_ASSIGN(const DeclaredType type, ParseDeclaredType("struct"));
  EXPECT_EQ(ArrowTypeOf(type), nullptr);
}

TEST(DeclaredTypeTest, RefusesWhatIsNoTypeAndSaysWhatWasMeant) {
  const std::pair<std::string, std::string> mistakes[] = {
      {"bigin", "did you mean \"bigint\"?"},
      {"int", "did you mean \"integer\"?"},
      {"int8", "did you mean \"bigint\"?"},
      {"float", "did you mean \"double\"?"},
      {"Varchar(20)", "did you mean \"text\"?"},
      {"string", "did you mean \"text\"?"},
      {"time", "did you mean \"time64\"?"},
      {"timestamp[ns]", "did you mean \"timestamp["},
      {"timestamp[us, CET]", "did you mean \"timestamp[us, UTC]\"?"},
      {"numeric(12,2)", "did you mean \"decimal(12,2)\"?"},
      {"numeric", "did you mean \"decimal(38,9)\"?"},
      {"zebra", "the types are smallint,"},
      {"", "the types are smallint,"},
      {"decimal", "write it like \"decimal(38,9)\""},
      {"decimal(38)", "write it like \"decimal(38,9)\""},
      {"decimal(38", "write it like \"decimal(38,9)\""},
      {"decimal(,)", "write it like \"decimal(38,9)\""},
      {"decimal(1,2,3)", "write it like \"decimal(38,9)\""},
      {"decimal()", "write it like \"decimal(38,9)\""},
      {"decimal(99999999999,2)", "write it like \"decimal(38,9)\""},
      {"decimal(39,2)", "text holds more digits than that exactly"},
      {"decimal(0,0)", "text holds more digits than that exactly"},
      {"decimal(9,10)", "write it like \"decimal(38,9)\""},
      {"decimal(9,-1)", "write it like \"decimal(38,9)\""},
  };
  for (const auto& [text, hint] : mistakes) {
    SCOPED_TRACE(text);
    const arrow::Status status = ParseDeclaredType(text).status();
    EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
    EXPECT_THAT(HintOf(status), HasSubstr(hint));
    EXPECT_THAT(status.message(), HasSubstr("\"" + text + "\""));
  }
}

TEST(DeclaredTypeTest, KnowsATypeThatWasCutAtItsComma) {
  EXPECT_TRUE(IsCutDeclaredType("decimal(38"));
  EXPECT_TRUE(IsCutDeclaredType("Numeric( 3"));
  EXPECT_FALSE(IsCutDeclaredType("decimal(38,9)"));
  EXPECT_FALSE(IsCutDeclaredType("decimal"));
  EXPECT_FALSE(IsCutDeclaredType("text(3"));
}

}  // namespace
}  // namespace carmilla
