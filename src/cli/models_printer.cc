#include "cli/models_printer.h"

#include <algorithm>
#include <iostream>

#include "cli/text_table.h"
#include "cli/word_wrap.h"
#include "core/error.h"
#include "core/json.h"
#include "core/quantity.h"
#include "engine/run_report.h"
#include "engine/run_report_json.h"

namespace carmilla {
namespace {

constexpr size_t kIndent = 2;

void PrintJson(Json json, const arrow::Status& status) {
  if (!status.ok()) json["error"] = ToJson(status);
  std::cout << DumpJson(json) << std::endl;
}

/// What became of one that is not fine.
std::string_view EndOf(const arrow::Status& status) {
  return IsStopped(status) ? "stopped" : "FAILED";
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

ModelsPrinter::ModelsPrinter(bool is_json)
    : is_json_(is_json), failures_(std::cerr, error_terminal_) {}

void ModelsPrinter::Count(const arrow::Status& status) { statuses_.push_back(status); }

void ModelsPrinter::PrintLine(const std::string& text, bool is_fine) {
  const std::string line =
      WrapHanging(EscapeControlCharacters(text), kIndent, TextWidth(out_terminal_));
  std::cout << (is_fine ? line : out_terminal_.Paint(Shade::kRed, line)) << std::endl;
}

void ModelsPrinter::PrintOutcome(const ModelOutcome& outcome, std::string_view verb) {
  Count(outcome.status);
  const bool is_fine = outcome.status.ok();
  const bool has_rows = is_fine && outcome.files > 0;
  if (is_json_) {
    Json json{{"model", outcome.model},
              {"engine", NameOf(outcome.on)},
              {"materialized", NameOf(outcome.materialization)},
              {"ok", is_fine},
              {"milliseconds", outcome.duration.count()}};
    if (has_rows) {
      json["rows"] = outcome.rows;
      json["files"] = outcome.files;
      json["bytes"] = outcome.bytes;
    }
    PrintJson(std::move(json), outcome.status);
    return;
  }
  std::string text = outcome.model + ": ";
  if (!is_fine) {
    text += EndOf(outcome.status);
  } else if (has_rows) {
    text += FormatCount(outcome.rows, "row") + ", " + FormatCount(outcome.files, "file") +
            ", " + FormatBytes(outcome.bytes);
  } else {
    text += std::string(NameOf(outcome.materialization)) + " " + std::string(verb);
  }
  text += " (" + std::string(NameOf(outcome.on)) + ", " +
          FormatDuration(outcome.duration) + ")";
  PrintLine(text, is_fine);
  if (!is_fine) failures_.Print(outcome.model, outcome.status);
}

void ModelsPrinter::PrintTest(const ModelTestOutcome& outcome) {
  Count(outcome.status);
  const bool is_fine = outcome.status.ok();
  if (is_json_) {
    PrintJson({{"model", outcome.model},
               {"engine", NameOf(outcome.on)},
               {"test", outcome.test},
               {"column", outcome.column},
               {"ok", is_fine},
               {"rows", outcome.rows}},
              outcome.status);
    return;
  }
  std::string text = outcome.model;
  if (!outcome.column.empty()) text += "." + outcome.column;
  if (!outcome.test.empty()) text += " " + outcome.test;
  PrintLine(text + ": " + std::string(is_fine ? "holds" : EndOf(outcome.status)),
            is_fine);
  // A test that does not hold names its model itself.
  const bool is_told = !is_fine && KindOf(outcome.status) == ErrorKind::kData;
  if (!is_fine) failures_.Print(is_told ? "" : outcome.model, outcome.status);
}

void ModelsPrinter::PrintSummaries(const std::vector<ModelSummary>& models) {
  TextTable table({{.title = "model"},
                   {.title = "kind"},
                   {.title = "needs"},
                   {.title = "tests", .align = TextTable::Align::kRight},
                   {.title = "description", .is_optional = true}});
  for (const ModelSummary& model : models) {
    Count(model.status);
    const bool is_fine = model.status.ok();
    const std::string_view kind = NameOf(model.materialization);
    if (is_json_) {
      PrintJson({{"model", model.name},
                 {"materialized", kind},
                 {"file", model.file},
                 {"needs", model.needs},
                 {"tests", model.tests},
                 {"description", model.description},
                 {"ok", is_fine}},
                model.status);
    } else {
      table.AddRow({model.name, std::string(is_fine ? kind : "FAILED"),
                    Joined(model.needs), FormatCount(model.tests), model.description});
    }
  }
  if (is_json_) return;
  table.Print(std::cout, "", out_terminal_);
  std::cout << std::flush;
  for (const ModelSummary& model : models) {
    if (!model.status.ok()) failures_.Print(model.name, model.status);
  }
}

int ModelsPrinter::Finish(std::string_view noun, std::string_view done,
                          const arrow::Status& catalog) {
  if (!catalog.ok()) failures_.Print("catalog", catalog);
  failures_.Finish();
  RunReport report{.catalog_status = catalog};
  for (const arrow::Status& status : statuses_)
    report.tables.push_back({.status = status});
  const auto num_all = static_cast<int64_t>(statuses_.size());
  const int64_t num_failed = report.NumFailed();
  if (!is_json_ && !done.empty()) {
    std::string text = FormatCount(num_all - num_failed) + " of " +
                       FormatCount(num_all, noun) + " " + std::string(done);
    if (num_failed > 0) text += "; " + FormatCount(num_failed) + " failed";
    std::cerr << text << std::endl;
  }
  return report.ExitCode();
}

}  // namespace carmilla
