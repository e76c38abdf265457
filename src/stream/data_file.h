#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace carmilla {

/// The sum over the rows of a file of a 128-bit hash of (row ordinal, value or NULL),
/// modulo 2^128: a moved, missing, doubled or changed value changes it.
struct ValueHash {
  uint64_t low = 0;
  uint64_t high = 0;

  bool operator==(const ValueHash&) const = default;
};

/// What was seen of one column while its rows were written.
struct ColumnProof {
  int64_t nulls = 0;
  ValueHash hash;

  bool operator==(const ColumnProof&) const = default;
};

/// One immutable Parquet file: where it is and the proof of its contents.
struct DataFile {
  std::string
      key;  ///< Relative to the table's folder, such as `<run id>/part-00000.parquet`.
  /// Partition columns and their values, outermost first; empty if not partitioned.
  std::vector<std::pair<std::string, std::string>> partition;
  int64_t rows = 0;
  int64_t bytes = 0;                 ///< Stored size.
  uint32_t crc32c = 0;               ///< Of the stored bytes.
  std::vector<ColumnProof> columns;  ///< In schema order.

  bool operator==(const DataFile&) const = default;
};

}  // namespace carmilla
