#pragma once

#include <cstdint>
#include <string_view>

namespace carmilla {

/// How the pages of Parquet files are compressed.
enum class Compression : uint8_t { kZstd, kGzip, kSnappy, kNone };

/// As configuration and manifests spell it.
constexpr std::string_view NameOf(Compression compression) {
  constexpr std::string_view kNames[] = {"zstd", "gzip", "snappy", "none"};
  return kNames[static_cast<int>(compression)];
}

/// Where the files of a table lie. Both publish by the same protocol; `kStable` keeps,
/// besides,
/// `<name>/<name>.parquet` (or `<name>/dt=.../<name>.parquet`) equal to what the pointer
/// says, for readers that know no pointer.
enum class Layout : uint8_t { kVersioned, kStable };

/// What is proven before a version is published: size, checksum, footer, rows and nulls;
/// or every value as well.
enum class Proof : uint8_t { kStructural, kFull };

/// The window of one partition.
enum class PartitionUnit : uint8_t { kDay, kWeek, kMonth };

}  // namespace carmilla
