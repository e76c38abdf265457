#include "carmilla/json.h"

#include <charconv>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "transform/exact_number.h"
#include "transform/json_extractor.h"
#include "transform/json_syntax.h"
#include "transform/json_time.h"
#include "types/json_path.h"

namespace carmilla {
namespace {

using Kind = JsonFinding::Kind;

[[noreturn]] void ThrowMisfit() { internal::ThrowValueError(ValueProblem::kMisfit); }

/// The extractors of one thread, by their paths, and the padded bytes that they read.
class ExtractorsOfThread {
 public:
  /// What stands at a path. The text views `document()`.
  JsonFinding Find(std::string_view text, bool is_trusted, std::string_view path) {
    JsonExtractor& extractor = Of(path, is_trusted);
    const auto padding = static_cast<size_t>(JsonExtractor::Padding());
    if (document_.size() < text.size() + padding) document_.resize(text.size() + padding);
    if (!text.empty()) std::memcpy(document_.data(), text.data(), text.size());
    std::memset(document_.data() + text.size(), 0, padding);
    return extractor.Extract({document_.data(), text.size()})[0];
  }

  const char* document() const { return document_.data(); }

 private:
  /// More paths than a program has by being written; those of a loop are forgotten.
  static constexpr size_t kMostPaths = 1024;
  using ByPath = std::map<std::string, std::unique_ptr<JsonExtractor>, std::less<>>;

  JsonExtractor& Of(std::string_view path, bool is_trusted) {
    ByPath& by_path = is_trusted ? trusted_ : checked_;
    const auto found = by_path.find(path);
    if (found != by_path.end()) return *found->second;
    const arrow::Result<JsonPath> parsed = ParseJsonPath(path);
    if (!parsed.ok()) throw std::invalid_argument(RenderError(parsed.status()));
    const JsonDerivation derivation = {.path = *parsed};
    if (by_path.size() == kMostPaths) by_path.clear();
    auto extractor = std::make_unique<JsonExtractor>(
        std::span(&derivation, 1), is_trusted ? JsonTrust::kJson : JsonTrust::kNone);
    return *by_path.emplace(path, std::move(extractor)).first->second;
  }

  ByPath trusted_;
  ByPath checked_;
  std::string document_;
};

ExtractorsOfThread& Extractors() {
  thread_local ExtractorsOfThread extractors;
  return extractors;
}

/// Nothing for what is missing; throws for what cannot be looked at.
std::optional<JsonFinding> Find(std::string_view text, bool is_trusted,
                                std::string_view path) {
  const JsonFinding finding = Extractors().Find(text, is_trusted, path);
  if (finding.kind == Kind::kMissing) return std::nullopt;
  if (finding.kind >= Kind::kNoJson) ThrowMisfit();
  return finding;
}

/// The number that a finding holds, as it is written.
std::string_view NumberOf(const JsonFinding& finding) {
  const bool is_number = finding.kind == Kind::kNumber ||
                         (finding.kind == Kind::kString && IsJsonNumber(finding.text));
  if (!is_number) ThrowMisfit();
  return finding.text;
}

std::string_view StringOf(const JsonFinding& finding) {
  if (finding.kind != Kind::kString) ThrowMisfit();
  return finding.text;
}

Int128 ExactNumber(const JsonFinding& finding, int precision, int scale) {
  Int128 number = 0;
  if (ScaleExactly(NumberOf(finding), precision, scale, &number) != NumberFit::kExact) {
    ThrowMisfit();
  }
  return number;
}

int64_t ReadMicros(const JsonFinding& finding, bool is_utc) {
  const DeclaredType type = {.kind = DeclaredKind::kTimestamp, .is_utc = is_utc};
  int64_t micros = 0;
  if (ParseIsoTimestamp(StringOf(finding), type, &micros) != TimeFit::kExact)
    ThrowMisfit();
  return micros;
}

/// Tells where the elements of an array end; its JSON is known to be valid.
class ElementScanner {
 public:
  /// Takes what stands between the brackets.
  explicit ElementScanner(std::string_view contents) : rest_(contents) { SkipBlanks(); }

  bool IsAtEnd() const { return rest_.empty(); }

