#include "codegen/header_origin.h"

#include <algorithm>

#include "core/error.h"
#include "core/sha256.h"

namespace carmilla {
namespace {

constexpr std::string_view kBegin = "// Written by `carmilla generate";
constexpr std::string_view kEnd = "`; do not edit, run it again.";
constexpr std::string_view kColumnsFlag = "--columns";
constexpr std::string_view kNameFlag = "--name";
constexpr std::string_view kQueryFlag = "--query";

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
}

bool IsPlainInShell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_./,:@%+-").find(c) != std::string_view::npos;
}

/// A word as a shell takes it: as it is, in quotes, or in $'...' with escapes.
std::string ShellWord(const std::string& word) {
  if (!word.empty() && std::ranges::all_of(word, IsPlainInShell)) return word;
  const bool has_control = std::ranges::any_of(word, IsControl);
  std::string quoted = has_control ? "$'" : "'";
  for (const char c : word) {
    if (IsControl(c)) {
      quoted += "\\x" + Hexadecimal(std::string(1, c));
    } else if (has_control && (c == '\'' || c == '\\')) {
      quoted += {'\\', c};
    } else if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + '\'';
}

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Splits what ShellWord wrote into words.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : text_(text) {}

  std::optional<std::vector<std::string>> Read() {
    std::vector<std::string> words;
    while (!text_.empty()) {
      if (text_.front() != ' ') return std::nullopt;
      text_.remove_prefix(1);
      words.emplace_back();
      if (!ReadWord(&words.back())) return std::nullopt;
    }
    return words;
  }

 private:
  bool Take(std::string_view prefix) {
    if (!text_.starts_with(prefix)) return false;
    text_.remove_prefix(prefix.size());
    return true;
  }

  char TakeOne() {
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }

  bool ReadWord(std::string* word) {
    while (!text_.empty() && text_.front() != ' ') {
      if (Take("$'")) {
        if (!ReadEscaped(word)) return false;
      } else if (Take("'")) {
        const size_t end = text_.find('\'');
        if (end == std::string_view::npos) return false;
        *word += text_.substr(0, end);
        text_.remove_prefix(end + 1);
      } else {
        Take("\\");
        if (text_.empty()) return false;
        *word += TakeOne();
      }
    }
    return true;
  }

  bool ReadEscaped(std::string* word) {
    while (!text_.empty()) {
      if (Take("'")) return true;
      const bool is_escaped = Take("\\");
      if (is_escaped && Take("x")) {
        if (text_.size() < 2) return false;
        const int high = DigitOf(TakeOne());
        const int low = DigitOf(TakeOne());
        if (high < 0 || low < 0) return false;
        *word += static_cast<char>(16 * high + low);
      } else {
        if (text_.empty()) return false;
        *word += TakeOne();
      }
    }
    return false;
  }

  std::string_view text_;
};

std::string ColumnList(const std::vector<std::string>& columns) {
  std::string list;
  for (const std::string& column : columns) {
    if (!list.empty()) list += ',';
    if (column.find_first_of(",\"") == std::string::npos) {
      list += column;
      continue;
    }
    list += '"';
    for (const char c : column) list += c == '"' ? "\"\"" : std::string(1, c);
    list += '"';
  }
  return list;
}

arrow::Status RefuseList(std::string_view problem, std::string_view text) {
  return MakeError(
      ErrorKind::kUsage,
      "reading the command line: --columns " + std::string(problem) + ": " +
          std::string(text),
      "write --columns id,amount; a name with a comma goes in double quotes");
}

/// Takes one name and the comma behind it; nothing if its quotes are not closed.
std::optional<std::string> TakeName(std::string_view* text) {
  std::string name;
  const bool is_quoted = text->starts_with('"');
  size_t i = is_quoted ? 1 : 0;
  for (; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (!is_quoted && c == ',') break;
    if (is_quoted && c == '"' && !text->substr(i + 1).starts_with('"')) break;
    if (is_quoted && c == '"') ++i;
    name += c;
  }
  if (is_quoted && i++ >= text->size()) return std::nullopt;
  text->remove_prefix(i);
  if (!text->empty() && !text->starts_with(',')) return std::nullopt;
  return name;
}

}  // namespace

std::string RenderOriginLine(const HeaderOrigin& origin) {
  std::string line(kBegin);
  const auto add = [&](const std::string& word) { line += ' ' + ShellWord(word); };
  const auto add_flag = [&](std::string_view flag, const std::string& value) {
    if (value.empty()) return;
    line += ' ' + std::string(flag);
    add(value);
  };
  if (!origin.relation.empty()) add(origin.relation);
  add_flag(kQueryFlag, origin.query_file);
  add_flag(kColumnsFlag, ColumnList(origin.columns));
  add_flag(kNameFlag, origin.name);
  return line + std::string(kEnd);
}

std::optional<HeaderOrigin> ParseOriginLine(std::string_view text) {
  if (text.starts_with(kUnformatted)) text.remove_prefix(kUnformatted.size());
  const std::string_view line = text.substr(0, text.find('\n'));
  if (!line.starts_with(kBegin) || !line.ends_with(kEnd) ||
      line.size() < kBegin.size() + kEnd.size()) {
    return std::nullopt;
  }
  const std::string_view inner =
      line.substr(kBegin.size(), line.size() - kBegin.size() - kEnd.size());
  const auto words = WordReader(inner).Read();
  if (!words.has_value()) return std::nullopt;
  HeaderOrigin origin;
  for (size_t i = 0; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    const bool is_flag = word == kQueryFlag || word == kColumnsFlag || word == kNameFlag;
    if (!is_flag) {
      if (!origin.relation.empty()) return std::nullopt;
      origin.relation = word;
      continue;
    }
    if (++i == words->size()) return std::nullopt;
    const std::string& value = (*words)[i];
    if (word == kQueryFlag) origin.query_file = value;
    if (word == kNameFlag) origin.name = value;
    if (word != kColumnsFlag) continue;
    auto columns = ParseColumnList(value);
    if (!columns.ok()) return std::nullopt;
    origin.columns = *std::move(columns);
  }
  if (origin.relation.empty() == origin.query_file.empty()) return std::nullopt;
  return origin;
}

arrow::Result<std::vector<std::string>> ParseColumnList(std::string_view text) {
  std::vector<std::string> columns;
  std::string_view rest = text;
  while (true) {
    std::optional<std::string> name = TakeName(&rest);
    if (!name.has_value()) return RefuseList("has quotes in the wrong place", text);
    if (name->empty()) return RefuseList("has an empty name", text);
    if (std::ranges::find(columns, *name) != columns.end()) {
      return RefuseList("names a column twice", *name);
    }
    columns.push_back(*std::move(name));
    if (rest.empty()) return columns;
    rest.remove_prefix(1);
  }
}

}  // namespace carmilla
