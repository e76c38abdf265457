#pragma once

#include <cstdint>

namespace carmilla {

/// How the pages of Parquet files are compressed.
enum class Compression : uint8_t { kZstd, kGzip, kSnappy, kNone };

/// Where the files of a table lie. Both publish by the same protocol; `kStable` keeps, besides,
/// `<name>/<name>.parquet` (or `<name>/dt=.../<name>.parquet`) equal to what the pointer says, for
/// readers that know no pointer.
enum class Layout : uint8_t { kVersioned, kStable };

/// What is proven before a version is published: size, checksum, footer, rows and nulls; or every
/// value as well.
enum class Proof : uint8_t { kStructural, kFull };

/// The window of one partition.
enum class PartitionUnit : uint8_t { kDay, kWeek, kMonth };

}  // namespace carmilla
