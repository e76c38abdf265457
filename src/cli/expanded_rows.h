#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace carmilla {

/// Prints rows as blocks of `title | value` lines, for results that are too wide to be a
/// table. Values that do not fit the width are cut with `…`.
class ExpandedRows {
 public:
  /// `width` in columns, > 0. `titles` without control characters.
  ExpandedRows(std::vector<std::string> titles, size_t width);

  /// Appends the next row to `out`; one cell for each title.
  void Print(const std::vector<std::string>& cells, std::string* out);

 private:
  std::vector<std::string> titles_;  ///< Padded.
  size_t title_width_ = 1;
  size_t width_;
  int64_t row_ = 0;
};

}  // namespace carmilla
