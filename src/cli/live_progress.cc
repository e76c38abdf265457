#include "cli/live_progress.h"

#include <algorithm>

#include "cli/display_text.h"
#include "cli/outcome_text.h"
#include "cli/plain_progress.h"
#include "cli/word_wrap.h"
#include "core/log.h"
#include "core/quantity.h"

namespace carmilla {
namespace {

constexpr std::chrono::milliseconds kWindow{5000};
constexpr size_t kWidestName = 24;
/// Below the bars the cursor needs a line, above them something else should be seen.
constexpr int kLinesLeftFree = 3;

// Control sequences that every terminal knows: ECMA-48 CUU, EL and ED.
std::string CursorUp(size_t lines) {
  return lines == 0 ? "" : "\x1b[" + std::to_string(lines) + "A";
}
constexpr std::string_view kClearLine = "\x1b[K";
constexpr std::string_view kClearBelow = "\x1b[J";

/// The columns of a line without the codes of its colours.
size_t WidthOfPainted(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const size_t code = text.find('\x1b');
    width += DisplayWidth(text.substr(0, code));
    if (code == std::string_view::npos) break;
    text.remove_prefix(text.find('m', code) + 1);
  }
  return width;
}

}  // namespace

void RateMeter::Add(std::chrono::milliseconds at, int64_t value) {
  // Read again under a new snapshot, a table begins anew.
  if (!readings_.empty() && value < readings_.back().second) readings_.clear();
  readings_.emplace_back(at, value);
  while (readings_.size() > 2 && at - readings_.front().first > kWindow) {
    readings_.pop_front();
  }
}

double RateMeter::PerSecond() const {
  if (readings_.size() < 2) return -1;
  const auto& [begin, before] = readings_.front();
  const auto& [end, now] = readings_.back();
  if (end <= begin) return -1;
  const std::chrono::duration<double> seconds = end - begin;
  return static_cast<double>(now - before) / seconds.count();
}

LiveProgress::LiveProgress(std::ostream& out, const Terminal& terminal,
                           std::stop_token stop)
    : out_(out), terminal_(terminal), stop_(std::move(stop)) {
  RedirectLog([this](std::string_view line) { Scroll(line); });
}

LiveProgress::~LiveProgress() {
  RedirectLog(nullptr);
  const std::scoped_lock lock(mutex_);
  lines_.clear();
  Draw("");
}

void LiveProgress::OnPlanned(const RunPlan& plan) {
  num_tables_ = static_cast<int64_t>(plan.tables.size());
  num_planned_ = num_tables_ + static_cast<int64_t>(plan.tasks.size());
  if (num_planned_ > 0) Scroll(Wrapped(PlannedText(plan)));
}

void LiveProgress::OnProgress(const RunProgressView& progress) {
  const std::scoped_lock lock(mutex_);
  lines_.clear();
  for (const TableProgressView& table : progress.tables) {
    RateMeter& meter = meters_[table.name];
    meter.Add(table.elapsed, table.wire_bytes);
    lines_.push_back({.name = DisplayText(table.name),
                      .rows = table.rows,
                      .share = table.Share(),
                      .bytes_per_second = meter.PerSecond(),
                      .elapsed = table.elapsed});
  }
  if (num_planned_ > 1) {
    RateMeter& meter = meters_[""];
    meter.Add(progress.elapsed, progress.wire_bytes);
    const bool is_all = progress.num_tables == num_tables_;
    const char* const what = num_planned_ == num_tables_ ? "tables"
                             : num_tables_ == 0          ? "tasks"
                                                         : "tables and tasks";
    // A task may write several tables.
    const int64_t num_done = std::min(num_finished_ + progress.num_read, num_planned_);
    lines_.push_back({.name = std::to_string(num_done) + " of " +
                              FormatCount(num_planned_) + " " + what,
                      .rows = progress.rows,
                      .share = is_all ? progress.share : -1,
                      .bytes_per_second = meter.PerSecond(),
                      .elapsed = progress.elapsed});
  }
  Draw("");
}

void LiveProgress::OnTableFinished(const TableOutcome& outcome) {
  ++num_finished_;
  meters_.erase(outcome.name);
  {
    const std::scoped_lock lock(mutex_);
    lines_.clear();  // Nothing is being read while tables are published.
  }
  const std::string text = Wrapped("  " + OutcomeText(outcome));
  const bool is_fault = !outcome.status.ok() && !IsStopped(outcome.status);
  Scroll(is_fault ? terminal_.Paint(Shade::kRed, text) : text);
}

void LiveProgress::OnRestart(const arrow::Status& reason) {
  Scroll(Wrapped(RestartText(reason)));
}

void LiveProgress::OnWaiting(const std::string& whom) {
  Scroll(Wrapped(WaitingText(whom)));
}

std::string LiveProgress::Wrapped(const std::string& text) const {
  constexpr size_t kIndent = 4;
  return WrapHanging(text, kIndent, TextWidth(terminal_)) + "\n";
}

void LiveProgress::Scroll(std::string_view text) {
  const std::scoped_lock lock(mutex_);
  Draw(text);
}

void LiveProgress::Draw(std::string_view scrolled) {
  const auto width = static_cast<size_t>(std::max(terminal_.Width(), 2)) - 1;
  if (drawn_.empty() && lines_.empty() && scrolled.empty()) return;
  std::string text = "\r" + CursorUp(RowsOfDrawn(width + 1));
  drawn_.clear();
  if (!scrolled.empty()) text.append(kClearBelow).append(scrolled);
  for (const std::string& line : RenderLines(width)) {
    text.append(line).append(kClearLine).append("\n");
    drawn_.push_back(WidthOfPainted(line));
  }
  out_ << text.append(kClearBelow) << std::flush;
}

std::vector<std::string> LiveProgress::RenderLines(size_t width) {
  std::vector<std::string> rendered;
  size_t name_width = 0;
  for (const ProgressLine& line : lines_) {
    name_width = std::max(name_width, DisplayWidth(line.name));
  }
  name_width = std::min({name_width, kWidestName, std::max<size_t>(width / 3, 1)});
  rendered.reserve(lines_.size() + 1);
  for (const ProgressLine& line : lines_) {
    rendered.push_back(RenderProgressLine(line, name_width, width, terminal_));
  }
  if (stop_.stop_requested() && !lines_.empty()) {
    rendered.push_back(TruncateToWidth("stopping; Ctrl-C again ends it at once", width));
  }
  const auto most = static_cast<size_t>(std::max(terminal_.Height() - kLinesLeftFree, 1));
  if (rendered.size() > most) {
    rendered.erase(rendered.begin(), rendered.end() - static_cast<int64_t>(most));
  }
  return rendered;
}

size_t LiveProgress::RowsOfDrawn(size_t width) const {
  size_t rows = 0;
  // A terminal that became narrower has broken the lines.
  for (const size_t columns : drawn_) {
    rows += std::max<size_t>(1, (columns + width - 1) / width);
  }
  return rows;
}

}  // namespace carmilla
