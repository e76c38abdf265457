#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "cli/event_writer.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "engine/progress.h"

namespace CLI {
class App;
}

namespace carmilla {

/// How much `run` and `extract` tell, and to whom.
struct RunPrinterOptions {
  bool is_quiet = false;  ///< Nothing but what failed.
  bool is_json = false;   ///< Events on standard output.

  /// Adds --quiet and --json.
  void Declare(CLI::App* app);
};

/// Tells how a run goes and ends: to a person on standard error, with live bars if that
/// is a terminal, and on request as events on standard output.
class RunPrinter final : public ProgressListener {
 public:
  RunPrinter(const RunPrinterOptions& options, std::stop_token stop);
  ~RunPrinter() override;

  void OnPlanned(const RunPlan& plan) override;
  void OnProgress(const RunProgressView& progress) override;
  void OnTableFinished(const TableOutcome& outcome) override;
  void OnRestart(const arrow::Status& reason) override;
  void OnWaiting(const std::string& whom) override;
  ErrorKind StopKind() const override { return KindOfStop(); }

  /// Prints each table that failed, then the summary, and returns the exit code; passes
  /// on the error of a run that failed as a whole. `written_to` is the file or directory
  /// of a run that does not publish, else "".
  arrow::Result<int> Finish(const arrow::Result<RunReport>& report,
                            const std::string& written_to);

 private:
  void PrintFailures(const RunReport& report);
  /// Names tables that the configuration leaves out because they are new.
  void PrintText(const std::string& text);
  void PrintIgnored(const RunReport& report);
  /// Names tables of the lake that the source has no more.
  void PrintVanished(const RunReport& report);
  void PrintSummary(const RunReport& report, const std::string& written_to);

  const RunPrinterOptions options_;
  const Terminal terminal_ = Terminal::OfError();
  std::ostream& out_;
  std::unique_ptr<ProgressListener> progress_;  ///< Null if quiet.
  std::optional<EventWriter> events_;
  bool is_proof_full_ = true;  ///< Of every table.
};

}  // namespace carmilla
