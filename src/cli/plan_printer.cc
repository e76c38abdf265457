#include "cli/plan_printer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cli/display_text.h"
#include "cli/outcome_text.h"
#include "cli/text_table.h"
#include "cli/word_wrap.h"
#include "core/error.h"
#include "core/quantity.h"
#include "engine/run_estimate.h"

namespace carmilla {
namespace {

constexpr size_t kLabelWidth = 13;
/// All columns of a plan are shown unasked if they are no more than this.
constexpr size_t kColumnsOfPage = 60;
constexpr size_t kMostNames = 20;
constexpr char kIndent[] = "    ";

std::string KindText(const TableDescription& table) {
  switch (table.kind) {
    case RelationKind::kTable:
      return "table";
    case RelationKind::kPartitionedTable:
      return "partitioned table of " + std::to_string(table.leaves.size());
    case RelationKind::kView:
      return "view";
    case RelationKind::kMaterializedView:
      return "materialised view";
    case RelationKind::kForeignTable:
      return "foreign table";
  }
  return "";
}

std::string_view ScansText(Gentleness gentleness) {
  switch (gentleness) {
    case Gentleness::kGentle:
      return "one sequential scan at a time, which leaves the server's cache "
             "alone";
    case Gentleness::kBalanced:
      return "sequential scans, which leave the server's cache alone";
    case Gentleness::kFull:
      return "block ranges in parallel, fast, which fill the server's cache";
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
      return "one sequential scan";
    case ScanMethod::kBlockRange:
      return "block ranges in parallel";
    case ScanMethod::kStream:
      return "one stream";
  }
  return "";
}

std::string DurationText(std::chrono::seconds duration) {
  return duration.count() == 0 ? "< 1 s" : FormatDuration(duration);
}

void EraseAll(std::string* text, std::string_view part) {
  for (size_t at = text->find(part); at != std::string::npos; at = text->find(part)) {
    text->erase(at, part.size());
  }
}

/// `timestamptz(3)` for `timestamp(3) with time zone`: lines have room for the short
/// names only, which PostgreSQL knows as well.
std::string ShortPostgresType(const ColumnDescription& column) {
  constexpr std::string_view kWithZone = " with time zone";
  std::string text = RenderTypeName(*column.type, column.typmod);
  if (text.starts_with("time")) {
    EraseAll(&text, " without time zone");
    if (const size_t at = text.find(kWithZone); at != std::string::npos) {
      text.erase(at, kWithZone.size());
      text.insert(std::min(text.find_first_of("(["), text.size()), "tz");
    }
  }
  return text + (column.is_not_null ? " not null" : "");
}

/// Without the physical type where an annotation tells more.
std::string ShortParquetType(std::string text) {
  for (const char* physical : {"BYTE_ARRAY ", "INT32 ", "INT64 ", "FIXED "}) {
    EraseAll(&text, physical);
  }
  return text;
}

std::string PolicyText(const ColumnPlan& column) {
  std::string text;
  for (const PolicyField& field : kPolicyFields) {
    const ValuePolicy policy = column.policies.*field.member;
    if (policy == ValuePolicy::kError || !Meets(field, column.mapping)) continue;
    text += (text.empty() ? "" : " ") + std::string(field.name) + ": " +
            std::string(NameOf(policy));
  }
  return text;
}

/// What people should know of a column besides its types.
std::string RemarkText(const ColumnPlan& column) {
  std::string text = PolicyText(column);
  if (column.on_misfit == ValuePolicy::kNull) text += "on_misfit: null";
  if (column.mask.has_value()) {
    text += (text.empty() ? "mask: " : " mask: ") + MaskText(*column.mask);
  }
  return text;
}

/// A derived column shows where it comes from.
std::string OriginText(const ColumnPlan& column) {
  return column.derived_from.empty() ? ShortPostgresType(column.description)
                                     : column.derived_from;
}

bool HasRemark(const TablePlan& table) {
  return std::ranges::any_of(table.columns, [](const ColumnPlan& column) {
    return !RemarkText(column).empty();
  });
}

bool HasPolicy(const TablePlan& table) {
  return std::ranges::any_of(table.columns, [](const ColumnPlan& column) {
    return !PolicyText(column).empty();
  });
}

std::string RowsText(const TableDescription& table) {
  return table.estimated_rows < 0 ? "?" : FormatCount(std::llround(table.estimated_rows));
}

class PlanPage {
 public:
  PlanPage(const RunPlan& plan, const PlanPageOptions& options, const Terminal& terminal,
           std::ostream& out)
      : plan_(plan),
        options_(options),
        terminal_(terminal),
        out_(out),
        width_(TextWidth(terminal)) {
    for (const TablePlan& table : plan.tables) tables_.push_back(&table);
    std::ranges::stable_sort(tables_, std::ranges::greater{}, [](const TablePlan* table) {
      return table->table.total_bytes;
    });
  }

