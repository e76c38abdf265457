#include "columnar/page_assembler.h"

#include <cstring>
#include <utility>

#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>
#include <parquet/exception.h>

#include "columnar/hybrid_encoding.h"
#include "columnar/zstd_frame.h"

namespace carmilla {
namespace {

using parquet::Encoding;

/// Less than this saved does not pay for zstd, neither here nor with the readers.
constexpr int64_t kWorthSavingPercent = 2;
constexpr int kPagesToStore = 7;

}  // namespace

PageScratch::PageScratch(arrow::MemoryPool* pool)
    : values(pool), body(pool), stored(pool) {
  PARQUET_ASSIGN_OR_THROW(compressed, arrow::AllocateResizableBuffer(0, pool));
}

PageAssembler::PageAssembler(std::unique_ptr<parquet::PageWriter> pages,
                             arrow::Compression::type codec, bool has_dictionary,
                             arrow::MemoryPool* pool, PageScratch* scratch)
    : pages_(std::move(pages)),
      is_zstd_(codec == arrow::Compression::ZSTD),
      is_waiting_(has_dictionary),
      pool_(pool),
      scratch_(scratch),
      validity_(pool) {}

void PageAssembler::AddRows(const arrow::Array& slice) {
  const int64_t nulls = slice.null_count();
  if (nulls_ + nulls > 0) {
    validity_.Rewind(0);
    PARQUET_THROW_NOT_OK(
        validity_.Reserve(arrow::bit_util::BytesForBits(rows_ + slice.length())));
    uint8_t* const bits = validity_.mutable_data();
    if (nulls_ == 0) arrow::bit_util::SetBitsTo(bits, 0, rows_, true);
    if (nulls > 0) {
      arrow::internal::CopyBitmap(slice.null_bitmap_data(), slice.offset(),
                                  slice.length(), bits, rows_);
    } else {
      arrow::bit_util::SetBitsTo(bits, rows_, slice.length(), true);
    }
  }
  rows_ += slice.length();
  nulls_ += nulls;
}

void PageAssembler::AddPage(Contents contents) {
  // The levels stand behind their length.
  constexpr int64_t kLengthBytes = sizeof(uint32_t);
  arrow::BufferBuilder& body = scratch_->body;
  body.Rewind(0);
  PARQUET_THROW_NOT_OK(body.Append(kLengthBytes, 0));
  if (nulls_ > 0 && rows_ % 8 != 0) {
    // Of an earlier page, bits may be left behind the last row.
    validity_.mutable_data()[rows_ / 8] &= static_cast<uint8_t>((1U << (rows_ % 8)) - 1);
  }
  PARQUET_THROW_NOT_OK(AppendValidity(validity_.data(), rows_, nulls_, &body));
  const auto level_bytes = static_cast<uint32_t>(body.length() - kLengthBytes);
  std::memcpy(body.mutable_data(), &level_bytes, sizeof level_bytes);
  PARQUET_THROW_NOT_OK(body.Append(contents.values->data(), contents.values->size()));

  auto page = std::make_unique<parquet::DataPageV1>(
      Compress(), static_cast<int32_t>(rows_), contents.encoding, Encoding::RLE,
      Encoding::RLE, body.length(), std::move(contents.statistics), rows_written_,
      std::move(contents.sizes));
  rows_written_ += std::exchange(rows_, 0);
  nulls_ = 0;
  if (!is_waiting_) {
    bytes_written_ += pages_->WriteDataPage(*page);
    return;
  }
  waiting_bytes_ += page->size();
  waiting_.push_back(std::move(page));
}

/// Returns the body as it is stored; a page that waits has a copy of its own.
std::shared_ptr<arrow::Buffer> PageAssembler::Compress() {
  const auto body =
      std::make_shared<arrow::Buffer>(scratch_->body.data(), scratch_->body.length());
  auto stored = pages_->has_compressor() ? StoreOrCompress(*body) : body;
  if (!is_waiting_) return stored;
  PARQUET_ASSIGN_OR_THROW(auto copy, stored->CopySlice(0, stored->size(), pool_));
  return copy;
}

/// What zstd could hardly make smaller it is not given again for some pages.
std::shared_ptr<arrow::Buffer> PageAssembler::StoreOrCompress(const arrow::Buffer& body) {
  if (pages_to_store_ > 0) {
    --pages_to_store_;
    scratch_->stored.Rewind(0);
    PARQUET_THROW_NOT_OK(AppendStoredFrame(body.data(), body.size(), &scratch_->stored));
    return std::make_shared<arrow::Buffer>(scratch_->stored.data(),
                                           scratch_->stored.length());
  }
  pages_->Compress(body, scratch_->compressed.get());
  if (is_zstd_ &&
      100 * scratch_->compressed->size() > (100 - kWorthSavingPercent) * body.size()) {
    pages_to_store_ = kPagesToStore;
  }
  return scratch_->compressed;
}

void PageAssembler::WriteDictionary(const std::shared_ptr<arrow::Buffer>& plain,
                                    uint32_t size) {
  bytes_written_ += pages_->WriteDictionaryPage(
      parquet::DictionaryPage(plain, static_cast<int32_t>(size), Encoding::PLAIN));
  is_waiting_ = false;
  for (const auto& page : waiting_) bytes_written_ += pages_->WriteDataPage(*page);
  waiting_.clear();
  waiting_bytes_ = 0;
}

void PageAssembler::Close(bool has_dictionary, bool has_other_encoding) {
  pages_->Close(has_dictionary, has_other_encoding);
}

}  // namespace carmilla
