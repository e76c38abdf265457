#include "types/json_path.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr size_t kMostIndexDigits = 9;

bool IsPlain(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte >= 0x80 || character == '_' || character == '-' ||
         (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z');
}

/// Reads one path from front to back.
class PathParser {
 public:
  explicit PathParser(std::string_view text) : text_(text) {}

  arrow::Result<JsonPath> Parse() && {
    if (!Take('$')) return Refuse("a path begins with $", "write it like $.campaign.id");
    JsonPath path;
    while (at_ < text_.size()) {
      if (path.size() == kMostJsonSteps) {
        return Refuse("a path has at most " + std::to_string(kMostJsonSteps) + " steps",
                      "");
      }
      ARROW_ASSIGN_OR_RAISE(JsonStep step, ParseStep());
      path.push_back(std::move(step));
    }
    return path;
  }

 private:
  arrow::Result<JsonStep> ParseStep() {
    if (Take('[')) return ParseElement();
    if (!Take('.')) {
      return Refuse("a step begins with . or [",
                    "put a key with other signs in double quotes: $.\"Meta:schema\"");
    }
    JsonStep step;
    if (Take('"')) {
      ARROW_ASSIGN_OR_RAISE(step.key, ParseQuoted());
      return step;
    }
    const size_t begin = at_;
    while (at_ < text_.size() && IsPlain(text_[at_])) ++at_;
    if (at_ == begin) {
      return Refuse("a key is missing",
                    "put a key with other signs in double quotes: "
                    "$.\"Meta:schema\"");
    }
    step.key = std::string(text_.substr(begin, at_ - begin));
    return step;
  }

  /// The opening quote is taken.
  arrow::Result<std::string> ParseQuoted() {
    std::string key;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\') ++at_;
      if (at_ == text_.size()) break;
      key += text_[at_++];
    }
    if (!Take('"')) return Refuse("the quotes are not closed", "");
    return key;
  }

  /// The opening bracket is taken.
  arrow::Result<JsonStep> ParseElement() {
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    const std::string_view digits = text_.substr(begin, at_ - begin);
    if (digits.empty() || digits.size() > kMostIndexDigits || !Take(']')) {
      return Refuse("an element is a number between brackets, from 0",
                    "write it like $.score[0], and a key like $.score");
    }
    JsonStep step;
    std::from_chars(digits.data(), digits.data() + digits.size(), step.index);
    return step;
  }

  bool Take(char character) {
    if (at_ >= text_.size() || text_[at_] != character) return false;
    ++at_;
    return true;
  }

  arrow::Status Refuse(const std::string& problem, std::string hint) const {
    constexpr size_t kShown = 100;
    return MakeError(ErrorKind::kConfiguration,
                     "character " + std::to_string(at_ + 1) + ": " + problem + ": '" +
                         std::string(text_.substr(0, kShown)) + "'",
                     std::move(hint));
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

arrow::Result<JsonPath> ParseJsonPath(std::string_view text) {
  return PathParser(text).Parse();
}

std::string RenderJsonPath(const JsonPath& path) {
  std::string text = "$";
  for (const JsonStep& step : path) {
    if (step.IsElement()) {
      text += "[" + std::to_string(step.index) + "]";
    } else if (!step.key.empty() && std::ranges::all_of(step.key, IsPlain)) {
      text += "." + step.key;
    } else {
      text += ".\"";
      for (const char character : step.key) {
        if (character == '"' || character == '\\') text += '\\';
        text += character;
      }
      text += '"';
    }
  }
  return text;
}

}  // namespace carmilla
