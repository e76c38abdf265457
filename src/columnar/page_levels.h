#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <arrow/array/array_base.h>
#include <arrow/buffer_builder.h>
#include <parquet/schema.h>
#include <parquet/size_statistics.h>

namespace carmilla {

/// The levels of the open page of one column chunk, which tell where its rows and lists
/// begin and at which depth something is NULL or empty (parquet-format, README, Nested
/// Encoding). Errors are thrown as ParquetException. One thread at a time.
class PageLevels {
 public:
  PageLevels(const parquet::ColumnDescriptor& leaf, arrow::MemoryPool* pool);

  /// Whether the column is the leaf itself: a level says only whether a row is NULL.
  bool is_flat() const { return is_flat_; }

  /// Adds a row for each value of `slice`; for a column that is flat.
  void AddRows(const arrow::Array& slice);

  /// How many of some levels stand for something.
  struct Places {
    int64_t slots = 0;   ///< In the array of the leaf: values and NULLs.
    int64_t values = 0;  ///< That are not NULL.
  };
  /// Adds the levels of whole rows; for a column that is not flat. `repetition` is empty
  /// where there is no list.
  Places AddLevels(std::span<const int16_t> definition,
                   std::span<const int16_t> repetition);

  int64_t rows() const { return rows_; }
  /// Levels: values, NULLs and empty lists.
  int64_t count() const { return count_; }

  /// Appends the levels as a data page of version 1 begins with them.
  void AppendTo(arrow::BufferBuilder* body);
  void FillHistograms(parquet::SizeStatistics* sizes) const;
  void Clear();

 private:
  void AppendValidity(arrow::BufferBuilder* body);

  bool is_flat_;
  int16_t slot_level_;  // from which on a level has a slot in the leaf's array
  int64_t rows_ = 0;
  int64_t count_ = 0;
  // By level.
  std::vector<int64_t> definition_histogram_;
  std::vector<int64_t> repetition_histogram_;
  // A byte for each level; of a flat column, a bit for each row once one is NULL.
  arrow::BufferBuilder definition_;
  arrow::BufferBuilder repetition_;
};

}  // namespace carmilla
