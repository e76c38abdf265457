#include "cli/progress_line.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cli/display_text.h"
#include "core/quantity.h"

namespace carmilla {
namespace {

constexpr size_t kShortestBar = 8;
constexpr size_t kLongestBar = 32;
constexpr std::chrono::milliseconds kStepOfWanderer{200};
constexpr size_t kWidthOfWanderer = 3;
/// Nothing can be foretold from less.
constexpr std::chrono::milliseconds kLeastElapsed{1000};
constexpr double kLeastShare = 0.01;

std::string PaddedLeft(std::string text, size_t width) {
  if (text.size() < width) text.insert(0, width - text.size(), ' ');
  return text;
}

/// The inside of a bar: done, then open.
struct BarText {
  std::string before;
  std::string done;
  std::string after;
};

BarText BarOf(const ProgressLine& line, size_t length) {
  if (line.share >= 0) {
    const auto done = static_cast<size_t>(std::clamp(line.share, 0.0, 1.0) *
                                          static_cast<double>(length));
    std::string filled(done, '=');
    if (done > 0 && done < length) filled.back() = '>';
    return {.before = "", .done = filled, .after = std::string(length - done, ' ')};
  }
  const auto step = static_cast<size_t>(line.elapsed / kStepOfWanderer);
  const size_t room = length - kWidthOfWanderer;
  const size_t at = step % (2 * room);
  const size_t before = at < room ? at : 2 * room - at;
  return {.before = std::string(before, ' '),
          .done = std::string(kWidthOfWanderer, '='),
          .after = std::string(room - before, ' ')};
}

std::string Remaining(const ProgressLine& line) {
  if (line.share < kLeastShare || line.elapsed < kLeastElapsed) return "";
  const double milliseconds =
      static_cast<double>(line.elapsed.count()) * (1 - line.share) / line.share;
  // Whole seconds: nobody foretells milliseconds.
  const std::chrono::seconds rounded(std::llround(std::ceil(milliseconds / 1000)));
  std::string text = FormatDuration(rounded);
  if (text.ends_with(".0 s")) text.replace(text.size() - 4, 4, " s");
  return "ETA " + text;
}

std::string ShareText(double share) {
  return share < 0 ? "" : std::to_string(static_cast<int>(share * 100)) + " %";
}

std::string RateText(double bytes_per_second) {
  if (bytes_per_second < 0) return "";
  return FormatBytes(std::llround(bytes_per_second)) + "/s";
}

/// What is known, two spaces apart.
std::string Compact(const std::string& name, const std::vector<std::string>& figures) {
  std::string text = "  " + name;
  for (const std::string& figure : figures) {
    if (!figure.empty()) text += "  " + figure;
  }
  return text;
}

}  // namespace

std::string RenderProgressLine(const ProgressLine& line, size_t name_width, size_t width,
                               const Terminal& terminal) {
  constexpr size_t kShareWidth = 4;
  constexpr size_t kRowsWidth = 17;
  constexpr size_t kRateWidth = 13;
  constexpr size_t kRemainingWidth = 14;
  std::string name = TruncateToWidth(line.name, name_width);
  name.append(name_width - std::min(name_width, DisplayWidth(name)), ' ');
  const std::string share = ShareText(line.share);
  const std::string rows = FormatCount(line.rows) + " rows";
  const std::string rate = RateText(line.bytes_per_second);
  const std::string remaining = Remaining(line);
  std::string figures = PaddedLeft(share, kShareWidth) + PaddedLeft(rows, kRowsWidth) +
                        PaddedLeft(rate, kRateWidth) + "  " + remaining;
  figures.resize(
      std::max(figures.size(), figures.size() - remaining.size() + kRemainingWidth), ' ');
  const size_t used = name_width + figures.size() + std::string_view("   [] ").size();
  if (used + kShortestBar > width) {
    return TruncateToWidth(Compact(name, {share, rows, remaining, rate}),
                           std::max<size_t>(width, 1));
  }
  const BarText bar = BarOf(line, std::min(kLongestBar, width - used));
  figures.erase(figures.find_last_not_of(' ') + 1);
  return "  " + name + " [" + bar.before + terminal.Paint(Shade::kGreen, bar.done) +
         bar.after + "] " + figures;
}

}  // namespace carmilla
