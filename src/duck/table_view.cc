#include "duck/table_view.h"

#include <arrow/type.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <unordered_map>

#include "core/error.h"
#include "duck/duck_bucket.h"
#include "duck/duck_error.h"
#include "duck/duck_type.h"
#include "duck/sql_text.h"

namespace carmilla {
namespace {

constexpr std::string_view kNullPartition = "__HIVE_DEFAULT_PARTITION__";

bool IsGlob(char c) { return c == '*' || c == '?' || c == '['; }

/// Renames as the engine does when it reads a file with such names.
std::vector<std::string> DistinctNames(const arrow::Schema& schema) {
  std::unordered_map<std::string, int> next_suffix;
  std::vector<std::string> names;
  for (const auto& field : schema.fields()) {
    std::string name = field->name();
    if (const auto taken = next_suffix.find(LowerDuckName(name));
        taken != next_suffix.end()) {
      int& suffix = taken->second;
      while (next_suffix.contains(
          LowerDuckName(field->name() + "_" + std::to_string(suffix)))) {
        ++suffix;
      }
      name += "_" + std::to_string(suffix);
    }
    next_suffix[LowerDuckName(name)] = 1;
    names.push_back(std::move(name));
  }
  return names;
}

/// Undoes Hive's percent-encoding.
std::string DecodePercent(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
      decoded += static_cast<char>(code);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

/// A folder `key=value` of a path, both still percent-encoded.
struct PartitionFolder {
  std::string_view key;
  std::string_view value;
};

/// Returns the innermost folder for the partition column `name`.
arrow::Result<PartitionFolder> FindPartition(std::string_view path,
                                             const std::string& name) {
  size_t end = path.rfind('/');
  while (end != std::string_view::npos && end > 0) {
    const size_t begin = path.rfind('/', end - 1) + 1;
    const std::string_view folder = path.substr(begin, end - begin);
    const size_t equals = folder.find('=');
    if (equals != std::string_view::npos &&
        DecodePercent(folder.substr(0, equals)) == name) {
      return PartitionFolder{.key = folder.substr(0, equals),
                             .value = folder.substr(equals + 1)};
    }
    end = begin == 0 ? std::string_view::npos : begin - 1;
  }
  return MakeError(ErrorKind::kCorruptData, "looking for the value of partition column " +
                                                name + ": no such folder in the path " +
                                                std::string(path));
}

bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) return false;
  }
  const auto number = [&](size_t at, size_t length) {
    return std::stoi(std::string(text.substr(at, length)));
  };
  return std::chrono::year_month_day(
             std::chrono::year(number(0, 4)),
             std::chrono::month(static_cast<unsigned>(number(5, 2))),
             std::chrono::day(static_cast<unsigned>(number(8, 2))))
      .ok();
}

arrow::Result<bool> HoldsDates(const std::vector<std::string>& paths,
                               const std::string& column) {
  bool are_dates = false;
  bool are_others = false;
  for (const std::string& path : paths) {
    ARROW_ASSIGN_OR_RAISE(const PartitionFolder folder, FindPartition(path, column));
    if (folder.value == kNullPartition) continue;
    (IsDate(folder.value) ? are_dates : are_others) = true;
  }
  return are_dates && !are_others;
}

std::string QuoteRegularExpression(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) == 0 && c != '_') quoted += '\\';
    quoted += c;
  }
  return quoted;
}

/// Reads a partition column out of the name of the file. The engine's own reading of such
/// folders would also take those above the table, and the outermost one of two with the
/// same name.
arrow::Result<std::string> PartitionExpression(const std::vector<std::string>& paths,
                                               const std::string& column,
                                               const std::string& file_column) {
  ARROW_ASSIGN_OR_RAISE(const bool holds_dates, HoldsDates(paths, column));
  ARROW_ASSIGN_OR_RAISE(const PartitionFolder first,
                        FindPartition(paths.front(), column));
  const std::string folder = "(?s).*/" + QuoteRegularExpression(first.key) + "=([^/]*)/";
  return "CAST(url_decode(nullif(regexp_extract(" + QuoteDuckIdentifier(file_column) +
         ", " + QuoteDuckText(folder) + ", 1), " + QuoteDuckText(kNullPartition) +
         ")) AS " + (holds_dates ? "DATE" : "VARCHAR") + ")";
}

