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
    bool is_optional = false;  ///< Left out where the table is too wide otherwise.
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Missing cells are empty.
  void AddRow(std::vector<std::string> cells);
  /// Prints it so that it fits `terminal`, titles faint, every line behind `indent`.
  /// Where a line has no room, optional columns are left out, then the widest texts
  /// aligned left are wrapped between words or, where a word is too wide, cut. Nobody
  /// looks: nothing is.
  void Print(std::ostream& out, const std::string& indent,
             const Terminal& terminal) const;

 private:
  std::vector<size_t> Widths() const;
  TextTable WithoutColumn(size_t left_out) const;
  void PrintRow(std::ostream& out, const std::string& indent,
                const std::vector<std::string>& cells, const std::vector<size_t>& widths,
                const Terminal* faint) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace carmilla
