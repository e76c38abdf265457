// A path, a line break, any document: what is found in it is what the tree of another
// library has.

#include <algorithm>
#include <memory>

#include "core/json.h"
#include "fuzz/fuzz_input.h"
#include "transform/json_extractor.h"
#include "transform/json_syntax.h"

namespace carmilla {
namespace {

using Kind = JsonFinding::Kind;

/// Findings of one document, whose padding ends where its memory does.
class Extraction {
 public:
  Extraction(const std::vector<JsonDerivation>& derivations, JsonTrust trust)
      : extractor_(derivations, trust) {}

  std::vector<std::pair<Kind, std::string>> operator()(const std::string& document) {
    const auto padding = static_cast<size_t>(JsonExtractor::Padding());
    const auto buffer = std::make_unique<char[]>(document.size() + padding);
    std::ranges::copy(document, buffer.get());
    std::vector<std::pair<Kind, std::string>> findings;
    for (const JsonFinding& finding :
         extractor_.Extract({buffer.get(), document.size()})) {
      findings.emplace_back(finding.kind, finding.text);
    }
    return findings;
  }

 private:
  JsonExtractor extractor_;
};

/// Where a path ends: a value, nothing because it is missing, or nothing because it is
/// blocked.
std::pair<const Json*, Kind> Walk(const Json& document, const JsonPath& path) {
  const Json* at = &document;
  for (const JsonStep& step : path) {
    if (at->is_null()) return {nullptr, Kind::kMissing};
    if (step.IsElement() ? !at->is_array() : !at->is_object()) {
      return {nullptr, Kind::kBlocked};
    }
    if (step.IsElement()) {
      if (static_cast<size_t>(step.index) >= at->size()) return {nullptr, Kind::kMissing};
      at = &(*at)[static_cast<size_t>(step.index)];
    } else {
      const auto found = at->find(step.key);
      if (found == at->end()) return {nullptr, Kind::kMissing};
      at = &*found;
    }
  }
  if (at->is_null()) return {nullptr, Kind::kMissing};
  return {at, Kind::kMissing};
}

Kind KindOfValue(const Json& value) {
  if (value.is_string()) return Kind::kString;
  if (value.is_number()) return Kind::kNumber;
  if (value.is_boolean()) return Kind::kBoolean;
  return value.is_object() ? Kind::kObject : Kind::kArray;
}

void RequireFound(const Json& document, const JsonPath& path,
                  const std::pair<Kind, std::string>& finding) {
  const auto [value, absence] = Walk(document, path);
  const Kind expected = value == nullptr ? absence : KindOfValue(*value);
  Require(finding.first == expected, "the kind that the tree has", finding.second);
  if (value == nullptr) return;
  if (expected == Kind::kString) {
    std::string text;
    Require(AppendUnescaped(finding.second, &text) && text == value->get<std::string>(),
            "the text that the tree has", finding.second);
    return;
  }
  Require(expected != Kind::kNumber || IsJsonNumber(finding.second), "a number",
          finding.second);
  const Json part = Json::parse(finding.second, nullptr, /*allow_exceptions=*/false);
  Require(part == *value, "the value that the tree has", finding.second);
}

std::vector<JsonDerivation> DerivationsAt(const JsonPath& path) {
  JsonDerivation plain{.path = path};
  JsonDerivation joined = plain;
  joined.join.emplace("|");
  JsonDerivation inside{.parse_at = path, .path = {{.key = "a"}}};
  JsonDerivation root;
  return {plain, joined, inside, root};
}

}  // namespace
}  // namespace carmilla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carmilla;
  const std::string text = FuzzInput(data, size).Rest();
  const size_t line_end = std::min(text.find('\n'), text.size());
  const auto path = ParseJsonPath(std::string_view(text).substr(0, line_end));
  if (!path.ok()) return 0;
  const std::string document = text.substr(std::min(line_end + 1, text.size()));
  const std::vector<JsonDerivation> derivations = DerivationsAt(*path);
  const auto found = Extraction(derivations, JsonTrust::kNone)(document);
  const bool is_json = IsJson(document);
  for (const auto& finding : found) {
    Require(is_json || finding.first == JsonFinding::Kind::kNoJson,
            "nothing is found in what is no JSON", finding.second);
  }
  if (!is_json) return 0;
  Require(Extraction(derivations, JsonTrust::kJson)(document) == found,
          "trust changes nothing where it is justified");
  // The tree refuses text that is not UTF-8, half pairs and numbers beyond a double.
  const Json tree = Json::parse(document, nullptr, /*allow_exceptions=*/false);
  if (tree.is_discarded()) return 0;
  RequireFound(tree, *path, found[0]);
  RequireFound(tree, {}, found[3]);
  return 0;
}