arrow::Result<std::string> SelectNothing(const QueryTable& table) {
  const std::vector<std::string> names = DistinctNames(*table.schema);
  std::string columns;
  const auto add = [&](const std::string& name, const std::string& type) {
    columns += (columns.empty() ? "" : ", ") + ("CAST(NULL AS " + type + ") AS ") +
               QuoteDuckIdentifier(name);
  };
  for (size_t i = 0; i < names.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(
        const std::string type,
        DuckTypeNameOf(*table.schema->field(static_cast<int>(i))->type()));
    add(names[i], type);
  }
  for (const std::string& name : table.partition_columns) add(name, "VARCHAR");
  return "SELECT " + columns + " WHERE false";
}

arrow::Result<std::string> SelectFromFiles(const QueryTable& table) {
  std::vector<std::string> paths;
  std::string list;
  for (const std::string& file : table.files) {
    ARROW_ASSIGN_OR_RAISE(std::string path, DuckPathOf(file));
    list += (list.empty() ? "" : ", ") + QuoteDuckText(LiteralDuckPattern(path));
    paths.push_back(std::move(path));
  }
  const std::vector<std::string> names = DistinctNames(*table.schema);
  // Only under this name does a filter on the file skip files.
  std::string file_column = "filename";
  const auto is_taken = [&](const std::string& name) {
    return LowerDuckName(name) == file_column;
  };
  while (std::ranges::any_of(names, is_taken)) file_column += "_";
  std::string columns;
  for (const std::string& name : names) {
    columns += (columns.empty() ? "" : ", ") + QuoteDuckIdentifier(name);
  }
  for (const std::string& name : table.partition_columns) {
    ARROW_ASSIGN_OR_RAISE(const std::string expression,
                          PartitionExpression(paths, name, file_column));
    columns +=
        (columns.empty() ? "" : ", ") + expression + " AS " + QuoteDuckIdentifier(name);
  }
  std::string options = ", hive_partitioning=false";
  if (!table.partition_columns.empty()) {
    options +=
        ", filename=" + (file_column == "filename" ? "true" : QuoteDuckText(file_column));
  }
  return "SELECT " + columns + " FROM read_parquet([" + list + "]" + options + ")";
}

}  // namespace

arrow::Result<std::string> DuckPathOf(const std::string& file) {
  if (IsBucketFile(file)) return file;
  if (file.find("://") != std::string::npos && file.front() != '/') {
    return MakeError(ErrorKind::kUnsupported,
                     "opening a file of the lake: the embedded engine reads only local "
                     "files and s3://, not " +
                         file);
  }
  std::error_code error;
  std::string path = std::filesystem::absolute(file, error).string();
  if (error) {
    return MakeError(ErrorKind::kIo,
                     "opening a file of the lake: " + error.message() + ": " + file);
  }
  if (std::ranges::any_of(path, IsGlob) && path.find('\\') != std::string::npos) {
    return MakeError(ErrorKind::kUnsupported,
                     "opening a file of the lake: the embedded engine cannot read a path "
                     "with a backslash and one of * ? [: " +
                         path,
                     "rename the folder");
  }
  return path;
}

std::string LiteralDuckPattern(std::string_view path) {
  // In a bucket a name is never a pattern; see BucketStatements.
  if (IsBucketFile(path)) return std::string(path);
  std::string pattern;
  for (const char c : path) {
    if (IsGlob(c)) {
      pattern += std::string("[") + c + "]";
    } else {
      pattern += c;
    }
  }
  return pattern;
}

arrow::Result<std::string> CreateViewStatement(const QueryTable& table) {
  if (table.schema->num_fields() == 0 && table.partition_columns.empty()) {
    return MakeError(ErrorKind::kUnsupported,
                     "opening table " + table.name + ": it has no columns");
  }
  ARROW_ASSIGN_OR_RAISE(const std::string select, table.files.empty()
                                                      ? SelectNothing(table)
                                                      : SelectFromFiles(table));
  return "CREATE VIEW " + QuoteDuckIdentifier(table.name) + " AS " + select;
}

}  // namespace carmilla