  void Print() {
    PrintRun();
    PrintSummary();
    const bool shows_columns = options_.shows_columns || NumColumns() <= kColumnsOfPage;
    if (shows_columns) {
      for (const TablePlan* table : tables_) PrintTable(*table);
    } else {
      PrintHowToSeeColumns();
    }
    for (const RefusedTable& refused : plan_.refused) PrintRefused(refused);
  }

 private:
  void PrintLine(const std::string& label, const std::string& text) {
    std::string padded = label;
    padded.resize(kLabelWidth, ' ');
    out_ << terminal_.Paint(Shade::kFaint, padded)
         << WrapWords(DisplayText(text), kLabelWidth, width_) << '\n';
  }

  void PrintRun() {
    const int64_t bytes = EstimatedBytes(plan_);
    PrintLine("source", plan_.source + ", PostgreSQL " + plan_.server.version +
                            (plan_.server.is_in_recovery ? ", replica" : ""));
    PrintLine("transport", TransportText(plan_.server.transport));
    PrintLine("tables", CountsText() + ", about " + FormatBytes(bytes) + " to read");
    if (!plan_.tasks.empty()) PrintLine("tasks", TasksText());
    PrintLine("gentleness", std::string(NameOf(plan_.gentleness)) + ": " +
                                std::string(ScansText(plan_.gentleness)) +
                                "; sets scan method, " + "workers (" +
                                std::to_string(plan_.workers) + ") and connections (" +
                                std::to_string(plan_.workers + 1) + ") only");
    const std::chrono::seconds duration = EstimatedDuration(bytes, plan_.workers);
    PrintLine("time",
              (duration.count() == 0 ? "less than a second"
                                     : "about " + FormatDuration(duration)) +
                  " (an estimate, at " +
                  std::to_string(AssumedBytesPerSecond(plan_.workers) / 1'000'000) +
                  " MB/s)");
    PrintLine("consistency", (plan_.consistency == Consistency::kRun
                                  ? "run: one snapshot for all tables; "
                                  : "table: a snapshot for each table; ") +
                                 plan_.consistency_reason);
    PrintLine("memory", "at most " + FormatBytes(plan_.memory_bytes) +
                            "; row groups up to " + FormatBytes(plan_.row_group_bytes) +
                            ", rows up to " + FormatBytes(plan_.max_row_bytes));
    PrintLine("disk", "about " + FormatBytes(EstimatedStoredBytes(plan_)) + " in " +
                          FormatCount(EstimatedFiles(plan_), "file") + " under " +
                          LakeText() +
                          " (an estimate, from what is read and the compression)");
    PrintLine("policy", PolicySummary());
    for (const std::string& note : plan_.notes) PrintLine("note", note);
    if (!plan_.ignored.empty()) PrintLine("ignored", IgnoredText());
    for (const VanishedTable& table : plan_.vanished) {
      PrintLine("note", VanishedText(table));
    }
  }

  std::string LakeText() const {
    const std::string& path = options_.lake_path;
    const bool is_bare =
        !path.empty() && path.front() != '/' && path.front() != '.' && !IsS3Url(path);
    return is_bare ? "./" + path : path;
  }

  std::string CountsText() const {
    std::string text = FormatCount(static_cast<int64_t>(plan_.tables.size()));
    if (!plan_.refused.empty()) {
      text += ", and " + FormatCount(static_cast<int64_t>(plan_.refused.size())) +
              " REFUSED (see below)";
    }
    return text;
  }

  std::string TasksText() const {
    std::string names;
    for (const std::string& name : plan_.tasks) {
      names += (names.empty() ? "" : ", ") + name;
    }
    // Nobody knows what they read before they do.
    return names + (plan_.tables.empty() ? "" : ", after the tables") +
           "; the estimates are without them";
  }

  std::string PolicySummary() const {
    const auto count = std::ranges::count_if(plan_.tables, HasPolicy);
    std::string error =
        "a NaN or infinity that the target cannot hold is an error, and its table is not "
        "published";
    if (count == 0) return error;
    return "on_nan and on_infinity as shown for columns of " +
           FormatCount(count, "table") + "; elsewhere " + error;
  }

  std::string IgnoredText() const {
    std::string names;
    for (size_t i = 0; i < std::min(kMostNames, plan_.ignored.size()); ++i) {
      names += (names.empty() ? "" : ", ") + plan_.ignored[i].ToString();
    }
    if (plan_.ignored.size() > kMostNames) {
      names += " and " +
               FormatCount(static_cast<int64_t>(plan_.ignored.size() - kMostNames)) +
               " more";
    }
    return FormatCount(static_cast<int64_t>(plan_.ignored.size()), "new table") +
           ", because of new_tables: ignore: " + names;
  }

