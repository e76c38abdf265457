#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "cli/terminal.h"

namespace carmilla {

/// A small table for people: columns padded to their widest cell, two spaces apart,
/// control characters escaped.
class TextTable {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Missing cells are empty.
  void AddRow(std::vector<std::string> cells);
  /// Every line begins with `indent`.
  void Print(std::ostream& out, const std::string& indent = "") const;
  /// As it fits `terminal`: the widest texts aligned left are cut until a line has room,
  /// and titles are faint. Nothing is cut where nobody looks.
  void Print(std::ostream& out, const std::string& indent,
             const Terminal& terminal) const;

 private:
  std::vector<size_t> Widths() const;
  void PrintLines(std::ostream& out, const std::string& indent,
                  const std::vector<size_t>& widths, const Terminal* terminal) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace carmilla
