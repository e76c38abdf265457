#include "plan/configuration_section.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/quantity.h"
#include "core/suggest.h"
#include "plan/certificate_file.h"
#include "plan/declared_types.h"
#include "plan/lake_location.h"
#include "plan/text_file.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

constexpr size_t kLongestLakeName = 128;

std::string_view DescribeKind(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "one value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return "";
}

std::vector<std::string> AllKeys() {
  std::vector<std::string> names;
  for (const ConfigurationKey& key : ConfigurationKeys()) {
    if (key.form != ValueForm::kLater) names.emplace_back(key.name);
  }
  return names;
}

/// Says where a key is allowed.
std::string WhereItBelongs(std::string_view name) {
  std::string places;
  for (const ConfigurationKey& key : ConfigurationKeys()) {
    if (key.name != name || key.form == ValueForm::kLater) continue;
    for (const KeyScope scope : key.scopes) {
      if (!places.empty()) places += " or ";
      places += DescribeScope(scope);
    }
  }
  return places;
}

/// The keys of a small section; "" where there are too many to read.
std::string FewKeys(KeyScope scope) {
  constexpr size_t kMostKeys = 6;
  std::string keys;
  const auto available = AvailableKeys(scope);
  if (available.size() > kMostKeys) return keys;
  for (const auto& key : available) {
    keys += (keys.empty() ? "the keys here are " : ", ") + std::string(key);
  }
  return keys;
}

std::string RenderRange(const ConfigurationKey& row) {
  if (row.form == ValueForm::kBytes) {
    return FormatBytes(row.minimum) + " to " + FormatBytes(row.maximum);
  }
  const std::string unit = row.form == ValueForm::kDuration ? " seconds" : "";
  return std::to_string(row.minimum) + " to " + std::to_string(row.maximum) + unit;
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t number = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = stop == text.data() + text.size();
  return error == std::errc() && is_whole ? std::optional(number) : std::nullopt;
}

std::optional<int64_t> ParseNumber(ValueForm form, std::string_view text) {
  if (form == ValueForm::kDuration) return ParseSeconds(text);
  if (form == ValueForm::kInteger) return ParseInteger(text);
  const arrow::Result<int64_t> bytes = ParseBytes(text);
  return bytes.ok() ? std::optional(*bytes) : std::nullopt;
}

}  // namespace

std::string ShowValue(const ResolvedScalar& value) {
  if (!value.origin.empty()) return "the value of " + value.origin;
  return QuoteForMessage(value.text);
}

bool IsLakeName(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= kLongestLakeName && is_letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
         });
}

ConfigurationSection::ConfigurationSection(const YamlNode& map, KeyScope scope,
                                           ReadingContext* context)
    : map_(map), scope_(scope), context_(context) {
  for (size_t i = 0; i < map_.members.size(); ++i) {
    // The type is refused where it is read.
    const bool is_rest =
        i > 0 && map_.members[i - 1].key == "type" && IsRestOfCutType(map_, i);
    if (!is_rest) CheckKey(map_.members[i]);
  }
  for (const std::string& name : AvailableKeys(scope)) {
    const ConfigurationKey& key = Row(name);
    if (!key.is_required || Find(name) != nullptr) continue;
    if (key.is_optional_with_tasks && !context_->requires_tables) continue;
    Report(map_.position,
           std::string(key.name) + " is missing in " + std::string(DescribeScope(scope)),
           std::string(key.hint));
  }
}

void ConfigurationSection::CheckKey(const YamlMember& member) const {
  const ConfigurationKey* row = FindConfigurationKey(scope_, member.key);
  if (row != nullptr && row->form != ValueForm::kLater) return;
  const std::string name = QuoteForMessage(member.key);
  if (row != nullptr) {
    Report(member.position, "key " + name + " is not available in this version",
           std::string(row->hint));
    return;
  }
  std::string hint = DidYouMean(member.key, AvailableKeys(scope_));
  if (hint.empty()) {
    if (const std::optional<std::string> nearest = Nearest(member.key, AllKeys())) {
      hint = *nearest == member.key ? "it belongs to "
                                    : "did you mean \"" + *nearest + "\" in ";
      hint += WhereItBelongs(*nearest) + (*nearest == member.key ? "" : "?");
    } else if (member.key.find(':') != std::string::npos) {
      hint = "a colon needs a space after it";
    } else {
      hint = FewKeys(scope_);
    }
  }
  Report(member.position,
         "unknown key " + name + " in " + std::string(DescribeScope(scope_)), hint);
}

