#include "duck/duck_error.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>

#include "core/error.h"
#include "core/hidden_values.h"
#include "core/suggest.h"
#include "duck/duck_bucket.h"

namespace carmilla {
namespace {

constexpr size_t kListedTables = 10;
constexpr char kQueryHint[] =
    "a query is one SELECT in the SQL of DuckDB; SHOW TABLES and DESCRIBE tell the names";
constexpr std::string_view kAsFolder = "/**/*.parquet";

/// A message of DuckDB: "Kind Error: problem", advice on further lines, and the place in
/// the SQL.
struct MessageParts {
  std::string problem;
  std::string advice;
};

MessageParts TakeApart(std::string_view message) {
  MessageParts parts;
  while (!message.empty()) {
    const std::string_view line = message.substr(0, message.find('\n'));
    if (line.starts_with("LINE ")) {
      const std::string_view number = line.substr(0, line.find(':'));
      if (number != "LINE 1")
        parts.problem += " (line " + std::string(number.substr(5)) + ")";
      break;
    }
    std::string& text = parts.problem.empty() ? parts.problem : parts.advice;
    if (!text.empty() && !line.empty()) text += ' ';
    text += line;
    message.remove_prefix(std::min(line.size() + 1, message.size()));
  }
  return parts;
}

/// Returns the lake file that `message` names between quotes, if any.
std::optional<std::string> FileNamedBy(std::string_view message,
                                       const DuckCatalog& catalog) {
  for (const char quote : {'"', '\''}) {
    for (size_t begin = message.find(quote); begin != std::string_view::npos;
         begin = message.find(quote, begin + 1)) {
      const size_t end = message.find(quote, begin + 1);
      if (end == std::string_view::npos) break;
      std::string_view name = message.substr(begin + 1, end - begin - 1);
      // Where it finds no file, the engine tries the path as a folder.
      if (name.ends_with(kAsFolder)) name.remove_suffix(kAsFolder.size());
      const auto found = catalog.files.find(std::string(name));
      if (found != catalog.files.end()) return found->second;
    }
  }
  return std::nullopt;
}

/// Returns the relation that a catalog error misses.
std::optional<std::string> MissingRelation(std::string_view problem) {
  constexpr std::string_view kBefore = "Catalog Error: Table with name ";
  constexpr std::string_view kAfter = " does not exist";
  if (!problem.starts_with(kBefore)) return std::nullopt;
  problem.remove_prefix(kBefore.size());
  const size_t end = problem.rfind(kAfter);
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(problem.substr(0, end));
}

std::string ListOfTables(const DuckCatalog& catalog) {
  if (catalog.table_names.empty()) return "the lake has no table yet";
  std::string list = "the tables are ";
  const size_t num_listed = std::min(kListedTables, catalog.table_names.size());
  for (size_t i = 0; i < num_listed; ++i) {
    list += (i == 0 ? "" : ", ") + catalog.table_names[i];
  }
  if (num_listed < catalog.table_names.size()) list += ", ... (SHOW TABLES lists all)";
  return list;
}

arrow::Status MissingRelationError(std::string problem, const std::string& relation,
                                   const DuckCatalog& catalog) {
  const auto unreadable = catalog.unreadable.find(LowerDuckName(relation));
  if (unreadable != catalog.unreadable.end()) return unreadable->second;
  std::string hint = DidYouMean(relation, catalog.table_names);
  if (hint.empty()) hint = ListOfTables(catalog);
  return MakeError(ErrorKind::kQuery, std::move(problem), std::move(hint));
}

arrow::Status FileError(std::string_view doing, const std::string& text,
                        const std::string& file) {
  std::error_code ignored;
  if (!IsBucketFile(file) && !std::filesystem::exists(file, ignored)) {
    return MakeError(ErrorKind::kCorruptData,
                     std::string(doing) + ": a file of the lake is missing: " + file,
                     "carmilla verify names every missing or damaged file");
  }
  const bool is_named = text.find(file) != std::string::npos;
  return MakeError(ErrorKind::kCorruptData, is_named ? text : text + ": " + file,
                   "the file is not what was written; carmilla verify checks every file");
}

/// Takes the cell values out of a message that DuckDB puts them into, and the line of SQL
/// behind it.
std::string WithoutItsValues(std::string_view message) {
  constexpr std::array<std::string_view, 4> kKinds = {
      "Conversion Error: ", "Invalid Input Error: ", "Out of Range Error: ",
      "Constraint Error: "};
  for (const std::string_view kind : kKinds) {
    if (!message.starts_with(kind)) continue;
    const std::string_view text = message.substr(0, message.rfind("\n\nLINE "));
    return std::string(kind) + WithoutValues(text.substr(kind.size()));
  }
  return std::string(message);
}

/// Damage that DuckDB reports without the name of the file.
bool SpeaksOfDamage(std::string_view problem) {
  // What is no error of DuckDB's own came out of a decoder.
  if (problem.starts_with("Invalid Error")) return true;
  constexpr std::array<std::string_view, 4> kKinds = {
      "Invalid Input Error", "Serialization Error", "IO Error", "Not implemented Error"};
  constexpr std::array<std::string_view, 7> kWords = {"TProtocolException",
                                                      "ecompress",
                                                      "Out of buffer",
                                                      "arquet file",
                                                      "page",
                                                      "orrupt",
                                                      "Snappy"};
  const auto starts = [&](std::string_view kind) { return problem.starts_with(kind); };
  const auto holds = [&](std::string_view word) {
    return problem.find(word) != std::string_view::npos;
  };
  return std::ranges::any_of(kKinds, starts) && std::ranges::any_of(kWords, holds);
}

}  // namespace

std::string LowerDuckName(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

arrow::Status DuckError(std::string_view doing, std::string_view message,
                        const DuckCatalog& catalog) {
  MessageParts parts = TakeApart(WithoutItsValues(message));
  const std::string_view problem = parts.problem;
  const std::string text = std::string(doing) + ": " + parts.problem;
  if (problem.starts_with("INTERRUPT")) {
    return MakeError(ErrorKind::kInterrupted, std::string(doing) + ": interrupted");
  }
  if (problem.find("No space left on device") != std::string_view::npos) {
    return MakeError(ErrorKind::kDiskFull, text, "free space where the engine spills");
  }
  if (problem.starts_with("Out of Memory Error")) {
    return MakeError(
        ErrorKind::kOutOfMemory, text,
        "give the engine more memory, or ask for fewer rows and columns at once");
  }
  if (const arrow::Status status = BucketError(text, problem); !status.ok()) {
    return status;
  }
  if (const auto file = FileNamedBy(message, catalog)) {
    return FileError(doing, text, *file);
  }
  if (const auto relation = MissingRelation(problem)) {
    return MissingRelationError(text, *relation, catalog);
  }
  if (problem.starts_with("Permission Error")) {
    return MakeError(ErrorKind::kQuery, text,
                     "a query reads the lake's tables by name and nothing else; " +
                         ListOfTables(catalog));
  }
  if (SpeaksOfDamage(message)) {
    return MakeError(
        ErrorKind::kCorruptData, text,
        "a file of a table in this query is damaged; carmilla verify names it");
  }
  if (problem.starts_with("IO Error")) {
    return MakeError(ErrorKind::kIo, text, parts.advice);
  }
  if (problem.starts_with("INTERNAL Error") || problem.starts_with("FATAL Error")) {
    return MakeError(ErrorKind::kBug, text, "write the query another way");
  }
  return MakeError(ErrorKind::kQuery, text,
                   parts.advice.empty() ? kQueryHint : parts.advice);
}

}  // namespace carmilla
