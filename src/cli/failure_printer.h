#pragma once

#include <optional>
#include <ostream>
#include <string_view>

#include <arrow/status.h>

#include "cli/terminal.h"
#include "core/error.h"

namespace carmilla {

/// Prints failures for people: message and hint of each, wrapped to the terminal, and
/// behind the last of several of one kind once where to read on about it.
class FailurePrinter {
 public:
  /// Both must outlive the printer.
  FailurePrinter(std::ostream& out, const Terminal& terminal)
      : out_(out), terminal_(terminal) {}
  ~FailurePrinter() { Finish(); }
  FailurePrinter(const FailurePrinter&) = delete;
  FailurePrinter& operator=(const FailurePrinter&) = delete;

  /// Prints `carmilla: about: message`, without `about` if that is empty. `status` must
  /// have failed.
  void Print(std::string_view about, const arrow::Status& status);
  /// Names the kind of what was printed last, once.
  void Finish();

 private:
  std::ostream& out_;
  const Terminal& terminal_;
  std::optional<ErrorKind> kind_;
};

/// Prints `name`, in red, then the message and hint of a failed status, without its kind.
void PrintFailure(std::ostream& out, const Terminal& terminal, std::string_view name,
                  std::string_view about, const arrow::Status& status);

}  // namespace carmilla
