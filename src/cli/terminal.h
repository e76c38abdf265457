#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace carmilla {

/// How a piece of text stands out where colours are shown.
enum class Shade : uint8_t { kBold, kFaint, kRed, kGreen, kYellow, kBlue };

/// What --color asks for.
enum class ColorChoice : uint8_t { kAuto, kAlways, kNever };
inline constexpr std::array<std::string_view, 3> kColorChoiceNames = {"auto", "always",
                                                                      "never"};

/// What can be known about one of the three standard streams: the only place that asks
/// whether a person looks at it, how wide it is and whether it shows colours.
class Terminal {
 public:
  /// Decides about the colours of every terminal that is made later. Call it before
  /// threads start.
  static void SetColorChoice(ColorChoice choice);

  static Terminal OfInput();
  static Terminal OfOutput();
  static Terminal OfError();

  /// A person reads (or types) here; nothing is a file or a pipe.
  bool is_interactive() const { return is_interactive_; }
  /// Lines that were printed can be drawn again: interactive, and TERM names a terminal
  /// that is not `dumb`.
  bool can_redraw() const { return can_redraw_; }
  /// What SetColorChoice said; kAuto: can redraw, and NO_COLOR is not set
  /// (https://no-color.org).
  bool has_colors() const { return has_colors_; }

  /// Columns, asked anew each time because windows change; 0 if not interactive.
  int Width() const;
  /// Lines, as Width().
  int Height() const;

  /// `text` in `shade`; as it is where no colours are shown. `text` must not hold control
  /// characters (see DisplayText).
  std::string Paint(Shade shade, std::string_view text) const;

 private:
  explicit Terminal(int descriptor);

  int descriptor_;
  bool is_interactive_;
  bool can_redraw_;
  bool has_colors_;
};

}  // namespace carmilla