  std::string_view Take() {
    size_t end = 0;
    for (int depth = 0; end < rest_.size() && (depth > 0 || rest_[end] != ','); ++end) {
      const char c = rest_[end];
      if (c == '[' || c == '{') ++depth;
      if (c == ']' || c == '}') --depth;
      if (c == '"') end = EndOfString(end);
    }
    std::string_view element = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    SkipBlanks();
    return element.substr(0, element.find_last_not_of(kBlanks) + 1);
  }

 private:
  static constexpr std::string_view kBlanks = " \t\n\r";

  size_t EndOfString(size_t at) const {
    for (++at; at < rest_.size() && rest_[at] != '"'; ++at) {
      if (rest_[at] == '\\') ++at;
    }
    return at;
  }

  void SkipBlanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
  }

  std::string_view rest_;
};

}  // namespace

std::optional<bool> Json::GetBool(std::string_view path) const {
  const auto finding = Find(text_, is_trusted_, path);
  if (!finding.has_value()) return std::nullopt;
  if (finding->kind != Kind::kBoolean) ThrowMisfit();
  return finding->text == "true";
}

std::optional<int64_t> Json::GetInt64(std::string_view path) const {
  const auto finding = Find(text_, is_trusted_, path);
  if (!finding.has_value()) return std::nullopt;
  const Int128 number = ExactNumber(*finding, internal::kMostDigits, /*scale=*/0);
  if (number != static_cast<int64_t>(number)) ThrowMisfit();
  return static_cast<int64_t>(number);
}

std::optional<double> Json::GetDouble(std::string_view path) const {
  const auto finding = Find(text_, is_trusted_, path);
  if (!finding.has_value()) return std::nullopt;
  const std::string_view number = NumberOf(*finding);
  double value = 0;
  if (std::from_chars(number.begin(), number.end(), value).ec != std::errc())
    ThrowMisfit();
  return value;
}

std::optional<Int128> Json::GetUnscaled(std::string_view path, int precision,
                                        int scale) const {
  const auto finding = Find(text_, is_trusted_, path);
  if (!finding.has_value()) return std::nullopt;
  return ExactNumber(*finding, precision, scale);
}

std::optional<std::string> Json::GetText(std::string_view path) const {
  const auto finding = Find(text_, is_trusted_, path);
  if (!finding.has_value()) return std::nullopt;
  if (finding->kind != Kind::kString) return std::string(finding->text);
  std::string text;
  if (!AppendUnescaped(finding->text, &text)) ThrowMisfit();
  return text;
}

std::optional<Date> Json::GetDate(std::string_view path) const {
  const auto finding = Find(text_, is_trusted_, path);
  if (!finding.has_value()) return std::nullopt;
  int32_t days = 0;
  if (ParseIsoDate(StringOf(*finding), &days) != TimeFit::kExact) ThrowMisfit();
  return Date::FromDays(days);
}

std::optional<Timestamp> Json::GetTimestamp(std::string_view path) const {
  const auto finding = Find(text_, is_trusted_, path);
  if (!finding.has_value()) return std::nullopt;
  return Timestamp::FromMicros(ReadMicros(*finding, /*is_utc=*/false));
}

std::optional<TimestampTz> Json::GetTimestampTz(std::string_view path) const {
  const auto finding = Find(text_, is_trusted_, path);
  if (!finding.has_value()) return std::nullopt;
  return TimestampTz::FromMicros(ReadMicros(*finding, /*is_utc=*/true));
}

std::optional<Json> Json::GetJson(std::string_view path) const {
  const auto finding = Find(text_, is_trusted_, path);
  if (!finding.has_value()) return std::nullopt;
  // The finding views a copy; nothing of it, where text that was trusted is no JSON.
  if (finding->text.data() == nullptr) ThrowMisfit();
  auto begin = static_cast<size_t>(finding->text.data() - Extractors().document());
  size_t size = finding->text.size();
  if (finding->kind == Kind::kString) {
    begin -= 1;
    size += 2;
  }
  // The whole is JSON now, also where it was not known to be.
  return FromPostgres(text_.substr(begin, size));
}

std::optional<std::vector<Json>> Json::GetElements(std::string_view path) const {
  const std::optional<Json> array = GetJson(path);
  if (!array.has_value()) return std::nullopt;
  if (!array->text_.starts_with('[')) ThrowMisfit();
  ElementScanner scanner(array->text_.substr(1, array->text_.size() - 2));
  std::vector<Json> elements;
  while (!scanner.IsAtEnd()) elements.push_back(FromPostgres(scanner.Take()));
  return elements;
}

}  // namespace carmilla
