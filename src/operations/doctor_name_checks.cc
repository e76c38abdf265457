#include <algorithm>
#include <map>

#include "core/letter_case.h"
#include "operations/doctor_checks.h"
#include "operations/lake_sql.h"

namespace carmilla {
namespace {

/// What needs no quotes anywhere: lower-case letters, digits, underscores.
bool IsPlainName(const std::string& name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_plain = [&](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_';
  };
  return !is_digit(name.front()) && std::ranges::all_of(name, is_plain);
}

}  // namespace

Findings FindChangedNames(const DoctorFacts& facts) {
  Finding finding{.what = "names that cannot be names in a lake and are changed"};
  for (const TableFacts& table : facts.tables) {
    const std::string& name = table.table.name.name;
    if (!table.selected.settings.as.empty() || IsPlainName(name)) continue;
    finding.where.push_back(table.table.name.ToString() + " -> " + table.selected.table);
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindReservedNames(const DoctorFacts& facts) {
  Finding finding{.what = "names that are words of SQL: queries must quote them"};
  for (const TableFacts& table : facts.tables) {
    if (IsReservedWord(table.selected.table))
      finding.where.push_back(table.selected.table);
    for (const ColumnDescription& column : table.table.columns) {
      if (!IsRead(table, column) || !IsReservedWord(column.name)) continue;
      finding.where.push_back(table.selected.table + "." + column.name);
    }
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindColumnsThatDifferByCase(const DoctorFacts& facts) {
  Finding finding{.what =
                      "columns whose names differ only by case: Athena and DuckDB "
                      "take them for one"};
  for (const TableFacts& table : facts.tables) {
    std::map<std::string, std::string> seen;
    for (const ColumnDescription& column : table.table.columns) {
      if (!IsRead(table, column)) continue;
      const auto [first, is_new] = seen.emplace(LowerCase(column.name), column.name);
      if (is_new) continue;
      finding.where.push_back(table.table.name.ToString() + "." + first->second + ", " +
                              column.name);
    }
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindOddColumnNames(const DoctorFacts& facts) {
  return AboutColumns(
      facts, "column names that queries must quote, and that Athena shows in lower case",
      [](const TableFacts&, const ColumnDescription& column) {
        return !IsPlainName(column.name);
      });
}

Findings FindPartitionKeyCollisions(const DoctorFacts& facts) {
  Findings findings = AboutTables(
      facts, "tables with a column that has the name of the partition key",
      [](const TableFacts& table) {
        const auto& by = table.selected.settings.partition_by;
        return by && std::ranges::any_of(
                         table.table.columns, [&](const ColumnDescription& column) {
                           return IsRead(table, column) &&
                                  LowerCase(column.name) == LowerCase(by->as);
                         });
      });
  return findings;
}

}  // namespace carmilla
