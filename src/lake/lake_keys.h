#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <arrow/status.h>

#include "core/json.h"

namespace carmilla {

// Where things lie in a lake: docs/formats/lake.md.

/// Folder, beside those of the tables, in which `doctor --aws` tries what a bucket does.
inline constexpr std::string_view kCheckFolder = "_carmilla_check";

/// Prefix, relative to the table's folder, of data files in the stable layout.
inline constexpr std::string_view kStableFiles = "_carmilla/files/";

/// True if the data file `file_key` is followed by a stable name.
inline bool IsStableFile(std::string_view file_key) {
  return file_key.starts_with(kStableFiles);
}

/// Key in the store of the pointer of a table.
std::string PointerKey(std::string_view table);

/// Key of a manifest relative to the table's folder.
std::string ManifestFileKey(std::string_view run_id);

/// Key in the store of a manifest.
std::string ManifestKey(std::string_view table, std::string_view run_id);

/// Key in the store of the report of a run; `kRunReports` is their prefix.
inline constexpr std::string_view kRunReports = "_carmilla/runs/";
std::string RunReportKey(std::string_view run_id);

/// Returns the run id in the last component of the key of a manifest or report; "" if
/// there is none.
std::string RunIdOfKey(std::string_view key);

/// Checks the member `format`: kUnsupported if it is newer than `newest`.
arrow::Status CheckFormat(const Json& json, int64_t newest, std::string_view what);

}  // namespace carmilla
