#include "lake/lake_keys.h"

#include <array>
#include <cstdio>

#include "core/error.h"
#include "core/run_id.h"
#include "lake/lake.h"

namespace carmilla {
namespace {

// The characters that Hive escapes in the folder names of partitions.
bool IsEscapedByHive(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte < 0x20 || byte == 0x7f ||
         std::string_view("\"#%'*/:=?\\{[]^").find(character) != std::string_view::npos;
}

std::string EscapeForHive(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    if (!IsEscapedByHive(character)) {
      escaped += character;
      continue;
    }
    std::array<char, 4> code{};
    std::snprintf(code.data(), code.size(), "%%%02X",
                  static_cast<unsigned char>(character));
    escaped += code.data();
  }
  return escaped;
}

// `dt=2024-05-01/`, or nothing.
std::string PartitionPath(const PartitionValues& partition) {
  std::string path;
  for (const auto& [name, value] : partition) {
    path += EscapeForHive(name) + "=" + EscapeForHive(value) + "/";
  }
  return path;
}

}  // namespace

std::string Lake::FileKey(Layout layout, std::string_view run_id, int index,
                          const PartitionValues& partition) {
  std::array<char, 32> file{};
  std::snprintf(file.data(), file.size(), "part-%05d.parquet", index);
  const std::string run(run_id);
  const std::string path = PartitionPath(partition);
  if (layout == Layout::kStable) {
    return std::string(kStableFiles) + run + "/" + path + file.data();
  }
  return path + run + "/" + file.data();
}

std::string Lake::KeyOf(std::string_view table, std::string_view file_key) {
  return std::string(table) + "/" + std::string(file_key);
}

std::string Lake::StableKey(std::string_view table, const PartitionValues& partition) {
  return KeyOf(table, PartitionPath(partition) + std::string(table) + ".parquet");
}

std::string PointerKey(std::string_view table) {
  return Lake::KeyOf(table, "_carmilla/current.json");
}

std::string ManifestFileKey(std::string_view run_id) {
  return "_carmilla/manifests/" + std::string(run_id) + ".json";
}

std::string ManifestKey(std::string_view table, std::string_view run_id) {
  return Lake::KeyOf(table, ManifestFileKey(run_id));
}

std::string RunReportKey(std::string_view run_id) {
  return std::string(kRunReports) + std::string(run_id) + ".json";
}

std::string RunIdOfKey(std::string_view key) {
  constexpr std::string_view kEnding = ".json";
  std::string_view name = key.substr(key.rfind('/') + 1);
  if (!name.ends_with(kEnding)) return "";
  name.remove_suffix(kEnding.size());
  return IsRunId(name) ? std::string(name) : "";
}

arrow::Status CheckFormat(const Json& json, int64_t newest, std::string_view what) {
  ARROW_ASSIGN_OR_RAISE(const int64_t format,
                        JsonObjectReader(json, what).Integer("format"));
  if (format > newest) {
    return MakeError(
        ErrorKind::kUnsupported,
        "reading " + std::string(what) +
            ": a newer version of Carmilla wrote it, in format " + std::to_string(format),
        "upgrade Carmilla; this one knows formats up to " + std::to_string(newest));
  }
  if (format < 1) {
    return MakeError(
        ErrorKind::kCorruptData,
        "reading " + std::string(what) + ": no such format: " + std::to_string(format));
  }
  return arrow::Status::OK();
}

}  // namespace carmilla
