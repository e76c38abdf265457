#include "cli/query_prompt.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/failure_printer.h"
#include "cli/line_editor.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/quantity.h"
#include "core/sql_statement.h"
#include "core/suggest.h"
#include "operations/lake_sql.h"
#include "operations/query.h"

namespace carmilla {
namespace {

constexpr std::string_view kHelp =
    "A statement ends with ; and may go over several lines. The SQL is DuckDB's.\n"
    "  .tables        the tables of the lake\n"
    "  .schema TABLE  its columns and their types\n"
    "  .types on|off  types of columns above the rows\n"
    "  .help          this help\n"
    "  .quit          leave; so does Ctrl-D\n"
    "Tab completes, Ctrl-R searches what was typed before, Ctrl-C gives a line or a\n"
    "query up. Lines that begin with a space are not remembered.\n";

constexpr std::array<std::string_view, 5> kDotCommands = {".tables", ".schema", ".types",
                                                          ".help", ".quit"};

/// What one types who is used to another prompt; none of it begins a statement.
constexpr std::array<std::string_view, 3> kFarewells = {"exit", "quit", "\\q"};
constexpr std::array<std::string_view, 3> kCallsForHelp = {"help", "?", "\\?"};

constexpr auto kKeywords = std::to_array<std::string_view>(
    {"AND",          "AS",       "BETWEEN",     "CASE",      "COUNT",    "DESC",
     "DESCRIBE",     "DISTINCT", "ELSE",        "END",       "EXPLAIN",  "FROM",
     "FULL",         "GROUP BY", "HAVING",      "IN",        "INNER",    "INTERVAL",
     "IS NULL",      "JOIN",     "LEFT",        "LIKE",      "LIMIT",    "NOT",
     "NULL",         "OFFSET",   "ON",          "OR",        "ORDER BY", "OVER",
     "PARTITION BY", "SELECT",   "SHOW TABLES", "SUMMARIZE", "THEN",     "UNION",
     "USING",        "VALUES",   "WHEN",        "WHERE",     "WITH"});

bool StartsWithIgnoringCase(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::ranges::equal(text.substr(0, start.size()), start, [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) ==
                  std::tolower(static_cast<unsigned char>(b));
         });
}

template <size_t kSize>
bool IsAmong(const std::array<std::string_view, kSize>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// Whether a first line, trimmed, is for the prompt instead of for the lake.
bool IsCommand(std::string_view line) {
  return line.starts_with('.') || line.starts_with('\\') || IsAmong(kFarewells, line) ||
         IsAmong(kCallsForHelp, line);
}

std::string Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n;";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin));
}

/// On one line, so that the arrow keys bring it back as one; a comment needs its line.
std::string ForHistory(std::string statement) {
  if (statement.find("--") == std::string::npos) {
    std::ranges::replace(statement, '\n', ' ');
  }
  return statement + ";";
}

class QueryPrompt {
 public:
  QueryPrompt(QueryAnswerOptions options, std::vector<std::string> tables)
      : options_(std::move(options)), tables_(std::move(tables)) {}

  arrow::Status Run() {
    ARROW_ASSIGN_OR_RAISE(
        editor_,
        LineEditor::Open({.history_path = HistoryPath(),
                          .complete = [this](auto word) { return WordsFor(word); }}));
    std::cerr << FormatCount(static_cast<int64_t>(tables_.size()), "table") << " in "
              << EscapeControlCharacters(options_.lake.path)
              << ". A statement ends with ; - .help tells more, Ctrl-D leaves.\n";
    for (;;) {
      const std::stop_token stop = RenewStop();
      const auto line =
          editor_->Read(pending_.empty() ? "carmilla> " : "     ...> ", stop);
      // A Ctrl-C may also have come just before the line was asked for.
      const bool is_forgiven = line.ok() && !*line && stop.stop_requested() &&
                               KindOfStop() == ErrorKind::kInterrupted;
      if (!line.ok() || is_forgiven) {
        pending_.clear();
        continue;
      }
      if (!*line || !Take(**line, stop)) break;
    }
    return KindOfStop() == ErrorKind::kInterrupted
               ? arrow::Status::OK()
               : MakeError(ErrorKind::kInterrupted, "asking for SQL: stopped");
  }

