#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace carmilla {
namespace {

// What a terminal has that does not tell its size, such as a serial line.
constexpr int kDefaultWidth = 80;
constexpr int kDefaultHeight = 24;

// As the three streams, it belongs to the process.
ColorChoice color_choice = ColorChoice::kAuto;

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

winsize SizeOf(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) size = {};
  return size;
}

std::string_view CodeOf(Shade shade) {
  switch (shade) {
    case Shade::kBold:
      return "\x1b[1m";
    case Shade::kFaint:
      return "\x1b[2m";
    case Shade::kRed:
      return "\x1b[31m";
    case Shade::kGreen:
      return "\x1b[32m";
    case Shade::kYellow:
      return "\x1b[33m";
    case Shade::kBlue:
      return "\x1b[34m";
  }
  return "";
}

}  // namespace

Terminal::Terminal(int descriptor)
    : descriptor_(descriptor),
      is_interactive_(isatty(descriptor) == 1),
      can_redraw_(is_interactive_ && !Variable("TERM").empty() &&
                  Variable("TERM") != "dumb"),
      has_colors_(color_choice == ColorChoice::kAlways ||
                  (color_choice == ColorChoice::kAuto && can_redraw_ &&
                   Variable("NO_COLOR").empty())) {}

void Terminal::SetColorChoice(ColorChoice choice) { color_choice = choice; }

Terminal Terminal::OfInput() { return Terminal(STDIN_FILENO); }
Terminal Terminal::OfOutput() { return Terminal(STDOUT_FILENO); }
Terminal Terminal::OfError() { return Terminal(STDERR_FILENO); }

int Terminal::Width() const {
  if (!is_interactive_) return 0;
  const int columns = SizeOf(descriptor_).ws_col;
  return columns > 0 ? columns : kDefaultWidth;
}

int Terminal::Height() const {
  if (!is_interactive_) return 0;
  const int lines = SizeOf(descriptor_).ws_row;
  return lines > 0 ? lines : kDefaultHeight;
}

std::string Terminal::Paint(Shade shade, std::string_view text) const {
  if (!has_colors_) return std::string(text);
  return std::string(CodeOf(shade)).append(text).append("\x1b[0m");
}

}  // namespace carmilla
