#include "plan/derived_columns.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/error.h"
#include "plan/declared_types.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

std::optional<JsonPath> ReadPath(const ConfigurationSection& section,
                                 std::string_view key) {
  const std::optional<LocatedScalar> scalar = section.Scalar(key);
  if (!scalar.has_value()) return std::nullopt;
  auto path = ParseJsonPath(scalar->value.text);
  if (path.ok()) return *std::move(path);
  if (scalar->value.origin.empty()) {
    section.Report(scalar->position, std::string(key) + ": " + path.status().message(),
                   HintOf(path.status()));
  } else {
    section.Report(scalar->position,
                   std::string(key) + ": " + ShowValue(scalar->value) + " is no path",
                   "write it like $.campaign.id");
  }
  return std::nullopt;
}

std::optional<JsonPath> ReadParse(const ConfigurationSection& section) {
  if (section.RawText("parse") == "true") return JsonPath();
  return ReadPath(section, "parse");
}

void ReadType(const ConfigurationSection& section, const std::string& name,
              DeclaredType* type) {
  const YamlNode* value = section.Value("type");
  if (value == nullptr) return;
  const auto read = ReadDeclaredType(
      *value, "the type of derived column " + QuoteForMessage(name), section.context());
  if (!read.has_value()) return;
  if (!IsDerivable(*read)) {
    section.Report(value->position,
                   "a derived column cannot have type " + RenderDeclaredType(*read),
                   "the types are smallint, integer, bigint, real, double, boolean, "
                   "decimal(p,s), text, date and timestamps");
    return;
  }
  *type = *read;
}

/// What only some types can have.
void CheckForms(const ConfigurationSection& section, const JsonDerivation& derivation) {
  const std::string type = RenderDeclaredType(derivation.type);
  if (section.Has("timestamp") && derivation.type.kind != DeclaredKind::kTimestamp) {
    section.Report(section.PlaceOf("timestamp"),
                   "timestamp tells how a time is written, and the type is " + type,
                   "remove it, or write type: timestamptz");
  }
  if (section.Has("join") && derivation.type.kind != DeclaredKind::kText) {
    section.Report(section.PlaceOf("join"), "join makes text, and the type is " + type,
                   "remove it, or write type: text");
  }
}

DerivedColumnConfiguration ReadDerivedColumn(const ConfigurationSection& section,
                                             const YamlMember& member,
                                             ValuePolicy on_misfit) {
  DerivedColumnConfiguration column{.name = member.key, .position = member.position};
  section.ReadText("from", &column.from);
  if (const YamlNode* from = section.Value("from")) column.from_position = from->position;
  JsonDerivation& derivation = column.derivation;
  if (auto path = ReadPath(section, "path")) derivation.path = *std::move(path);
  derivation.parse_at = ReadParse(section);
  ReadType(section, member.key, &derivation.type);
  section.ReadChoice("timestamp", &derivation.timestamp);
  if (auto join = section.Scalar("join")) derivation.join = std::move(join->value.text);
  derivation.on_misfit = on_misfit;
  section.ReadChoice("on_misfit", &derivation.on_misfit);
  CheckForms(section, derivation);
  return column;
}

}  // namespace

std::vector<DerivedColumnConfiguration> ReadDerivedColumns(
    const ConfigurationSection& entry, ValuePolicy on_misfit) {
  std::vector<DerivedColumnConfiguration> columns;
  const YamlNode* map = entry.Section("derive");
  if (map == nullptr) return columns;
  for (const YamlMember& member : map->members) {
    if (member.value->kind != YamlNode::Kind::kMap || member.key.empty()) {
      entry.Report(member.position,
                   "derived column " + QuoteForMessage(member.key) + " must be a map",
                   "write it like {from: payload, path: $.campaign.id, type: bigint}");
      continue;
    }
    const ConfigurationSection section(*member.value, KeyScope::kDerivedColumn,
                                       entry.context());
    columns.push_back(ReadDerivedColumn(section, member, on_misfit));
  }
  return columns;
}

std::vector<NamedColumn> ReadDroppedColumns(const ConfigurationSection& entry) {
  std::vector<std::string> names;
  entry.ReadTextList("drop", &names);
  std::vector<NamedColumn> columns;
  columns.reserve(names.size());
  for (std::string& name : names) {
    columns.push_back({std::move(name), entry.PlaceOf("drop")});
  }
  return columns;
}

}  // namespace carmilla
