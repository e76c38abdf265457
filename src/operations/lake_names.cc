#include <algorithm>
#include <map>
#include <vector>

#include "lake/lake.h"
#include "operations/table_draft.h"
#include "plan/relation_pattern.h"

namespace carmilla {
namespace {

/// A name of `as:` has to begin with a letter, and may be shorter than a folder's.
constexpr size_t kLongestName = 100;

/// The names as a run chooses them: its own, or with the schema where two tables share
/// it.
void NameAsRunsDo(std::span<DraftTable*> tables) {
  std::map<std::string, int> uses;
  for (const DraftTable* table : tables) {
    if (table->as.empty()) ++uses[Lake::EscapeTableName(table->name.name)];
  }
  for (DraftTable* table : tables) {
    const std::string own = Lake::EscapeTableName(table->name.name);
    if (!table->as.empty()) {
      table->lake_name = table->as;
    } else if (uses[own] == 1) {
      table->lake_name = own;
    } else {
      table->lake_name =
          Lake::EscapeTableName(table->name.schema + "_" + table->name.name);
    }
  }
}

/// Letters, digits and underscores of a name, a letter first.
std::string Simplified(const RelationName& name) {
  std::string simple;
  for (const char character : name.schema + "_" + name.name) {
    const bool is_upper = character >= 'A' && character <= 'Z';
    const bool is_plain =
        (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
    const char letter = is_upper   ? static_cast<char>(character - 'A' + 'a')
                        : is_plain ? character
                                   : '_';
    if (letter != '_' || !simple.ends_with('_')) simple += letter;
  }
  if (simple.front() < 'a') simple = "t" + simple;
  simple.resize(std::min(simple.size(), kLongestName));
  return simple;
}

/// One table whose name is taken or impossible; null when all is well.
DraftTable* FindMisnamed(std::span<DraftTable*> tables) {
  std::set<std::string> names;
  for (const DraftTable* table : tables) {
    if (!table->as.empty()) names.insert(table->as);
  }
  for (DraftTable* table : tables) {
    if (!table->as.empty()) continue;
    const bool is_possible = Lake::CheckTableName(table->lake_name).ok();
    if (!names.insert(table->lake_name).second || !is_possible) return table;
  }
  return nullptr;
}

void GiveName(std::span<DraftTable*> tables, DraftTable* misnamed) {
  std::set<std::string> taken;
  for (const DraftTable* table : tables) {
    taken.insert({table->lake_name, Lake::EscapeTableName(table->name.name),
                  Lake::EscapeTableName(table->name.schema + "_" + table->name.name)});
  }
  const std::string base = Simplified(misnamed->name);
  std::string name = base;
  for (int i = 2; taken.contains(name); ++i) name = base + "_" + std::to_string(i);
  misnamed->as = name;
  misnamed->has_entry = true;
}

void NameLostTables(DraftSchema& schema) {
  std::vector<std::string> patterns;
  patterns.reserve(schema.excluded.size());
  for (const DraftExclusion& excluded : schema.excluded) {
    patterns.push_back(ExcludePatternFor(excluded.name.name));
  }
  for (DraftTable& table : schema.tables) {
    table.has_entry |= std::ranges::any_of(patterns, [&](const std::string& pattern) {
      return MatchesPattern(table.name.name, pattern) ||
             MatchesPattern(table.name.ToString(), pattern);
    });
  }
}

}  // namespace

void ChooseLakeNames(std::span<DraftSchema> schemas) {
  std::vector<DraftTable*> tables;
  for (DraftSchema& schema : schemas) {
    NameLostTables(schema);
    for (DraftTable& table : schema.tables) tables.push_back(&table);
  }
  NameAsRunsDo(tables);
  while (DraftTable* misnamed = FindMisnamed(tables)) {
    GiveName(tables, misnamed);
    NameAsRunsDo(tables);
  }
}

}  // namespace carmilla
