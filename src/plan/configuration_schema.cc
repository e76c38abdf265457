#include <utility>

#include "core/json.h"
#include "plan/configuration_keys.h"
#include "plan/configuration_reader.h"
#include "types/type_key.h"

namespace carmilla {
namespace {

Json ScopeSchema(KeyScope scope);

Json Reference(std::string_view definition) {
  return {{"$ref", "#/$defs/" + std::string(definition)}};
}

Json OrReference(Json schema) {
  return {{"anyOf", Json::array({std::move(schema), Reference("reference")})}};
}

Json Text() { return {{"type", "string"}, {"minLength", 1}}; }

Json ListOf(Json item) {
  return {{"type", "array"}, {"minItems", 1}, {"items", std::move(item)}};
}

Json ChoiceSchema(const ConfigurationKey& key) {
  Json values = Json::array();
  for (const std::string_view choice : key.choices) {
    values.push_back(choice);
    // An editor sees the unquoted policy as YAML does.
    if (choice == "null") values.push_back(nullptr);
  }
  return OrReference({{"enum", std::move(values)}});
}

Json NumberSchema(const ConfigurationKey& key, std::string_view pattern) {
  Json number = {{"type", "integer"}, {"minimum", key.minimum}, {"maximum", key.maximum}};
  if (pattern.empty()) return OrReference(std::move(number));
  return {{"anyOf", Json::array({std::move(number),
                                 {{"type", "string"}, {"pattern", pattern}},
                                 Reference("reference")})}};
}

Json MaskSchema() {
  Json truncate = {{"type", "object"},
                   {"additionalProperties", false},
                   {"required", Json::array({"truncate"})},
                   {"properties", {{"truncate", {{"type", "integer"}, {"minimum", 1}}}}}};
  Json words = {{"enum", Json::array({"hmac-sha256", "null", nullptr, "drop"})}};
  return {{"type", "object"},
          {"additionalProperties",
           {{"anyOf", Json::array({std::move(words), std::move(truncate)})}}}};
}

/// Names that are known, and those of the user's types.
Json TypesOfTypesSchema() {
  Json properties = Json::object();
  for (const std::string_view key : KnownTypeKeys())
    properties[std::string(key)] = Text();
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"additionalProperties", Text()}};
}

Json ValueSchema(const ConfigurationKey& key) {
  switch (key.form) {
    case ValueForm::kText:
    case ValueForm::kSourceName:
    case ValueForm::kLakePath:
    case ValueForm::kAwsUrl:
    case ValueForm::kCertificateFile:
      return Text();
    case ValueForm::kConnection:
      return {{"type", "string"}};
    case ValueForm::kName:
      return OrReference({{"type", "string"}, {"pattern", "^[a-z][a-z0-9_]{0,127}$"}});
    case ValueForm::kChoice:
      return ChoiceSchema(key);
    case ValueForm::kInteger:
      return NumberSchema(key, "");
    case ValueForm::kBytes:
      return NumberSchema(key, "^[0-9.]+ ?[A-Za-z]*$");
    case ValueForm::kDuration:
      return NumberSchema(key, "^[0-9]+ ?(s|min|h)?$");
    case ValueForm::kSourceNameList:
      return ListOf(Text());
    case ValueForm::kSection:
      return ScopeSchema(key.section);
    case ValueForm::kSectionMap:
      return {{"type", "object"}, {"additionalProperties", ScopeSchema(key.section)}};
    case ValueForm::kPassword:
      return {{"type", "string"}, {"pattern", "^(secret:.+|env:[A-Za-z_].*|file:.+)$"}};
    case ValueForm::kSecret:
      return Reference("reference");
    case ValueForm::kJsonPath:
      return {{"type", Json::array({"string", "boolean"})}};
    case ValueForm::kMaskMap:
      return MaskSchema();
    case ValueForm::kTypeMap:
    case ValueForm::kTextMap:
      return {{"type", "object"}, {"additionalProperties", Text()}};
    case ValueForm::kTypesOfTypes:
      return TypesOfTypesSchema();
    case ValueForm::kTableList:
      return ListOf({{"anyOf", Json::array({Text(), ScopeSchema(key.section)})}});
    case ValueForm::kLater:
      break;
  }
  return Json::object();
}

Json ScopeSchema(KeyScope scope) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const std::string& name : AvailableKeys(scope)) {
    const ConfigurationKey& key = *FindConfigurationKey(scope, name);
    Json described = {{"description", key.description}};
    described.update(ValueSchema(key));
    properties[name] = std::move(described);
    // An editor does not know whose configuration it is; the reader does.
    if (key.is_required && !key.is_optional_with_tasks) required.push_back(name);
  }
  Json schema = {{"type", "object"},
                 {"additionalProperties", false},
                 {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace

std::string ConfigurationSchema() {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "carmilla.yaml"},
                 {"description", "What Carmilla reads, and where it writes it."}};
  schema.update(ScopeSchema(KeyScope::kTop));
  schema["$defs"] = {
      {"reference",
       {{"description", "The value of a variable (env:NAME) or of a file (file:PATH)."},
        {"type", "string"},
        {"pattern", "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"}}}};
  return DumpJson(schema, 2) + "\n";
}

}  // namespace carmilla
