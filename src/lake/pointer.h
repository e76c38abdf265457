#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <arrow/result.h>

namespace carmilla {

/// The contents of `_carmilla/current.json`: which manifest is the table's version. The
/// only thing of a table that ever changes. docs/formats/lake.md describes the JSON.
struct Pointer {
  static constexpr int64_t kFormatVersion = 1;

  std::string table;
  std::string run_id;
  std::string manifest;  ///< Key relative to the table's folder.
  uint32_t manifest_crc32c = 0;

  bool operator==(const Pointer&) const = default;
};

/// The cure of a pointer that cannot be followed.
inline constexpr char kDamagedPointerHint[] =
    "restore the file from a backup, or remove the table's _carmilla/current.json and "
    "run the "
    "table again";

std::string SerializePointer(const Pointer& pointer);

/// kCorruptData for damage or for a pointer of another table than `table`, kUnsupported
/// for a newer format version.
arrow::Result<Pointer> ParsePointer(std::string_view json, std::string_view table);

}  // namespace carmilla