  void PrintSummary() {
    if (tables_.empty()) return;
    using enum TextTable::Align;
    TextTable summary({{.title = "table"},
                       {.title = "rows", .align = kRight},
                       {.title = "to read", .align = kRight},
                       {.title = "files", .align = kRight},
                       {.title = "stored", .align = kRight},
                       {.title = "time", .align = kRight}});
    for (const TablePlan* table : tables_) {
      const int64_t bytes = table->table.total_bytes;
      summary.AddRow(
          {table->name, RowsText(table->table), FormatBytes(bytes),
           FormatCount(EstimatedFiles(*table)) + (table->partition_by ? "+" : ""),
           FormatBytes(EstimatedStoredBytes(*table)),
           DurationText(EstimatedDuration(bytes, plan_.workers))});
    }
    out_ << '\n';
    summary.Print(out_, "", terminal_);
  }

  size_t NumColumns() const {
    size_t count = 0;
    for (const TablePlan* table : tables_) count += table->columns.size();
    return count;
  }

  void PrintHowToSeeColumns() {
    size_t num_notes = 0;
    for (const TablePlan* table : tables_) num_notes += table->warnings.size();
    const std::string notes =
        num_notes == 0 ? ""
                       : ", and " + FormatCount(static_cast<int64_t>(num_notes), "note") +
                             " on them";
    out_ << '\n'
         << WrapWords("What the " +
                          FormatCount(static_cast<int64_t>(NumColumns()), "column") +
                          " become" + notes +
                          ": carmilla plan --columns, or carmilla plan TABLE",
                      0, width_)
         << '\n';
  }

  void PrintIndented(const std::string& text) {
    const size_t indent = sizeof(kIndent) - 1;
    out_ << kIndent << WrapWords(DisplayText(text), indent, width_) << '\n';
  }

  void PrintTable(const TablePlan& table) {
    const TableDescription& description = table.table;
    out_ << '\n' << terminal_.Paint(Shade::kBold, DisplayText(table.name));
    if (table.query.empty()) {
      out_ << "  from " << DisplayText(description.name.ToString()) << " ("
           << KindText(description) << ')';
    }
    out_ << '\n';
    const int64_t files = EstimatedFiles(table);
    std::string text = ScanText(table.method) + ", " + FormatCount(files, "file") +
                       (table.partition_by ? " or more" : "") + ", " +
                       std::string(NameOf(table.compression));
    if (table.partition_by) {
      text += ", partitioned by " + table.partition_by->as + " (" +
              std::string(NameOf(table.partition_by->every)) + " of " +
              table.partition_by->column + ")";
    }
    if (table.proof == Proof::kFull) text += ", every value proven";
    if (table.layout == Layout::kStable) text += ", stable layout";
    PrintIndented(text);
    if (!table.where.empty()) PrintIndented("where " + table.where);
    PrintNotWritten(table);
    PrintColumns(table);
    for (const std::string& warning : table.warnings) PrintIndented("note: " + warning);
  }

  /// Columns that are read and not written.
  void PrintNotWritten(const TablePlan& table) {
    std::string names;
    for (const ColumnPlan& read : table.read) {
      const std::string& name = read.description.name;
      const bool is_written = std::ranges::any_of(
          table.columns,
          [&](const ColumnPlan& column) { return column.description.name == name; });
      if (!is_written) names += (names.empty() ? "" : ", ") + name;
    }
    if (!names.empty()) PrintIndented("read and not written: " + names);
  }

  void PrintColumns(const TablePlan& table) {
    TextTable columns({{.title = "column"},
                       {.title = "PostgreSQL"},
                       {.title = "Parquet"},
                       {.title = "Athena"},
                       {.title = HasRemark(table) ? "policy" : ""}});
    for (const ColumnPlan& column : table.columns) {
      columns.AddRow({column.description.name, OriginText(column),
                      ShortParquetType(column.mapping.parquet), column.mapping.glue,
                      RemarkText(column)});
    }
    columns.Print(out_, kIndent, terminal_);
  }

  void PrintRefused(const RefusedTable& refused) {
    out_ << '\n'
         << terminal_.Paint(Shade::kBold, DisplayText(refused.name)) << "  "
         << terminal_.Paint(Shade::kRed, "REFUSED") << '\n';
    PrintIndented(refused.reason.message());
    const std::string hint = HintOf(refused.reason);
    if (!hint.empty()) PrintIndented("hint: " + hint);
  }

  const RunPlan& plan_;
  const PlanPageOptions& options_;
  const Terminal& terminal_;
  std::ostream& out_;
  const size_t width_;                    ///< Of running text; 0: whole lines.
  std::vector<const TablePlan*> tables_;  ///< The largest first.
};

}  // namespace

void PrintPlan(const RunPlan& plan, const PlanPageOptions& options,
               const Terminal& terminal, std::ostream& out) {
  PlanPage(plan, options, terminal, out).Print();
}

}  // namespace carmilla
