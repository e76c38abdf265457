#include <algorithm>
#include <set>

#include "core/quantity.h"
#include "engine/column_policies.h"
#include "operations/doctor_checks.h"
#include "types/built_in_oid.h"
#include "types/type_mapping.h"

namespace carmilla {
namespace {

constexpr char kColumnCure[] =
    "leave it out with `columns:`, or read a view that casts it to text";

/// True if a NaN or an infinity of the column would end the run: its form cannot hold it,
/// and no policy says what becomes of it. What is refused anyway is told as that.
bool IsUndecided(const TableFacts& table, const ColumnDescription& column) {
  const auto form = FormOf(table.selected.settings, column);
  if (!form.ok()) return false;
  return std::ranges::any_of(kPolicyFields, [&](const PolicyField& field) {
    const bool is_of_values = field.member == &ValuePolicies::on_nan ||
                              field.member == &ValuePolicies::on_infinity;
    return is_of_values && Meets(field, form->mapping) &&
           form->policies.*field.member == ValuePolicy::kError;
  });
}

/// Another check tells of these already.
std::set<std::string> ExplainedTables(const DoctorFacts& facts) {
  std::set<std::string> explained;
  const auto add = [&](const Findings& findings) {
    for (const Finding& finding : findings) {
      explained.insert(finding.where.begin(), finding.where.end());
    }
  };
  add(FindMissingGrants(facts));
  add(FindRowSecurity(facts));
  add(FindEmptyMaterializedViews(facts));
  add(FindPartitionKeyCollisions(facts));
  for (const TableFacts& table : facts.tables) {
    for (const ColumnDescription& column : table.table.columns) {
      if (IsRead(table, column) && !FormOf(table.selected.settings, column).ok()) {
        explained.insert(table.table.name.ToString());
      }
    }
  }
  return explained;
}

/// Bytes of an average row with what is stored beside it.
int64_t RowBytes(const TableFacts& table) {
  if (table.table.estimated_rows < 1) return 0;
  return static_cast<int64_t>(static_cast<double>(table.table.total_bytes) /
                              table.table.estimated_rows);
}

}  // namespace

Findings FindUnsupportedTypes(const DoctorFacts& facts) {
  Finding finding{.what = "columns of types that have no exact form in Parquet"};
  for (const TableFacts& table : facts.tables) {
    for (const ColumnDescription& column : table.table.columns) {
      if (!IsRead(table, column)) continue;
      const auto mapping = FormOf(table.selected.settings, column);
      if (KindOf(mapping.status()) != ErrorKind::kUnsupportedType) continue;
      finding.where.push_back(table.table.name.ToString() + "." + column.name + " (" +
                              RenderTypeName(*column.type, column.typmod) + ")");
      finding.cure = {HintOf(mapping.status()).empty() ? kColumnCure
                                                       : HintOf(mapping.status())};
    }
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindRefusedTables(const DoctorFacts& facts) {
  Findings findings;
  const std::set<std::string> explained = ExplainedTables(facts);
  for (const RefusedTable& refused : facts.plan.refused) {
    // What is no table at all is told as an entry of the configuration.
    const TableFacts* table = FindTable(facts, refused.name);
    if (table == nullptr || explained.contains(table->table.name.ToString())) continue;
    findings.push_back(
        {.what = refused.reason.message(), .kind = KindOf(refused.reason)});
    if (!HintOf(refused.reason).empty()) {
      findings.back().cure = {HintOf(refused.reason)};
    }
  }
  return findings;
}

Findings FindEmptyMaterializedViews(const DoctorFacts& facts) {
  Findings findings =
      AboutTables(facts, "materialised views that hold no data yet",
                  [](const TableFacts& table) { return !table.table.is_populated; });
  for (const TableFacts& table : facts.tables) {
    if (table.table.is_populated) continue;
    findings.front().cure.push_back("REFRESH MATERIALIZED VIEW " +
                                    Quoted(table.table.name) + ";");
  }
  return findings;
}

Findings FindSpecialValues(const DoctorFacts& facts) {
  return AboutColumns(
      facts, "columns that hold NaN or infinity, and no policy says what becomes of them",
      [&](const TableFacts& table, const ColumnDescription& column) {
        if (!IsUndecided(table, column)) return false;
        const auto holds = [&](uint32_t oid) {
          const auto found = facts.traits.find(oid);
          return found != facts.traits.end() &&
                 std::ranges::find(found->second.special_columns, column.name) !=
                     found->second.special_columns.end();
        };
        return holds(table.table.oid) ||
               std::ranges::any_of(table.table.leaves, holds, &LeafDescription::oid);
      });
}

Findings FindUnboundedNumerics(const DoctorFacts& facts) {
  return AboutColumns(facts,
                      "numeric columns that only text holds exactly: they become strings",
                      [](const TableFacts& table, const ColumnDescription& column) {
                        const auto form = FormOf(table.selected.settings, column);
                        return form.ok() && form->mapping.wire == WireForm::kNumericText;
                      });
}

Findings FindZonelessTimestamps(const DoctorFacts& facts) {
  return AboutColumns(facts,
                      "timestamps without time zone: what moment they mean is not known",
                      [](const TableFacts&, const ColumnDescription& column) {
                        return column.type->oid == built_in_oid::kTimestamp;
                      });
}

Findings FindMissingPrimaryKeys(const DoctorFacts& facts) {
  return AboutTables(facts, "tables without a primary key", [](const TableFacts& table) {
    const RelationKind kind = table.table.kind;
    return (kind == RelationKind::kTable || kind == RelationKind::kPartitionedTable) &&
           table.table.primary_key.empty();
  });
}

Findings FindNeverAnalysed(const DoctorFacts& facts) {
  Findings findings =
      AboutTables(facts, "tables that were never analysed: sizes are guesses",
                  [](const TableFacts& table) {
                    return table.table.estimated_rows < 0 && !table.table.leaves.empty();
                  });
  if (findings.empty()) return findings;
  for (const TableFacts& table : facts.tables) {
    if (table.table.estimated_rows >= 0 || table.table.leaves.empty()) continue;
    findings.front().cure.push_back("ANALYZE " + Quoted(table.table.name) + ";");
  }
  return findings;
}

Findings FindUnloggedTables(const DoctorFacts& facts) {
  if (facts.server.is_in_recovery) return {};
  return AboutRelations(
      facts,
      "unlogged tables: a crash of the server empties them, and the "
      "next run would publish that",
      [](const RelationTraits& relation) { return relation.is_unlogged; });
}

Findings FindUnloggedOnReplica(const DoctorFacts& facts) {
  if (!facts.server.is_in_recovery) return {};
  return AboutRelations(
      facts, "unlogged tables cannot be read on a replica",
      [](const RelationTraits& relation) { return relation.is_unlogged; });
}

Findings FindViews(const DoctorFacts& facts) {
  return AboutTables(
      facts, "views: their queries run on the server, unsized and in one go",
      [](const TableFacts& table) { return table.table.kind == RelationKind::kView; });
}

Findings FindForeignTables(const DoctorFacts& facts) {
  return AboutTables(facts,
                     "foreign tables: another server is read, which may be slow or down",
                     [](const TableFacts& table) {
                       return table.table.kind == RelationKind::kForeignTable;
                     });
}

Findings FindForeignPartitions(const DoctorFacts& facts) {
  std::set<uint32_t> tables;
  for (const TableFacts& table : facts.tables) tables.insert(table.table.oid);
  return AboutRelations(facts,
                        "partitions on another server: their rows are not of the "
                        "snapshot of the others",
                        [&](const RelationTraits& relation) {
                          return relation.kind == RelationKind::kForeignTable &&
                                 !tables.contains(relation.oid);
                        });
}

Findings FindInheritedTables(const DoctorFacts& facts) {
  return AboutTables(facts,
                     "tables that others inherit from: they are read without the rows of "
                     "their children",
                     [](const TableFacts& table) {
                       return table.table.has_children &&
                              table.table.kind == RelationKind::kTable;
                     });
}

Findings FindSubscribedTables(const DoctorFacts& facts) {
  return AboutRelations(
      facts,
      "tables that a subscription writes: their rows may come late, in another order",
      [](const RelationTraits& relation) { return relation.is_subscribed; });
}

Findings FindOtherAccessMethods(const DoctorFacts& facts) {
  return AboutRelations(facts,
                        "tables that are no heaps: each is read as one stream, whatever "
                        "its size",
                        [](const RelationTraits& relation) {
                          return !relation.access_method.empty() &&
                                 relation.access_method != "heap";
                        });
}

Findings FindRunningDdl(const DoctorFacts& facts) {
  return AboutRelations(
      facts,
      "somebody alters these at this moment: a run waits 2 s for the "
      "lock, then tries again",
      [](const RelationTraits& relation) { return relation.is_locked; });
}

Findings FindInvalidIndexes(const DoctorFacts& facts) {
  Finding finding{.what =
                      "indexes of CREATE INDEX CONCURRENTLY that are not valid: being "
                      "made (a run's snapshot makes that wait), or left by a failure"};
  for (const auto& [oid, relation] : facts.traits) {
    for (const std::string& index : relation.invalid_indexes) {
      const RelationName name{.schema = relation.name.schema, .name = index};
      finding.where.push_back(name.ToString());
      finding.cure.push_back("DROP INDEX CONCURRENTLY " + Quoted(name) + ";");
    }
  }
  if (finding.where.empty()) return {};
  finding.cure.emplace_back("-- if nobody is making it");
  return {finding};
}

Findings FindTableAutovacuumOff(const DoctorFacts& facts) {
  Finding finding{.what = "tables without autovacuum: their estimates grow stale"};
  for (const auto& [oid, relation] : facts.traits) {
    if (!relation.is_autovacuum_off) continue;
    finding.where.push_back(relation.name.ToString());
    finding.cure.push_back("ALTER TABLE " + Quoted(relation.name) +
                           " RESET (autovacuum_enabled);");
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindWideRows(const DoctorFacts& facts) {
  const int64_t limit = facts.plan.max_row_bytes;
  return AboutTables(
      facts,
      "tables whose average row nears the largest one that the memory "
      "budget allows, " +
          FormatBytes(limit),
      // The widest row is some times the average one.
      [&](const TableFacts& table) { return RowBytes(table) > limit / 4; });
}

Findings FindLongRun(const DoctorFacts& facts) {
  const auto duration = ReadingTime(facts);
  if (facts.plan.consistency != Consistency::kRun ||
      duration < facts.plan.max_snapshot_age) {
    return {};
  }
  return {{.what = "one snapshot for all tables would be held for about " +
                   FormatDuration(duration) + "; max_snapshot_age ends the run after " +
                   FormatDuration(facts.plan.max_snapshot_age),
           .where = {"consistency", "max_snapshot_age"}}};
}

}  // namespace carmilla
