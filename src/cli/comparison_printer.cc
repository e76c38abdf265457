#include "cli/comparison_printer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "cli/text_table.h"
#include "cli/word_wrap.h"
#include "core/json.h"
#include "core/quantity.h"

namespace carmilla {
namespace {

constexpr size_t kIndent = 2;

/// How many figures each witness knows: `manifest 13, files 21, source 20`.
std::string WitnessesOf(const TableComparison& comparison) {
  std::string text;
  for (const Witness& witness : comparison.witnesses) {
    const auto num_known = std::ranges::count_if(
        witness.values, [](const auto& value) { return value.has_value(); });
    if (!text.empty()) text += ", ";
    text += witness.name + " " + FormatCount(num_known);
  }
  return text;
}

std::string Verdict(const TableComparison& comparison) {
  const auto num_measures = static_cast<int64_t>(comparison.measures.size());
  if (!comparison.differences.empty()) return "DIFFERENT";
  if (!comparison.status.ok()) return "not compared";
  if (comparison.changes.empty()) {
    return FormatCount(num_measures, "figure") + " agree (" + WitnessesOf(comparison) +
           ")";
  }
  return "the source has changed: read at " + comparison.source_read_at +
         ", the lake holds the snapshot of " + comparison.snapshot_time;
}

void PrintMeasures(const TableComparison& comparison, const std::vector<size_t>& indices,
                   std::ostream& out, const Terminal& terminal) {
  std::vector<TextTable::Column> columns = {{.title = "column"}, {.title = "figure"}};
  for (const Witness& witness : comparison.witnesses) {
    columns.push_back({.title = witness.name, .align = TextTable::Align::kRight});
  }
  TextTable table(std::move(columns));
  for (const size_t index : indices) {
    const TableMeasure& measure = comparison.measures[index];
    std::vector<std::string> cells = {measure.column.empty() ? "(all)" : measure.column,
                                      std::string(NameOf(measure.kind))};
    for (const Witness& witness : comparison.witnesses) {
      cells.push_back(witness.values[index].value_or(""));
    }
    table.AddRow(std::move(cells));
  }
  table.Print(out, std::string(kIndent, ' '), terminal);
}

Json MeasureJson(const TableComparison& comparison, size_t index) {
  Json json = {{"column", comparison.measures[index].column},
               {"figure", NameOf(comparison.measures[index].kind)}};
  for (const Witness& witness : comparison.witnesses) {
    const auto& value = witness.values[index];
    json[witness.name] = value.has_value() ? Json(*value) : Json();
  }
  return json;
}

}  // namespace

void PrintComparison(const TableComparison& comparison, std::ostream& out,
                     const Terminal& terminal) {
  const std::string line = WrapHanging(comparison.table + ": " + Verdict(comparison),
                                       kIndent, TextWidth(terminal));
  out << (comparison.status.ok() ? line : terminal.Paint(Shade::kRed, line)) << '\n';
  if (!comparison.differences.empty()) {
    PrintMeasures(comparison, comparison.differences, out, terminal);
  } else if (!comparison.changes.empty()) {
    PrintMeasures(comparison, comparison.changes, out, terminal);
  }
  out << std::flush;
}

void PrintComparisonJson(const TableComparison& comparison, std::ostream& out) {
  Json json = {{"table", comparison.table},
               {"run_id", comparison.run_id},
               {"snapshot_time", comparison.snapshot_time},
               {"source_read_at", comparison.source_read_at},
               {"agrees", comparison.status.ok() && comparison.changes.empty()},
               {"figures", Json::array()}};
  for (size_t index = 0; index < comparison.measures.size(); ++index) {
    json["figures"].push_back(MeasureJson(comparison, index));
  }
  out << DumpJson(json) << std::endl;
}

}  // namespace carmilla