const YamlMember* ConfigurationSection::Find(std::string_view key) const {
  const auto found = std::ranges::find(map_.members, key, &YamlMember::key);
  return found == map_.members.end() ? nullptr : &*found;
}

const ConfigurationKey& ConfigurationSection::Row(std::string_view key) const {
  return *FindConfigurationKey(scope_, key);
}

SourcePosition ConfigurationSection::PlaceOf(std::string_view key) const {
  const YamlMember* member = Find(key);
  return member == nullptr ? map_.position : member->position;
}

void ConfigurationSection::ReportForm(const YamlMember& member,
                                      std::string_view needed) const {
  std::string hint(Row(member.key).hint);
  if (hint.empty()) {
    const std::string choices = JoinChoices(Row(member.key).choices);
    if (!choices.empty()) hint = "write " + choices;
  }
  Report(member.value->position,
         member.key + " needs " + std::string(needed) + ", not " +
             std::string(DescribeKind(*member.value)),
         hint);
}

std::optional<LocatedScalar> ConfigurationSection::ScalarOf(
    const YamlNode& node, std::string_view what, const ConfigurationKey& row) const {
  // A value of --set is relative to where the command was given.
  const bool is_in_file = node.position.line > 0;
  arrow::Result<ResolvedScalar> resolved =
      ResolveScalar(node.text, {.folder = is_in_file ? context_->folder : "",
                                .is_secret = row.form == ValueForm::kConnection ||
                                             row.form == ValueForm::kSecret ||
                                             row.form == ValueForm::kPassword,
                                .is_name = row.form == ValueForm::kSourceName ||
                                           row.form == ValueForm::kSourceNameList ||
                                           row.form == ValueForm::kJsonPath});
  if (!resolved.ok()) {
    Report(node.position, std::string(what) + ": " + resolved.status().message(),
           HintOf(resolved.status()));
    return std::nullopt;
  }
  return LocatedScalar{std::move(*resolved), node.position};
}

const YamlNode* ConfigurationSection::Value(std::string_view key) const {
  const YamlMember* member = Find(key);
  return member == nullptr ? nullptr : member->value.get();
}

std::string_view ConfigurationSection::RawText(std::string_view key) const {
  const YamlMember* member = Find(key);
  return member == nullptr ? std::string_view() : member->value->text;
}

std::optional<LocatedScalar> ConfigurationSection::Scalar(std::string_view key) const {
  const YamlMember* member = Find(key);
  if (member == nullptr) return std::nullopt;
  const YamlNode& node = *member->value;
  const ConfigurationKey& row = Row(key);
  const auto& choices = row.choices;
  // YAML takes the policy `null` for no value at all.
  const bool is_policy_null =
      node.kind == YamlNode::Kind::kNull && !node.text.empty() &&
      std::ranges::find(choices, std::string_view("null")) != choices.end();
  if (is_policy_null) return LocatedScalar{{"null", ""}, node.position};
  if (node.kind != YamlNode::Kind::kScalar) {
    ReportForm(*member, "one value");
    return std::nullopt;
  }
  return ScalarOf(node, key, row);
}

void ConfigurationSection::ReadText(std::string_view key, std::string* out) const {
  std::optional<LocatedScalar> scalar = Scalar(key);
  if (!scalar.has_value()) return;
  if (scalar->value.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    Report(scalar->position, std::string(key) + " is empty", std::string(Row(key).hint));
    return;
  }
  *out = std::move(scalar->value.text);
}

void ConfigurationSection::ReadName(std::string_view key, std::string* out) const {
  std::optional<LocatedScalar> scalar = Scalar(key);
  if (!scalar.has_value()) return;
  if (!IsLakeName(scalar->value.text)) {
    Report(
        scalar->position,
        std::string(key) + " cannot be a name in the lake: " + ShowValue(scalar->value),
        std::string(Row(key).hint));
    return;
  }
  *out = std::move(scalar->value.text);
}

