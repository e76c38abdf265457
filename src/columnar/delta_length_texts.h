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
  /// `page_bytes`: about what a page will have.
  DeltaLengthTexts(int64_t page_bytes, arrow::MemoryPool* pool)
      : room_(page_bytes / kShareOfRoom),
        most_kept_bytes_(kPagesKept * page_bytes),
        lengths_(pool),
        texts_(pool) {}

  /// Adds the texts of `slice`; returns their bytes.
  int64_t PutTexts(const arrow::Array& slice) {
    const Texts texts(slice);
    if (texts_.length() == 0) PARQUET_THROW_NOT_OK(texts_.Append(room_, 0));
    const int64_t before = texts_.length();
    VisitRuns(slice, [&](int64_t begin, int64_t end) {
      PARQUET_THROW_NOT_OK(texts_.Append(texts[begin].data(), texts.bytes(begin, end)));
      PutLengths(texts, begin, end);
    });
    return texts_.length() - before;
  }

  int64_t EstimatedDataEncodedSize() const {
    return lengths_.EstimatedDataEncodedSize() + texts_.length() - room_before();
  }
  static constexpr parquet::Encoding::type encoding() {
    return parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY;
  }

  /// The first part of the page. Both are valid until the next text is put.
  std::shared_ptr<arrow::Buffer> FlushLengths() { return lengths_.FlushValues(); }
  /// The second part, which ends the page. Keeps its memory for the next one, unless a
  /// long text made it large.
  std::shared_ptr<arrow::Buffer> FlushValues() {
    const int64_t begin = room_before();
    if (texts_.capacity() > most_kept_bytes_) {
      PARQUET_ASSIGN_OR_THROW(auto large, texts_.Finish());
      return arrow::SliceMutableBuffer(large, begin);
    }
    auto page = std::make_shared<arrow::MutableBuffer>(texts_.mutable_data() + begin,
                                                       texts_.length() - begin);
    texts_.Rewind(0);
    return page;
  }
  /// Bytes before the second part that are free, for the first one and for levels.
  int64_t room_before() const { return texts_.length() == 0 ? 0 : room_; }

 private:
  /// A text of 16 bytes or more has a length of one byte, if they are alike.
  static constexpr int64_t kShareOfRoom = 16;
  /// A page may be a little longer than it should, and its memory twice as large.
  static constexpr int64_t kPagesKept = 3;
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

  const int64_t room_;
  const int64_t most_kept_bytes_;
  DeltaEncoder<int32_t> lengths_;
  arrow::BufferBuilder texts_;
};

}  // namespace carmilla
