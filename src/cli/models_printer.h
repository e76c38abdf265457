#pragma once

#include <cstdint>
#include <ostream>
#include <string_view>
#include <vector>

#include "cli/failure_printer.h"
#include "operations/models.h"

namespace carmilla {

/// Tells how models run, are checked and tested: to a person a line for each on standard
/// output and failures on standard error, to machines one JSON object per line.
class ModelsPrinter {
 public:
  explicit ModelsPrinter(bool is_json);

  /// `verb` is what was done with those that are fine, such as "ready".
  void PrintOutcome(const ModelOutcome& outcome, std::string_view verb);
  void PrintTest(const ModelTestOutcome& outcome);
  void PrintSummaries(const std::vector<ModelSummary>& models);

  /// Ends with one line `2 of 3 models done: 1 failed` for people, and returns the exit
  /// code, as of a run.
  /// `catalog` tells whether the catalog shows what was published.
  int Finish(std::string_view noun, std::string_view done,
             const arrow::Status& catalog = arrow::Status::OK());

 private:
  void Count(const arrow::Status& status);
  void PrintLine(const std::string& text, bool is_fine);

  const bool is_json_;
  const Terminal out_terminal_ = Terminal::OfOutput();
  const Terminal error_terminal_ = Terminal::OfError();
  FailurePrinter failures_;
  std::vector<arrow::Status> statuses_;
};

}  // namespace carmilla