void ConfigurationSection::ReadNumber(std::string_view key, int64_t* out) const {
  const std::optional<LocatedScalar> scalar = Scalar(key);
  if (!scalar.has_value()) return;
  const ConfigurationKey& row = Row(key);
  const std::optional<int64_t> number = ParseNumber(row.form, scalar->value.text);
  if (!number.has_value()) {
    const std::string_view needed = row.form == ValueForm::kDuration ? "a duration"
                                    : row.form == ValueForm::kBytes  ? "a size"
                                                                     : "a whole number";
    Report(scalar->position,
           std::string(key) + " must be " + std::string(needed) + ", not " +
               ShowValue(scalar->value),
           std::string(row.hint));
    return;
  }
  if (*number < row.minimum || *number > row.maximum) {
    Report(scalar->position, std::string(key) + " must be " + RenderRange(row) +
                                 ", not " + ShowValue(scalar->value));
    return;
  }
  *out = *number;
}

void ConfigurationSection::ReadLakePath(std::string_view key, std::string* out) const {
  std::string path;
  ReadText(key, &path);
  if (path.empty()) return;
  const SourcePosition place = Value(key)->position;
  if (IsS3Url(path)) {
    const arrow::Result<S3Location> location = ParseS3Url(path);
    if (location.ok()) {
      *out = location->ToString();
    } else {
      Report(place, std::string(key) + ": " + location.status().message(),
             HintOf(location.status()));
    }
    return;
  }
  if (const size_t scheme = path.find("://"); scheme != std::string::npos) {
    Report(place,
           std::string(key) + " must be a directory or begin with s3://, not with " +
               QuoteForMessage(path.substr(0, scheme + 3)),
           "write a path such as ./lake, or s3://BUCKET/PREFIX");
    return;
  }
  *out = ResolvePath(path, place.line > 0 ? context_->folder : "");
}

void ConfigurationSection::ReadEndpoint(std::string_view key, std::string* out) const {
  const std::optional<LocatedScalar> scalar = Scalar(key);
  if (!scalar.has_value()) return;
  arrow::Result<std::string> endpoint = ParseEndpoint(scalar->value.text);
  if (endpoint.ok()) {
    *out = std::move(*endpoint);
    return;
  }
  const std::string hint = HintOf(endpoint.status());
  Report(scalar->position, std::string(key) + ": " + endpoint.status().message(),
         hint.empty() ? std::string(Row(key).hint) : hint);
}

void ConfigurationSection::ReadProxy(std::string_view key, Secret* out) const {
  std::optional<LocatedScalar> scalar = Scalar(key);
  if (!scalar.has_value()) return;
  const std::string& text = scalar->value.text;
  if (scalar->value.origin.empty() && text.find('@') != std::string::npos) {
    Report(scalar->position, std::string(key) + " must not hold a password",
           "put the URL into a variable (env:NAME) or a private file (file:PATH)");
    return;
  }
  if (!text.starts_with("http://") && !text.starts_with("https://")) {
    Report(scalar->position, std::string(key) + " must begin with http:// or https://",
           std::string(Row(key).hint));
    return;
  }
  *out = Secret(std::move(scalar->value.text));
}

bool ConfigurationSection::ReadTextOf(const YamlNode& node, std::string_view key,
                                      const std::string& what, std::string* out) const {
  if (node.kind != YamlNode::Kind::kScalar) {
    Report(node.position,
           what + " must be one value, not " + std::string(DescribeKind(node)));
    return false;
  }
  std::optional<LocatedScalar> scalar = ScalarOf(node, what, Row(key));
  if (scalar.has_value()) *out = std::move(scalar->value.text);
  return scalar.has_value();
}

void ConfigurationSection::ReadCertificateFile(std::string_view key, bool is_checked,
                                               std::string* out) const {
  std::string path;
  ReadText(key, &path);
  if (path.empty()) return;
  const SourcePosition position = PlaceOf(key);
  path = ResolvePath(path, position.line > 0 ? context_->folder : "");
  if (is_checked) {
    const arrow::Status status = CheckCertificateFile(path);
    if (!status.ok()) {
      Report(position, std::string(key) + ": " + status.message(), HintOf(status));
      return;
    }
  }
  *out = std::move(path);
}

