#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace carmilla {

/// How the pages of Parquet files are compressed.
enum class Compression : uint8_t { kZstd, kGzip, kSnappy, kNone };

/// As configuration, flags and manifests spell them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 4> kCompressionNames = {"zstd", "gzip",
                                                                      "snappy", "none"};
constexpr std::string_view NameOf(Compression compression) {
  return kCompressionNames[static_cast<size_t>(compression)];
}

/// Where the files of a table lie. Both publish by the same protocol; `kStable` keeps,
/// besides,
/// `<name>/<name>.parquet` (or `<name>/dt=.../<name>.parquet`) equal to what the pointer
/// says, for readers that know no pointer.
enum class Layout : uint8_t { kVersioned, kStable };

constexpr std::string_view NameOf(Layout layout) {
  return layout == Layout::kStable ? "stable" : "versioned";
}

/// What is proven before a version is published: size, checksum, footer, rows and nulls;
/// or every value as well.
enum class Proof : uint8_t { kStructural, kFull };

constexpr std::string_view NameOf(Proof proof) {
  return proof == Proof::kFull ? "full" : "structural";
}

/// The window of one partition.
enum class PartitionUnit : uint8_t { kDay, kWeek, kMonth };

constexpr std::string_view NameOf(PartitionUnit unit) {
  constexpr std::string_view kNames[] = {"day", "week", "month"};
  return kNames[static_cast<int>(unit)];
}

/// Who encrypts what a bucket stores. Not SSE-C: Athena, Glue and whoever else reads the
/// lake could not be given the key.
enum class S3Encryption : uint8_t {
  kS3,             ///< SSE-S3: AES256 with keys of S3.
  kKms,            ///< SSE-KMS.
  kBucketDefault,  ///< As the bucket says; nothing is sent.
};

/// As configuration spells them, in the order of the enumeration; the last one is never
/// written.
inline constexpr std::array<std::string_view, 2> kS3EncryptionNames = {"sse-s3",
                                                                       "sse-kms"};

/// Where the bucket stands in a URL.
enum class S3Addressing : uint8_t {
  kAutomatic,    ///< Virtual host for AWS, unless the bucket's name has a dot; else path.
  kPath,         ///< https://host/bucket/key
  kVirtualHost,  ///< https://bucket.host/key
};

/// As configuration spells them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 3> kS3AddressingNames = {"auto", "path",
                                                                       "virtual"};

}  // namespace carmilla
