#include "postgres/text_column.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "postgres/recorded_stream.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

/// Writes every byte twice.
struct DoubledForm {
  static constexpr bool kExpands = true;
  explicit DoubledForm(const DecoderContext&) {}

  static int64_t Measure(const char*, int32_t size) { return int64_t{2} * size; }
  static int64_t Write(const char* value, int32_t size, char* out) {
    for (int32_t index = 0; index < size; ++index) {
      std::memset(out + int64_t{2} * index, value[index], 2);
    }
    return int64_t{2} * size;
  }
  static arrow::Status Explain(const DecoderContext& context, const char*, int32_t size) {
    return WrongWidth(context, size, 0);
  }
};

/// Rows whose texts have `text_bytes` bytes each.
RecordedColumn RowsOf(int64_t text_bytes, int64_t rows) {
  const std::string value(static_cast<size_t>(text_bytes / 2), 'x');
  return RecordedColumn(
      std::vector<std::optional<std::string>>(static_cast<size_t>(rows), value));
}

/// A batch of it holds kMostBytes of text.
class TextColumnTest : public ::testing::Test {
 protected:
  static constexpr int64_t kMostBytes = 40'000;

  TextDecoder<DoubledForm> Decoder() {
    return {arrow::utf8(), {.column = "c", .expansion = &expansion_}, kMostBytes};
  }

 private:
  ExpansionMeter expansion_;
};

TEST_F(TextColumnTest, RefusesTextBeyondItsOffsetsThoughTheBufferHasRoom) {
  // The buffer doubles, so it passes the limit long before it is full.
  for (const int64_t text_bytes : {2, 100, 1'000, 6'000, 30'000}) {
    SCOPED_TRACE(text_bytes);
    const int64_t rows_that_fit = kMostBytes / text_bytes;
    auto decoder = Decoder();
    RecordedColumn column = RowsOf(text_bytes, rows_that_fit + 5);
    ASSERT_OK(decoder.Reserve(rows_that_fit + 5));
    EXPECT_EQ(decoder.Append(column.fields()), rows_that_fit);
    EXPECT_THAT(decoder.error(), HasKind(ErrorKind::kRowTooLarge));
    EXPECT_THAT(decoder.error(),
                StatusMessageHas("column \"c\": the values of one batch"));
  }
}

TEST_F(TextColumnTest, TakesTextUpToTheLastOffset) {
  auto decoder = Decoder();
  RecordedColumn column = RowsOf(/*text_bytes=*/100, /*rows=*/kMostBytes / 100);
  ASSERT_OK(decoder.Reserve(kMostBytes / 100));
  ASSERT_EQ(decoder.Append(column.fields()), kMostBytes / 100);
  ASSERT_OK_AND_ASSIGN(const auto data, decoder.Finish());
  const arrow::StringArray array(data);
  ASSERT_OK(array.ValidateFull());
  EXPECT_EQ(array.value_offset(array.length()), kMostBytes);
}

}  // namespace
}  // namespace carmilla
