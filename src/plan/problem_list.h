#pragma once

#include <arrow/status.h>

#include <string>
#include <vector>

#include "plan/source_position.h"

namespace carmilla {

/// One thing that is wrong in a configuration. Neither text may hold a credential.
struct Problem {
  SourcePosition position;
  std::string text;
  std::string hint;  ///< The cure, or "".
};

/// Collects what is wrong, so that one look at the file shows all of it.
class ProblemList {
 public:
  void Add(SourcePosition position, std::string text, std::string hint = "");
  bool empty() const { return problems_.empty(); }
  const std::vector<Problem>& problems() const { return problems_; }

  /// Returns OK, or one kConfiguration error with a line `file:line:column: problem` for
  /// each problem in the order of the file (a problem of `--set` comes first, as `--set:
  /// problem`). Hints stand in their lines, except when one fits all: then it is the
  /// error's own.
  arrow::Status ToStatus(const std::string& file) const;

 private:
  std::vector<Problem> problems_;
};

}  // namespace carmilla
