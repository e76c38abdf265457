#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

namespace carmilla {

struct LineEditorOptions {
  /// Where lines are kept for the next time; "" for nowhere. Readable by its owner only.
  std::string history_path;
  /// Returns the words that `word` may become when Tab is pressed.
  std::function<std::vector<std::string>(std::string_view word)> complete;
};

/// Reads lines from a person at a terminal, with the keys of Emacs, a history and
/// completion. The terminal is as it was whenever Read does not run. One at a time in a
/// process, for one thread.
class LineEditor {
 public:
  /// Standard input and standard error must be terminals.
  static arrow::Result<std::unique_ptr<LineEditor>> Open(LineEditorOptions options);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  /// Returns the line without its line break, or nothing at the end (Ctrl-D) and when
  /// `stop` is requested. kInterrupted on Ctrl-C: the person gave the line up.
  arrow::Result<std::optional<std::string>> Read(const std::string& prompt,
                                                 const std::stop_token& stop);
  /// Adds to the history. What begins with a space is not kept.
  void Remember(const std::string& line);

 private:
  class Implementation;
  explicit LineEditor(std::unique_ptr<Implementation> implementation);

  std::unique_ptr<Implementation> implementation_;
};

}  // namespace carmilla
