#include "operations/table_draft.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <vector>

#include "operations/row_security.h"
#include "operations/shown_sql.h"
#include "plan/yaml_writer.h"
#include "postgres/identifier.h"
#include "types/built_in_oid.h"
#include "types/type_mapping.h"

namespace carmilla {
namespace {

constexpr size_t kMostWatermarks = 2;
/// From here on windows of time pay.
constexpr int64_t kSmallestPartitioned = 1LL << 30;
/// A day of less makes files that are too small.
constexpr int64_t kSmallestDay = 64LL << 20;
/// pg_stats.correlation of a column along which rows are appended.
constexpr double kAppended = 0.9;
constexpr char kPlaceOfRow[] = "ctid";

std::vector<std::string> WholeGrants(const CatalogEntry& facts) {
  std::vector<std::string> grants;
  std::set<std::string> schemas;
  const std::string to = " TO " + Quoted(facts.role) + ";";
  for (const MissingRights& lack : facts.lacks) {
    if (!lack.has_schema_usage && schemas.insert(lack.relation.schema).second) {
      grants.push_back("GRANT USAGE ON SCHEMA " + Quoted(lack.relation.schema) + to);
    }
    if (!lack.columns.empty()) {
      grants.push_back("GRANT SELECT ON " + Quoted(lack.relation) + to);
    }
  }
  return grants;
}

bool LacksMoreThanColumns(const CatalogEntry& facts) {
  return std::ranges::any_of(facts.lacks, [](const MissingRights& lack) {
    return !lack.has_schema_usage ||
           std::ranges::find(lack.columns, kPlaceOfRow) != lack.columns.end();
  });
}

bool MayRead(const CatalogEntry& facts, const std::string& column) {
  return std::ranges::none_of(facts.lacks, [&](const MissingRights& lack) {
    return std::ranges::find(lack.columns, column) != lack.columns.end();
  });
}

std::string TypeOf(const ColumnDescription& column) {
  return RenderTypeName(*column.type, column.typmod);
}

std::string Names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// The columns of one table, sorted by what becomes of them.
struct Columns {
  std::vector<const ColumnDescription*> taken;
  std::vector<std::string> inexact;  ///< `position (point)`.
  std::vector<std::string> forbidden;
  std::vector<std::string> unnameable;  ///< Longer in UTF-8 than a name of SQL may be.
  std::map<std::string, std::vector<std::string>> by_note;
};

Columns SortColumns(const CatalogEntry& facts) {
  Columns columns;
  for (const ColumnDescription& column : facts.table.columns) {
    const auto mapping = MapType(*column.type, column.typmod, column.name);
    if (!QuoteIdentifier(column.name).ok()) {
      columns.unnameable.push_back(column.name);
    } else if (!MayRead(facts, column.name)) {
      columns.forbidden.push_back(column.name);
    } else if (!mapping.ok()) {
      columns.inexact.push_back(column.name + " (" + TypeOf(column) + ")");
    } else {
      columns.taken.push_back(&column);
      if (!mapping->note.empty()) columns.by_note[mapping->note].push_back(column.name);
    }
  }
  return columns;
}

bool IsTime(const ColumnDescription& column) {
  return column.type->oid == built_in_oid::kTimestamptz ||
         column.type->oid == built_in_oid::kTimestamp;
}

bool SoundsLikeChange(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kSounds = {"update", "modif", "change",
                                                              "mtime", "last_"};
  return std::ranges::any_of(kSounds, [&](std::string_view sound) {
    return strcasestr(std::string(name).c_str(), std::string(sound).c_str()) != nullptr;
  });
}

std::vector<std::string> WatermarksOf(const CatalogEntry& facts, const Columns& columns) {
  // Best first: what sounds right, has a time zone and an index, then without either.
  std::array<std::vector<std::string>, 4> by_rank;
  for (const ColumnDescription* column : columns.taken) {
    if (!IsTime(*column)) continue;
    const bool has_zone = column->type->oid == built_in_oid::kTimestamptz;
    const bool is_indexed = facts.indexed.contains({facts.table.oid, column->number});
    const bool sounds_right = SoundsLikeChange(column->name);
    if (!sounds_right && !(is_indexed && has_zone)) continue;
    const size_t rank = !sounds_right ? 2 : !has_zone ? 3 : is_indexed ? 0 : 1;
    by_rank[rank].push_back(column->name + (!has_zone    ? " (no time zone)"
                                            : is_indexed ? " (indexed)"
                                                         : " (no index)"));
  }
  std::vector<std::string> watermarks;
  for (const auto& names : by_rank) {
    watermarks.insert(watermarks.end(), names.begin(), names.end());
  }
  if (watermarks.size() > kMostWatermarks) watermarks.resize(kMostWatermarks);
  return watermarks;
}

bool HasColumn(const Columns& columns, const char* name) {
  return std::ranges::any_of(columns.taken, [&](const ColumnDescription* column) {
    return strcasecmp(column->name.c_str(), name) == 0;
  });
}

void ProposePartition(const TableDescription& table, const Columns& columns,
                      DraftTable* draft) {
  if (table.total_bytes < kSmallestPartitioned) return;
  const ColumnDescription* best = nullptr;
  for (const ColumnDescription* column : columns.taken) {
    const bool is_possible = IsTime(*column) || column->type->oid == built_in_oid::kDate;
    if (!is_possible || !IsWritable(column->name)) continue;
    if (best == nullptr || column->correlation > best->correlation) best = column;
  }
  if (best == nullptr || best->correlation < kAppended) return;
  const bool is_day_known =
      best->type->oid == built_in_oid::kDate && best->distinct_values > 0;
  const bool is_day =
      is_day_known && static_cast<double>(table.total_bytes) / best->distinct_values >=
                          static_cast<double>(kSmallestDay);
  draft->partition_unit = is_day ? PartitionUnit::kDay : PartitionUnit::kMonth;
  if (HasColumn(columns, "dt")) {
    if (HasColumn(columns, "partition_date")) return;
    draft->partition_key = "partition_date";
  }
  draft->partition_column = best->name;
}

DraftExclusion LeaveOut(const CatalogEntry& facts, std::string reason,
                        std::vector<std::string> cures = {}) {
  return {
      .name = facts.table.name, .reason = std::move(reason), .cures = std::move(cures)};
}

/// Why no part of the table can be read; "" if that is not so.
std::variant<std::monostate, DraftExclusion> FindObstacle(const CatalogEntry& facts) {
  const TableDescription& table = facts.table;
  if (!QuoteRelation(table.name).ok()) {
    return LeaveOut(
        facts, "its name takes more than 63 bytes in UTF-8, which no statement can say");
  }
  if (!table.is_populated) {
    return LeaveOut(facts, "the materialised view has no data",
                    {"REFRESH MATERIALIZED VIEW " + Quoted(table.name) + ";"});
  }
  if (facts.is_unlogged_on_replica) {
    return LeaveOut(facts,
                    "it is unlogged, and a replica holds no rows of it; read it from the "
                    "primary");
  }
  if (table.has_row_security) {
    return LeaveOut(facts, std::string(kRowSecurityReason), RowSecurityCures(facts.role));
  }
  if (table.columns.empty()) return LeaveOut(facts, "it has no columns");
  if (LacksMoreThanColumns(facts)) {
    return LeaveOut(facts, "the role may not read it", WholeGrants(facts));
  }
  return {};
}

/// Some columns stay behind: the table gets an entry that names the others.
arrow::Status NameColumns(const Columns& columns, DraftTable* draft) {
  draft->has_entry = true;
  for (const ColumnDescription* column : columns.taken) {
    if (!IsWritable(column->name)) {
      return arrow::Status::Invalid("no value of a configuration can say the column " +
                                    column->name);
    }
    draft->columns.push_back(column->name);
  }
  if (!columns.inexact.empty()) {
    draft->remarks.push_back("without " + Names(columns.inexact) +
                             ", which Carmilla cannot yet copy exactly.");
  }
  if (!columns.forbidden.empty()) {
    draft->remarks.push_back("without " + Names(columns.forbidden) +
                             ", which the role may not read.");
  }
  if (!columns.unnameable.empty()) {
    draft->remarks.push_back("without " + Names(columns.unnameable) +
                             ", whose name takes more than 63 bytes in UTF-8.");
  }
  return arrow::Status::OK();
}

}  // namespace

std::variant<DraftTable, DraftExclusion> DraftTableFrom(const CatalogEntry& facts) {
  const TableDescription& table = facts.table;
  const auto obstacle = FindObstacle(facts);
  if (const auto* excluded = std::get_if<DraftExclusion>(&obstacle)) return *excluded;
  const Columns columns = SortColumns(facts);
  if (columns.taken.empty()) {
    return columns.forbidden.empty()
               ? LeaveOut(facts, "Carmilla cannot yet copy any of its columns exactly: " +
                                     Names(columns.inexact))
               : LeaveOut(facts, "the role may not read it", WholeGrants(facts));
  }
  DraftTable draft{.name = table.name,
                   .estimated_rows = table.estimated_rows,
                   .total_bytes = table.total_bytes,
                   .primary_key = table.primary_key,
                   .watermarks = WatermarksOf(facts, columns)};
  if (columns.taken.size() < table.columns.size()) {
    const arrow::Status named = NameColumns(columns, &draft);
    if (!named.ok()) return LeaveOut(facts, named.message());
  }
  for (const auto& [note, names] : columns.by_note) {
    draft.remarks.push_back(Names(names) + ": " + note);
  }
  if (table.has_children && table.kind == RelationKind::kTable) {
    draft.remarks.emplace_back("tables inherit from it; each is read on its own");
  }
  ProposePartition(table, columns, &draft);
  return draft;
}

}  // namespace carmilla
