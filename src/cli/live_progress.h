#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <ostream>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/progress_line.h"
#include "cli/terminal.h"
#include "engine/progress.h"

namespace carmilla {

/// The speed of a counter over the last seconds.
class RateMeter {
 public:
  void Add(std::chrono::milliseconds at, int64_t value);
  /// Per second; -1 as long as there is nothing to compare.
  double PerSecond() const;

 private:
  std::deque<std::pair<std::chrono::milliseconds, int64_t>> readings_;
};

/// Tells a person at a terminal how a run goes: a bar for each table being read, redrawn
/// in place; what is finished scrolls up as plain lines, and so do lines of the log. The
/// cursor always rests on the empty line below the bars and nothing about the terminal is
/// changed, so that however the process ends, the prompt appears on a clean line.
class LiveProgress final : public ProgressListener {
 public:
  /// `terminal` is the one behind `out`; both must outlive the display.
  LiveProgress(std::ostream& out, const Terminal& terminal, std::stop_token stop);
  /// Removes the bars.
  ~LiveProgress() override;
  LiveProgress(const LiveProgress&) = delete;
  LiveProgress& operator=(const LiveProgress&) = delete;

  void OnPlanned(const RunPlan& plan) override;
  void OnProgress(const RunProgressView& progress) override;
  void OnTableFinished(const TableOutcome& outcome) override;
  void OnRestart(const arrow::Status& reason) override;
  void OnWaiting(const std::string& whom) override;

 private:
  /// Puts `text` above the bars.
  std::string Wrapped(const std::string& text) const;
  void Scroll(std::string_view text);
  void Draw(std::string_view scrolled);
  std::vector<std::string> RenderLines(size_t width);
  /// Rows of the terminal, as wide as it is now, that the drawn lines take.
  size_t RowsOfDrawn(size_t width) const;

  std::ostream& out_;
  const Terminal& terminal_;
  const std::stop_token stop_;

  std::mutex mutex_;         ///< Lines of the log come from any thread.
  int64_t num_tables_ = 0;   ///< Planned.
  int64_t num_planned_ = 0;  ///< Tables and tasks.
  int64_t num_finished_ = 0;
  std::vector<ProgressLine> lines_;
  std::map<std::string, RateMeter> meters_;
  std::vector<size_t> drawn_;  ///< Widths of the lines drawn last.
};

}  // namespace carmilla