 private:
  /// False if the person wants to leave.
  bool Take(const std::string& line, const std::stop_token& stop) {
    const std::string words = Trimmed(line);
    if (pending_.empty() && IsCommand(words)) {
      editor_->Remember(line);
      return Command(words, stop);
    }
    if (IsAmong(kDotCommands, words) || IsAmong(kFarewells, words)) {
      std::cerr << "this belongs to the statement above: ; ends it, Ctrl-C gives it up\n";
    }
    pending_ += pending_.empty() ? line : "\n" + line;
    while (const auto end = EndOfStatement(pending_)) {
      const std::string statement = pending_.substr(0, *end);
      pending_.erase(0, *end + 1);
      if (IsBlankStatement(statement)) continue;
      editor_->Remember(ForHistory(statement));
      Answer(statement, stop);
      if (stop.stop_requested()) pending_.clear();
    }
    if (IsBlankStatement(pending_) && EndOfStatement(pending_ + ";")) pending_.clear();
    return true;
  }

  bool Command(const std::string& line, const std::stop_token& stop) {
    const std::string name = line.substr(0, line.find(' '));
    const std::string argument =
        Trimmed(std::string_view(line).substr(std::min(name.size(), line.size())));
    if (name == ".quit" || name == ".exit" || IsAmong(kFarewells, line)) return false;
    if (name == ".help" || IsAmong(kCallsForHelp, line)) {
      std::cerr << kHelp;
    } else if (name == ".tables") {
      Answer("SELECT name FROM (SHOW TABLES)", stop);
    } else if (name == ".schema" && !argument.empty()) {
      Answer(
          "SELECT column_name, column_type FROM (DESCRIBE " + InLakeSql(argument) + ")",
          stop);
    } else if (name == ".types" && (argument == "on" || argument == "off")) {
      options_.printing.shows_types = argument == "on";
    } else {
      const std::string nearest = DidYouMean(
          name, std::vector<std::string>(kDotCommands.begin(), kDotCommands.end()));
      const bool is_known = IsAmong(kDotCommands, name);
      std::cerr << (is_known ? "what of? " : "unknown command: ")
                << EscapeControlCharacters(line) << "\nhint: "
                << (nearest.empty() || is_known ? ".help lists the commands" : nearest)
                << '\n';
    }
    return true;
  }

  void Answer(const std::string& sql, const std::stop_token& stop) {
    options_.printing.width = Terminal::OfOutput().Width();
    const arrow::Status status = AnswerQuery(sql, options_, stop);
    std::cout.clear();  // Another statement may fare better.
    if (status.ok()) return;
    if (KindOf(status) == ErrorKind::kInterrupted) {
      std::cerr << "\ngiven up\n";
    } else {
      PrintFailure(std::cerr, Terminal::OfError(), "error:", "", status);
    }
  }

  std::vector<std::string> WordsFor(std::string_view word) const {
    std::vector<std::string> words;
    if (word.empty()) return tables_;
    const auto add = [&](const auto& candidates) {
      for (const auto& candidate : candidates) {
        if (StartsWithIgnoringCase(candidate, word)) words.emplace_back(candidate);
      }
    };
    add(tables_);
    if (words.size() == 1) words.front() = InLakeSql(words.front());
    if (words.empty() && pending_.empty()) add(kDotCommands);
    if (words.empty()) add(kKeywords);
    return words;
  }

  QueryAnswerOptions options_;
  const std::vector<std::string> tables_;
  std::unique_ptr<LineEditor> editor_;
  std::string pending_;  ///< The lines of a statement that has not ended yet.
};

}  // namespace

std::string HistoryPath() {
  const auto variable = [](const char* name) -> std::string {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? "" : value;
  };
  // The specification ignores relative paths.
  std::string state = variable("XDG_STATE_HOME");
  if (!state.starts_with('/')) {
    const std::string home = variable("HOME");
    if (home.empty()) return "";
    state = home + "/.local/state";
  }
  return state + "/carmilla/history";
}

arrow::Status RunQueryPrompt(const QueryAnswerOptions& options) {
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> tables,
                        ListQueryTables(options.lake, options.models));
  return QueryPrompt(options, std::move(tables)).Run();
}

}  // namespace carmilla
