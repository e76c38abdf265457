#include "operations/doctor_findings.h"

#include <algorithm>

#include "core/error.h"
#include "engine/column_policies.h"
#include "engine/run_estimate.h"

namespace carmilla {
namespace {

Findings OneAbout(const std::string& what, std::vector<std::string> where) {
  if (where.empty()) return {};
  return {{.what = what, .where = std::move(where)}};
}

}  // namespace

Findings AboutTables(const DoctorFacts& facts, const std::string& what,
                     const std::function<bool(const TableFacts&)>& holds) {
  std::vector<std::string> where;
  for (const TableFacts& table : facts.tables) {
    if (holds(table)) where.push_back(table.table.name.ToString());
  }
  return OneAbout(what, std::move(where));
}

Findings AboutRelations(const DoctorFacts& facts, const std::string& what,
                        const std::function<bool(const RelationTraits&)>& holds) {
  std::vector<std::string> where;
  for (const auto& [oid, traits] : facts.traits) {
    if (holds(traits)) where.push_back(traits.name.ToString());
  }
  std::ranges::sort(where);
  return OneAbout(what, std::move(where));
}

Findings AboutColumns(
    const DoctorFacts& facts, const std::string& what,
    const std::function<bool(const TableFacts&, const ColumnDescription&)>& holds) {
  std::vector<std::string> where;
  for (const TableFacts& table : facts.tables) {
    for (const ColumnDescription& column : table.table.columns) {
      if (!IsRead(table, column) || !holds(table, column)) continue;
      where.push_back(table.table.name.ToString() + "." + column.name);
    }
  }
  return OneAbout(what, std::move(where));
}

const TableFacts* FindTable(const DoctorFacts& facts, const std::string& name) {
  for (const TableFacts& table : facts.tables) {
    if (table.selected.table == name) return &table;
  }
  return nullptr;
}

bool IsRead(const TableFacts& table, const ColumnDescription& column) {
  const auto masked = table.selected.settings.mask.find(column.name);
  const bool is_spared = masked != table.selected.settings.mask.end() &&
                         (masked->second.mask.kind == MaskKind::kDrop ||
                          masked->second.mask.kind == MaskKind::kNull);
  if (is_spared) return false;
  const std::vector<std::string>& chosen = table.selected.settings.columns;
  return chosen.empty() || std::ranges::find(chosen, column.name) != chosen.end();
}

std::set<std::string> FunctionSchemas(const TableFacts& table) {
  std::set<std::string> schemas;
  for (const ColumnDescription& column : table.table.columns) {
    if (!IsRead(table, column)) continue;
    const auto form = FormOf(table.selected.settings, column);
    if (!form.ok() || form->mapping.functions_schema.empty()) continue;
    schemas.insert(form->mapping.functions_schema);
  }
  return schemas;
}

std::chrono::seconds ReadingTime(const DoctorFacts& facts) {
  return EstimatedDuration(EstimatedBytes(facts.plan), facts.plan.workers);
}

Finding FromStatus(const arrow::Status& status) {
  Finding finding{.what = status.message(), .kind = KindOf(status)};
  if (!HintOf(status).empty()) finding.cure = {HintOf(status)};
  return finding;
}

}  // namespace carmilla
