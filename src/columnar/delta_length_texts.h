#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include <arrow/array/array_base.h>
#include <arrow/buffer.h>
#include <arrow/buffer_builder.h>
#include <parquet/exception.h>

#include "columnar/delta_encoder.h"
#include "columnar/leaf_values.h"

namespace carmilla {

/// The open page of a column of texts as DELTA_LENGTH_BYTE_ARRAY has it (parquet-format,
/// Encodings.md, 6): first all lengths, then the texts one behind the other. Errors are
/// thrown as ParquetException.
class DeltaLengthTexts {
 public:
  explicit DeltaLengthTexts(arrow::MemoryPool* pool) : lengths_(pool), texts_(pool) {}

  /// Adds the texts of `slice`; returns their bytes.
  int64_t PutTexts(const arrow::Array& slice) {
    const Texts texts(slice);
    const int64_t before = texts_.length();
    VisitRuns(slice, [&](int64_t begin, int64_t end) {
      PARQUET_THROW_NOT_OK(texts_.Append(texts[begin].data(), texts.bytes(begin, end)));
      PutLengths(texts, begin, end);
    });
    return texts_.length() - before;
  }

  int64_t EstimatedDataEncodedSize() const {
    return lengths_.EstimatedDataEncodedSize() + texts_.length();
  }
  static constexpr parquet::Encoding::type encoding() {
    return parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY;
  }

  /// The first part of the page. Both are valid until the next text is put.
  std::shared_ptr<arrow::Buffer> FlushLengths() { return lengths_.FlushValues(); }
  /// The second part, which ends the page. Keeps its memory for the next one, unless a
  /// long text made it large.
  std::shared_ptr<arrow::Buffer> FlushValues() {
    if (texts_.length() > kMostKeptBytes) {
      PARQUET_ASSIGN_OR_THROW(auto large, texts_.Finish());
      return large;
    }
    auto page = std::make_shared<arrow::Buffer>(texts_.data(), texts_.length());
    texts_.Rewind(0);
    return page;
  }

 private:
  static constexpr int64_t kMostKeptBytes = 2 << 20;
  static constexpr int64_t kLengthsAtOnce = 128;

  void PutLengths(const Texts& texts, int64_t begin, int64_t end) {
    int32_t lengths[kLengthsAtOnce];
    while (begin < end) {
      const auto count = static_cast<int>(std::min(end - begin, kLengthsAtOnce));
      for (int i = 0; i < count; ++i) lengths[i] = texts.size(begin + i);
      lengths_.Put(lengths, count);
      begin += count;
    }
  }

  DeltaEncoder<int32_t> lengths_;
  arrow::BufferBuilder texts_;
};

}  // namespace carmilla
