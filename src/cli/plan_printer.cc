#include "cli/plan_printer.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "cli/text_table.h"
#include "core/error.h"
#include "core/quantity.h"

namespace carmilla {
namespace {

std::string KindText(RelationKind kind) {
  switch (kind) {
    case RelationKind::kTable:
      return "table";
    case RelationKind::kPartitionedTable:
      return "partitioned table";
    case RelationKind::kView:
      return "view";
    case RelationKind::kMaterializedView:
      return "materialised view";
    case RelationKind::kForeignTable:
      return "foreign table";
  }
  return "";
}

std::string TransportText(Transport transport) {
  switch (transport) {
    case Transport::kVerified:
      return "TLS; the server proved its name";
    case Transport::kLocal:
      return "stays on this machine";
    case Transport::kUnverified:
      return "TLS, but nobody proved who answers (tls: insecure)";
    case Transport::kPlain:
      return "NOT ENCRYPTED (tls: insecure)";
  }
  return "";
}

std::string ScanText(ScanMethod method) {
  switch (method) {
    case ScanMethod::kSequential:
      return "one sequential scan per relation (leaves the server's cache alone)";
    case ScanMethod::kBlockRange:
      return "block ranges in parallel (fast; fills the server's cache)";
    case ScanMethod::kStream:
      return "one stream";
  }
  return "";
}

std::string PolicyText(const ColumnPlan& column) {
  std::string text;
  const auto add = [&](const char* name, ValuePolicy policy) {
    if (policy == ValuePolicy::kError) return;
    text += (text.empty() ? "" : " ") + std::string(name) +
            (policy == ValuePolicy::kNull ? ": null" : ": clamp");
  };
  add("on_nan", column.policies.on_nan);
  add("on_infinity", column.policies.on_infinity);
  return text;
}

std::string RowsText(const TableDescription& table) {
  if (table.estimated_rows < 0) return "rows unknown";
  return "about " + FormatCount(std::llround(table.estimated_rows)) + " rows";
}

void PrintColumns(const TablePlan& table, std::ostream& out) {
  const bool has_policy = std::ranges::any_of(
      table.columns,
      [](const ColumnPlan& column) { return !PolicyText(column).empty(); });
  TextTable columns({{.title = "column"},
                     {.title = "PostgreSQL"},
                     {.title = "Parquet"},
                     {.title = "Athena"},
                     {.title = has_policy ? "policy" : ""}});
  for (const ColumnPlan& column : table.columns) {
    const ColumnDescription& description = column.description;
    columns.AddRow({description.name,
                    RenderTypeName(*description.type, description.typmod) +
                        (description.is_not_null ? " not null" : ""),
                    column.mapping.parquet, column.mapping.glue, PolicyText(column)});
  }
  columns.Print(out, "    ");
}

void PrintTable(const TablePlan& table, std::ostream& out) {
  const TableDescription& description = table.table;
  out << '\n' << EscapeControlCharacters(table.name);
  if (table.query.empty()) {
    out << "  from " << EscapeControlCharacters(description.name.ToString()) << " ("
        << KindText(description.kind);
    if (description.kind == RelationKind::kPartitionedTable) {
      out << " of " << description.leaves.size();
    }
    out << ')';
  }
  out << '\n'
      << "    " << RowsText(description) << ", " << FormatBytes(description.total_bytes);
  const int ranges = table.NumRanges();
  const int files = table.is_single_file ? 1 : ranges;
  out << "; " << ranges << (ranges == 1 ? " range, " : " ranges, ") << files
      << (files == 1 ? " file" : " files");
  if (table.partition_by) {
    out << " or more, partitioned by " << EscapeControlCharacters(table.partition_by->as)
        << " of " << EscapeControlCharacters(table.partition_by->column);
  }
  out << ", " << NameOf(table.compression)
      << (table.proof == Proof::kFull ? ", every value proven" : "")
      << (table.layout == Layout::kStable ? ", stable layout" : "") << '\n';
  out << "    " << ScanText(table.method);
  if (!table.where.empty()) out << ", where " << EscapeControlCharacters(table.where);
  out << '\n';
  PrintColumns(table, out);
  for (const std::string& warning : table.warnings) {
    out << "    note: " << EscapeControlCharacters(warning) << '\n';
  }
}

}  // namespace

void PrintPlan(const RunPlan& plan, std::ostream& out) {
  out << "source       " << EscapeControlCharacters(plan.source) << ", PostgreSQL "
      << plan.server.version << (plan.server.is_in_recovery ? ", replica" : "") << '\n'
      << "transport    " << TransportText(plan.server.transport) << '\n'
      << "tables       " << plan.tables.size() << ", about "
      << FormatBytes(EstimatedBytes(plan)) << '\n'
      << "gentleness   " << NameOf(plan.gentleness) << ": sets scan method, workers ("
      << plan.workers << ") and connections (" << plan.workers + 1 << ") only\n"
      << "consistency  " << (plan.consistency == Consistency::kRun ? "run" : "table")
      << ": " << plan.consistency_reason << '\n'
      << "memory       " << FormatBytes(plan.memory_bytes) << "; row groups up to "
      << FormatBytes(plan.row_group_bytes) << ", rows up to "
      << FormatBytes(plan.max_row_bytes) << '\n';
  for (const std::string& note : plan.notes) {
    out << "note         " << EscapeControlCharacters(note) << '\n';
  }
  for (size_t i = 0; i < plan.ignored.size(); ++i) {
    out << (i == 0 ? "ignored      new_tables: ignore leaves out " : ", ")
        << EscapeControlCharacters(plan.ignored[i].ToString())
        << (i + 1 == plan.ignored.size() ? "\n" : "");
  }
  for (const TablePlan& table : plan.tables) PrintTable(table, out);
  for (const RefusedTable& refused : plan.refused) {
    out << "\n"
        << EscapeControlCharacters(refused.name) << "  REFUSED\n    "
        << RenderError(refused.reason) << '\n';
  }
}

}  // namespace carmilla
