#include "plan/configuration_override.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/suggest.h"
#include "plan/configuration_keys.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

struct Override {
  std::vector<std::string> path;
  std::string key;  ///< As it was written, for messages.
  YamlNodePointer value;
};

std::vector<std::string> SplitPath(std::string_view key) {
  std::vector<std::string> path;
  while (true) {
    const size_t dot = key.find('.');
    path.emplace_back(key.substr(0, dot));
    if (dot == std::string_view::npos) return path;
    key.remove_prefix(dot + 1);
  }
}

/// Parses what follows the equals sign. Text that is no YAML of its own, such as
/// `a: b`, is taken as it stands.
YamlNodePointer ParseValue(const std::string& text) {
  ProblemList ignored;
  const YamlNodePointer parsed = ParseYaml(text, &ignored);
  auto node = std::make_shared<YamlNode>();
  node->kind = YamlNode::Kind::kScalar;
  node->text = text;
  if (ignored.empty() && parsed != nullptr) {
    const bool is_list_or_map = text.starts_with('[') || text.starts_with('{');
    if (parsed->kind == YamlNode::Kind::kScalar ||
        parsed->kind == YamlNode::Kind::kNull || is_list_or_map) {
      node->kind = parsed->kind;
      node->text = parsed->text;
    }
  }
  return node;
}

/// Returns why a path cannot be set, or an empty problem.
Problem CheckPath(const Override& change) {
  const std::string name = QuoteForMessage(change.key);
  if (std::ranges::find(change.path, "") != change.path.end()) {
    return {{}, "key " + name + " has an empty part", "write it like lake.path"};
  }
  if (change.path.front() == "tables") {
    return {{},
            "entries of tables cannot be set on the command line",
            "name the tables after the command, or change the file"};
  }
  if (change.value->kind == YamlNode::Kind::kSequence ||
      change.value->kind == YamlNode::Kind::kMap) {
    return {{}, "key " + name + " needs one value", "write key=value"};
  }
  KeyScope scope = KeyScope::kTop;
  for (size_t i = 0; i < change.path.size(); ++i) {
    const ConfigurationKey* row = FindConfigurationKey(scope, change.path[i]);
    // The validation of the whole knows later keys by name.
    if (row != nullptr && row->form == ValueForm::kLater) return {};
    if (row == nullptr) {
      return {
          {}, "unknown key " + name, DidYouMean(change.path[i], AvailableKeys(scope))};
    }
    const bool is_last = i + 1 == change.path.size();
    const bool is_map =
        row->form == ValueForm::kSection || row->form == ValueForm::kSectionMap;
    if (is_map == is_last) {
      return {
          {},
          "key " + name + (is_last ? " is a map" : " leads into a value"),
          is_last ? "name a key below it" : "leave out what follows " + change.path[i]};
    }
    scope = row->section;
    if (row->form == ValueForm::kSectionMap) {
      // The next part is a name of the user's, and a key must follow it.
      if (++i + 1 == change.path.size()) {
        return {{}, "key " + name + " is a map", "name a key below it"};
      }
    }
  }
  return {};
}

/// Copies the maps on the way: the others share them by aliases.
YamlNodePointer SetBelow(const YamlNodePointer& node, std::span<const std::string> path,
                         const YamlNodePointer& value) {
  if (path.empty()) return value;
  const bool is_map = node != nullptr && node->kind == YamlNode::Kind::kMap;
  const bool is_absent = node == nullptr || node->kind == YamlNode::Kind::kNull;
  // What is no map is refused where it stands in the file.
  if (!is_map && !is_absent) return node;
  auto changed = std::make_shared<YamlNode>();
  if (is_map) *changed = *node;
  changed->kind = YamlNode::Kind::kMap;
  const auto found = std::ranges::find(changed->members, path[0], &YamlMember::key);
  if (found == changed->members.end()) {
    changed->members.push_back({path[0], {}, SetBelow(nullptr, path.subspan(1), value)});
  } else {
    found->value = SetBelow(found->value, path.subspan(1), value);
    if (path.size() == 1) found->position = {};
  }
  return changed;
}

}  // namespace

YamlNodePointer ApplyOverrides(YamlNodePointer root,
                               std::span<const std::string> overrides,
                               ProblemList* problems) {
  for (const std::string& text : overrides) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      problems->Add({}, QuoteForMessage(text) + " is not key=value",
                    "write it like defaults.compression=gzip");
      continue;
    }
    Override change;
    change.key = text.substr(0, equals);
    change.path = SplitPath(change.key);
    change.value = ParseValue(text.substr(equals + 1));
    Problem problem = CheckPath(change);
    if (!problem.text.empty()) {
      problems->Add({}, std::move(problem.text), std::move(problem.hint));
      continue;
    }
    root = SetBelow(root, change.path, change.value);
  }
  return root;
}

}  // namespace carmilla
