#include "codegen/enum_text.h"

#include "codegen/cpp_name.h"
#include "codegen/cpp_text.h"
#include "codegen/cpp_type.h"
#include "core/sha256.h"

namespace carmilla {
namespace {

constexpr size_t kFingerprintDigits = 16;

/// `CARMILLA_ENUM_models_sales_mood`.
std::string GuardOf(const std::string& qualified) {
  std::string guard = "CARMILLA_ENUM_";
  for (size_t i = 0; i < qualified.size(); ++i) {
    if (qualified[i] == ':') ++i;
    guard += qualified[i] == ':' ? '_' : qualified[i];
  }
  return guard;
}

std::string Declaration(const PostgresType& type) {
  const std::string name = CppName(type.name);
  const std::string space = CppNamespace(type.schema);
  std::string text = "namespace " + space + " {\n\nenum class " + name + " {";
  if (!type.enum_labels.empty()) text += '\n';
  for (const std::string& label : CppMemberNames(type.enum_labels, "")) {
    text += "  " + label + ",\n";
  }
  return text + "};\n\n}  // namespace " + space + "\n\n";
}

std::string Labels(const PostgresType& type, const std::string& qualified) {
  std::string text = "template <>\nstruct carmilla::EnumLabels<" + qualified + "> {\n" +
                     "  static constexpr std::array<std::string_view, " +
                     std::to_string(type.enum_labels.size()) + "> kLabels{";
  if (!type.enum_labels.empty()) text += '\n';
  for (const std::string& label : type.enum_labels) {
    text += "      " + StringLiteral(label) + ",\n";
  }
  if (!type.enum_labels.empty()) text += "  ";
  return text + "};\n};\n";
}

}  // namespace

arrow::Result<std::string> FingerprintOf(const std::vector<std::string>& parts) {
  std::string bytes;
  for (const std::string& part : parts) {
    bytes += std::to_string(part.size()) + ':' + part;
  }
  ARROW_ASSIGN_OR_RAISE(const std::string hash, Sha256(bytes));
  return Hexadecimal(hash).substr(0, kFingerprintDigits);
}

arrow::Result<std::string> WriteEnum(const PostgresType& type) {
  ARROW_ASSIGN_OR_RAISE(const std::string fingerprint, FingerprintOf(type.enum_labels));
  const std::string qualified = CppEnumName(type);
  const std::string guard = GuardOf(qualified);
  return "#ifndef " + guard + "\n#define " + guard + " 0x" + fingerprint + "\n" +
         Declaration(type) + Labels(type, qualified) + "#elif " + guard + " != 0x" +
         fingerprint + "\n#error \"two headers differ about " + qualified +
         ": run `carmilla generate`\"\n#endif\n\n";
}

}  // namespace carmilla
