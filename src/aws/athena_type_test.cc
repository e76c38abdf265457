#include "aws/athena_type.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/scalar.h>

#include <string>

#include "testing/matchers.h"

namespace carmilla {
namespace {

arrow::Result<std::string> ReadBack(const AthenaColumn& column, std::string_view text) {
  std::unique_ptr<arrow::ArrayBuilder> builder;
  ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(),
                                         ArrowTypeOfAthena(column), &builder));
  ARROW_RETURN_NOT_OK(AppendAthenaText(text, column, builder.get()));
  ARROW_ASSIGN_OR_RAISE(const auto array, builder->Finish());
  ARROW_ASSIGN_OR_RAISE(const auto scalar, array->GetScalar(0));
  return scalar->ToString();
}

TEST(AthenaTypeTest, ValuesAreReadAsTheirTypes) {
  struct Case {
    AthenaColumn column;
    const char* text;
    const char* value;
  };
  for (const Case& test : std::initializer_list<Case>{
           {{"c", "boolean"}, "true", "true"},
           {{"c", "tinyint"}, "-128", "-128"},
           {{"c", "integer"}, "2147483647", "2147483647"},
           {{"c", "bigint"}, "-9223372036854775808", "-9223372036854775808"},
           {{"c", "double"}, "-Infinity", "-inf"},
           {{"c", "real"}, "1.5", "1.5"},
           {{"c", "date"}, "2024-05-01", "2024-05-01"},
           {{"c", "timestamp"}, "2024-05-01 12:00:00.125", "2024-05-01 12:00:00.125"},
           {{"c", "decimal", 38, 2},
            "-123456789012345678901234567890123456.78",
            "-123456789012345678901234567890123456.78"},
           {{"c", "decimal", 4, 2}, "1.5", "1.50"},
           {{"c", "varchar"}, "", ""},
           {{"c", "row"}, "{a=1}", "{a=1}"},
           {{"c", "varbinary"}, "", ""},
       }) {
    EXPECT_THAT(ReadBack(test.column, test.text), IsOkAndHolds(test.value))
        << test.column.type;
  }
}

TEST(AthenaTypeTest, BinaryIsWrittenInDigits) {
  const AthenaColumn column{"c", "varbinary"};
  arrow::BinaryBuilder builder;
  ASSERT_OK(AppendAthenaText("de ad 00 0a", column, &builder));
  EXPECT_EQ(builder.GetView(0), std::string_view("\xde\xad\0\n", 4));
}

TEST(AthenaTypeTest, TextOfAnotherTypeIsRefusedWithoutSayingIt) {
  for (const auto& [column, text] :
       std::initializer_list<std::pair<AthenaColumn, const char*>>{
           {{"c", "boolean"}, "secret"},
           {{"c", "integer"}, "2147483648"},
           {{"c", "bigint"}, ""},
           {{"c", "date"}, "01.05.2024"},
           {{"c", "decimal", 4, 2}, "123.45"},
           {{"c", "decimal", 4, 2}, "1.234"},
           {{"c", "varbinary"}, "d"},
           {{"c", "varbinary"}, "zz"},
       }) {
    const auto read = ReadBack(column, text);
    EXPECT_THAT(read, HasKind(ErrorKind::kCorruptData)) << column.type;
    EXPECT_THAT(read.status(), StatusMessageHas("column \"c\""));
    EXPECT_EQ(read.status().message().find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace carmilla
