#include "plan/declared_types.h"

#include <utility>

#include "core/error.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

/// `decimal(38` of `{amount: decimal(38,9)}`.
bool IsCut(const YamlNode& value) {
  return value.kind == YamlNode::Kind::kScalar && IsCutDeclaredType(value.text);
}

}  // namespace

std::optional<DeclaredType> ReadDeclaredType(const YamlNode& value,
                                             const std::string& what,
                                             ReadingContext* context) {
  const auto report = [&](const std::string& problem, std::string hint) {
    context->problems.Add(value.position, what + problem, std::move(hint));
    return std::nullopt;
  };
  if (value.kind != YamlNode::Kind::kScalar) {
    return report(" must be one value", "write a type, such as bigint");
  }
  if (IsCut(value)) {
    return report(" is cut at its comma: " + QuoteForMessage(value.text),
                  "put it in quotes, such as \"decimal(38,9)\"");
  }
  const bool is_in_file = value.position.line > 0;
  auto resolved =
      ResolveScalar(value.text, {.folder = is_in_file ? context->folder : ""});
  if (!resolved.ok()) {
    return report(": " + resolved.status().message(), HintOf(resolved.status()));
  }
  auto type = ParseDeclaredType(resolved->text);
  if (type.ok()) return *type;
  if (!resolved->origin.empty()) {
    return report(": the value of " + resolved->origin + " is no type", "");
  }
  return report(": " + type.status().message(), HintOf(type.status()));
}

std::map<std::string, DeclaredColumn> ReadDeclaredTypes(const YamlNode& map,
                                                        ReadingContext* context) {
  std::map<std::string, DeclaredColumn> types;
  for (size_t i = 0; i < map.members.size(); ++i) {
    if (IsRestOfCutType(map, i)) continue;
    const YamlMember& member = map.members[i];
    const std::string what = "the type of column " + QuoteForMessage(member.key);
    if (const auto type = ReadDeclaredType(*member.value, what, context)) {
      types.emplace(member.key, DeclaredColumn{*type, member.value->position});
    }
  }
  return types;
}

std::map<TypeKey, DeclaredColumn> ReadTypesOfTypes(const YamlNode& map,
                                                   ReadingContext* context) {
  std::map<TypeKey, DeclaredColumn> types;
  for (size_t i = 0; i < map.members.size(); ++i) {
    if (IsRestOfCutType(map, i)) continue;
    const YamlMember& member = map.members[i];
    const auto key = ParseTypeKey(member.key);
    if (!key.ok()) {
      context->problems.Add(member.position, "types: " + key.status().message(),
                            HintOf(key.status()));
    }
    const SourcePosition position = member.value->position;
    const auto type = ReadDeclaredType(
        *member.value, "what columns of type " + QuoteForMessage(member.key) + " become",
        context);
    if (!key.ok() || !type.has_value()) continue;
    if (const auto problem = CheckDeclaration(*key, *type)) {
      context->problems.Add(position, "types: " + problem->text, problem->hint);
    } else if (!types.emplace(*key, DeclaredColumn{*type, position}).second) {
      context->problems.Add(member.position, "types name " + *key + " a second time",
                            "keep one of the two");
    }
  }
  return types;
}

bool IsRestOfCutType(const YamlNode& map, size_t index) {
  return index > 0 && IsRestOfCutValue(map.members[index]) &&
         IsCut(*map.members[index - 1].value);
}

}  // namespace carmilla
