#pragma once

#include <ostream>
#include <string>
#include <vector>

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

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace carmilla
