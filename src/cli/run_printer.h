#pragma once

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include "cli/signals.h"
#include "engine/progress.h"

namespace carmilla {

/// Tells a person how a run goes: one line when a table is done, one line for each table
/// being read every 10 s, a summary at the end. Writes to standard error only.
class RunPrinter : public ProgressListener {
 public:
  explicit RunPrinter(std::ostream& out) : out_(out) {}

  void OnPlanned(const RunPlan& plan) override;
  void OnProgress(const std::vector<TableProgressView>& tables,
                  std::chrono::milliseconds elapsed) override;
  void OnTableFinished(const TableOutcome& outcome) override;
  void OnRestart(const arrow::Status& reason) override;
  ErrorKind StopKind() const override { return KindOfStop(); }

  /// Totals in one line, before it each table that failed. `written_to` is the file or
  /// directory of a run that does not publish.
  /// Names tables that the configuration leaves out because they are new.
  void PrintIgnored(const RunReport& report);
  void PrintSummary(const RunReport& report, const std::string& written_to = "");

 private:
  std::ostream& out_;
  std::chrono::steady_clock::time_point last_line_ = std::chrono::steady_clock::now();
};

}  // namespace carmilla
