#include "operations/published_tables.h"

#include <algorithm>

#include "core/error.h"
#include "core/suggest.h"

namespace carmilla {

arrow::Result<std::vector<std::string>> ChooseTables(
    const Lake& lake, const std::string& path, const std::vector<std::string>& named,
    std::string_view doing) {
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> existing, lake.ListTables());
  if (named.empty()) {
    if (!existing.empty()) return existing;
    return MakeError(ErrorKind::kNotFound,
                     std::string(doing) + ": no table has been published: " + path,
                     "`carmilla run` fills it; --lake or --config names another one");
  }
  for (const std::string& table : named) {
    if (std::ranges::find(existing, table) == existing.end()) {
      const std::string nearest = DidYouMean(table, existing);
      return MakeError(ErrorKind::kUnknownRelation,
                       std::string(doing) + ": the lake has no such table: " + table,
                       nearest.empty() ? "`carmilla status` lists the tables" : nearest);
    }
  }
  return named;
}

}  // namespace carmilla
