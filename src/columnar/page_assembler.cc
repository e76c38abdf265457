#include "columnar/page_assembler.h"

#include <cstring>
#include <utility>

#include <parquet/exception.h>

#include "columnar/zstd_frame.h"

namespace carmilla {
namespace {

using parquet::Encoding;

/// Less than this saved does not pay for zstd, neither here nor with the readers.
constexpr int64_t kWorthSavingPercent = 2;
constexpr int kPagesToStore = 7;

}  // namespace

PageScratch::PageScratch(arrow::MemoryPool* pool)
    : values(pool), body(pool), stored(pool), pool_(pool) {
  PARQUET_ASSIGN_OR_THROW(compressed, arrow::AllocateResizableBuffer(0, pool));
}

void PageScratch::ForgetLarge() {
  for (arrow::BufferBuilder* builder : {&values, &body, &stored}) {
    if (builder->capacity() > kMostKeptBytes) builder->Reset();
  }
  if (compressed->capacity() > kMostKeptBytes) {
    PARQUET_ASSIGN_OR_THROW(compressed, arrow::AllocateResizableBuffer(0, pool_));
  }
}

PageAssembler::PageAssembler(const parquet::ColumnDescriptor& leaf,
                             std::unique_ptr<parquet::PageWriter> pages,
                             arrow::Compression::type codec, bool has_dictionary,
                             arrow::MemoryPool* pool, PageScratch* scratch)
    : pages_(std::move(pages)),
      is_zstd_(codec == arrow::Compression::ZSTD),
      is_waiting_(has_dictionary),
      pool_(pool),
      scratch_(scratch),
      levels_(leaf, pool) {}

/// Levels, lengths and values, one behind the other.
std::shared_ptr<arrow::Buffer> PageAssembler::MakeBody(Contents* contents) {
  arrow::BufferBuilder& body = scratch_->body;
  body.Rewind(0);
  levels_.AppendTo(&body);
  if (contents->lengths != nullptr) {
    PARQUET_THROW_NOT_OK(
        body.Append(contents->lengths->data(), contents->lengths->size()));
  }
  arrow::Buffer& values = *contents->values;
  if (contents->room_before > 0 && body.length() <= contents->room_before) {
    uint8_t* const begin = values.mutable_data() - body.length();
    std::memcpy(begin, body.data(), static_cast<size_t>(body.length()));
    return std::make_shared<arrow::Buffer>(begin, body.length() + values.size());
  }
  PARQUET_THROW_NOT_OK(body.Append(values.data(), values.size()));
  contents->values.reset();  // Of a long text there is one copy less from here on.
  return std::make_shared<arrow::Buffer>(body.data(), body.length());
}

void PageAssembler::AddPage(Contents contents) {
  auto body = MakeBody(&contents);
  const int64_t body_bytes = body->size();
  auto stored = Compress(body);
  if (std::exchange(body, nullptr) != stored) contents.values.reset();
  auto page = std::make_unique<parquet::DataPageV1>(
      std::move(stored), static_cast<int32_t>(levels_.count()), contents.encoding,
      Encoding::RLE, Encoding::RLE, body_bytes, std::move(contents.statistics),
      rows_written_, std::move(contents.sizes));
  rows_written_ += levels_.rows();
  levels_.Clear();
  if (!is_waiting_) {
    bytes_written_ += pages_->WriteDataPage(*page);
  } else {
    waiting_bytes_ += page->size();
    waiting_.push_back(std::move(page));
  }
  page.reset();
  scratch_->ForgetLarge();
}

/// Returns the body as it is stored; a page that waits has a copy of its own.
std::shared_ptr<arrow::Buffer> PageAssembler::Compress(
    const std::shared_ptr<arrow::Buffer>& body) {
  auto stored = pages_->has_compressor() ? StoreOrCompress(*body) : body;
  if (stored != body) scratch_->ForgetLargeBody();
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
  arrow::ResizableBuffer* const compressed = scratch_->compressed.get();
  if (!is_zstd_) {
    pages_->Compress(body, compressed);
    return scratch_->compressed;
  }
  PARQUET_THROW_NOT_OK(scratch_->zstd.Compress(body, levels_.count(), compressed));
  if (100 * compressed->size() > (100 - kWorthSavingPercent) * body.size()) {
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