void ConfigurationSection::ReadPassword(std::string_view key, Secret* out,
                                        SecretConfiguration* where) const {
  constexpr std::string_view kScheme = "secret:";
  const std::string_view text = RawText(key);
  if (!text.starts_with(kScheme)) return ReadSecret(key, out);
  const std::string_view rest = text.substr(kScheme.size());
  const size_t hash = rest.find('#');
  where->id = rest.substr(0, hash);
  if (hash != std::string_view::npos) where->json_key = rest.substr(hash + 1);
  const bool has_no_key = hash != std::string_view::npos && where->json_key.empty();
  if (where->id.empty() || has_no_key) {
    Report(Value(key)->position, std::string(key) + " names no secret",
           std::string(Row(key).hint));
  }
}

void ConfigurationSection::ReadSecret(std::string_view key, Secret* out) const {
  std::optional<LocatedScalar> scalar = Scalar(key);
  if (!scalar.has_value()) return;
  if (scalar->value.origin.empty()) {
    Report(scalar->position, std::string(key) + " must not be written out",
           std::string(Row(key).hint));
    return;
  }
  *out = Secret(std::move(scalar->value.text));
}

void ConfigurationSection::ReadTextList(std::string_view key,
                                        std::vector<std::string>* out) const {
  const YamlNode* list = List(key);
  if (list == nullptr) return;
  if (list->items.empty()) {
    Report(list->position, std::string(key) + " is an empty list",
           std::string(Row(key).hint));
  }
  std::set<std::string> seen;
  for (const YamlNodePointer& item : list->items) {
    const std::string what = "an entry of " + std::string(key);
    if (item->kind != YamlNode::Kind::kScalar) {
      Report(item->position,
             what + " must be one value, not " + std::string(DescribeKind(*item)));
      continue;
    }
    std::optional<LocatedScalar> scalar = ScalarOf(*item, what, Row(key));
    if (!scalar.has_value()) continue;
    if (scalar->value.text.empty()) {
      Report(item->position, what + " is empty");
    } else if (!seen.insert(scalar->value.text).second) {
      Report(item->position,
             what + " stands there a second time: " + ShowValue(scalar->value));
    } else {
      out->push_back(std::move(scalar->value.text));
    }
  }
}

std::string_view ConfigurationSection::Choice(std::string_view key) const {
  const std::optional<size_t> index = ChoiceIndex(key);
  return index.has_value() ? Row(key).choices[*index] : std::string_view();
}

std::optional<size_t> ConfigurationSection::ChoiceIndex(std::string_view key) const {
  const std::optional<LocatedScalar> scalar = Scalar(key);
  if (!scalar.has_value()) return std::nullopt;
  const ConfigurationKey& row = Row(key);
  const std::string& text = scalar->value.text;
  const auto found = std::ranges::find(row.choices, std::string_view(text));
  if (found != row.choices.end()) {
    return static_cast<size_t>(found - row.choices.begin());
  }
  const std::string choices = JoinChoices(row.choices);
  if (std::ranges::find(row.later_choices, std::string_view(text)) !=
      row.later_choices.end()) {
    Report(scalar->position,
           std::string(key) + " \"" + text + "\" is not available in this version",
           "write " + choices);
    return std::nullopt;
  }
  const std::vector<std::string> candidates(row.choices.begin(), row.choices.end());
  // The nearest to a value that came from elsewhere would tell something of it.
  Report(scalar->position,
         std::string(key) + " must be " + choices + ", not " + ShowValue(scalar->value),
         scalar->value.origin.empty() ? DidYouMean(text, candidates) : "");
  return std::nullopt;
}

const YamlNode* ConfigurationSection::Section(std::string_view key) const {
  const YamlMember* member = Find(key);
  if (member == nullptr) return nullptr;
  if (member->value->kind == YamlNode::Kind::kMap) return member->value.get();
  // `defaults:` with every line below it commented out says nothing wrong.
  const bool is_harmless =
      member->value->kind == YamlNode::Kind::kNull && !Row(key).is_required;
  if (!is_harmless) ReportForm(*member, "a map");
  return nullptr;
}

const YamlNode* ConfigurationSection::List(std::string_view key) const {
  const YamlMember* member = Find(key);
  if (member == nullptr) return nullptr;
  if (member->value->kind == YamlNode::Kind::kSequence) return member->value.get();
  ReportForm(*member, "a list");
  return nullptr;
}

}  // namespace carmilla
