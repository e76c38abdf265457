#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/buffer_builder.h>
#include <parquet/column_page.h>
#include <parquet/column_writer.h>
#include <parquet/statistics.h>

#include "columnar/page_levels.h"
#include "columnar/zstd_compressor.h"

namespace carmilla {

/// Room that the columns of one row group, which are written in turn, use in common.
struct PageScratch {
  explicit PageScratch(arrow::MemoryPool* pool);

  /// Gives up what only a long text needed: it would stay until the row group ends.
  void ForgetLarge();
  /// Gives up `body` alone if it is that large.
  void ForgetLargeBody() {
    if (body.capacity() > kMostKeptBytes) body.Reset();
  }

  arrow::BufferBuilder values;  ///< Of a slice, without its NULLs.
  arrow::BufferBuilder body;    ///< Of a page, before it is compressed.
  arrow::BufferBuilder stored;  ///< Of a page that is not worth compressing.
  std::shared_ptr<arrow::ResizableBuffer> compressed;
  ZstdCompressor zstd;

 private:
  static constexpr int64_t kMostKeptBytes = 4 << 20;

  arrow::MemoryPool* pool_;
};

/// Puts the pages of one column chunk together: levels, values, compression, and the
/// order in which they go to the file. Errors are thrown as ParquetException. One thread
/// at a time.
class PageAssembler {
 public:
  /// What is told of the values of one page.
  struct Contents {
    std::shared_ptr<arrow::Buffer> lengths;  ///< What comes before the values, or null.
    std::shared_ptr<arrow::Buffer> values;
    /// Bytes before `values` that may be written to: what stands before them in the page
    /// is put there, if there is room, and they need not be copied behind it.
    int64_t room_before = 0;
    parquet::Encoding::type encoding;
    parquet::EncodedStatistics statistics;
    parquet::SizeStatistics sizes;
  };

  /// `has_dictionary`: pages wait until WriteDictionary, since the dictionary comes
  /// first in the file and is complete last. `scratch` must outlive the assembler.
  PageAssembler(const parquet::ColumnDescriptor& leaf,
                std::unique_ptr<parquet::PageWriter> pages,
                arrow::Compression::type codec, bool has_dictionary,
                arrow::MemoryPool* pool, PageScratch* scratch);

  /// Of the open page.
  PageLevels& levels() { return levels_; }
  const PageLevels& levels() const { return levels_; }

  /// Completes the open page.
  void AddPage(Contents contents);

  /// Writes the dictionary and all pages that waited for it; later pages do not wait.
  void WriteDictionary(const std::shared_ptr<arrow::Buffer>& plain, uint32_t size);

  /// Completes the chunk. `has_other_encoding`: the dictionary was given up on the way.
  void Close(bool has_dictionary, bool has_other_encoding);

  int64_t rows_written() const { return rows_written_; }
  int64_t bytes_written() const { return bytes_written_; }
  int64_t compressed_bytes_written() const {
    return pages_->total_compressed_bytes_written();
  }
  /// Compressed bytes of the pages that wait.
  int64_t waiting_bytes() const { return waiting_bytes_; }

 private:
  std::shared_ptr<arrow::Buffer> MakeBody(Contents* contents);
  std::shared_ptr<arrow::Buffer> Compress(const std::shared_ptr<arrow::Buffer>& body);
  std::shared_ptr<arrow::Buffer> StoreOrCompress(const arrow::Buffer& body);

  std::unique_ptr<parquet::PageWriter> pages_;
  bool is_zstd_;
  bool is_waiting_;
  arrow::MemoryPool* pool_;
  PageScratch* scratch_;

  PageLevels levels_;
  int pages_to_store_ = 0;  // without an attempt to compress them

  std::vector<std::unique_ptr<parquet::DataPageV1>> waiting_;
  int64_t waiting_bytes_ = 0;
  int64_t rows_written_ = 0;
  int64_t bytes_written_ = 0;
};

}  // namespace carmilla
