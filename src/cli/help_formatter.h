#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace carmilla {

/// Lets the parser print our help (help_text.h).
class HelpFormatter : public CLI::FormatterBase {
 public:
  explicit HelpFormatter(bool is_long) : is_long_(is_long) {}
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;

 private:
  bool is_long_;
};

}  // namespace carmilla
