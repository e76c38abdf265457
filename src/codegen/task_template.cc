#include "codegen/task_template.h"

#include <algorithm>
#include <vector>

#include "codegen/cpp_text.h"
#include "core/letter_case.h"

namespace carmilla {
namespace {

constexpr size_t kMostMembersShown = 5;

/// `OrderItems` of `order_items`.
std::string InCapitals(std::string_view name) {
  std::string text;
  bool is_start = true;
  for (const char c : name) {
    if (c != '_') {
      const bool is_lower = c >= 'a' && c <= 'z';
      text += is_start && is_lower ? static_cast<char>(c - 'a' + 'A') : c;
    }
    is_start = c == '_';
  }
  const bool is_name = !text.empty() && (text.front() < '0' || text.front() > '9');
  return is_name ? text : "Table" + text;
}

/// The first columns, without lists while there are others.
std::vector<ModelMember> ShownMembers(const ModelHeader& header) {
  std::vector<ModelMember> shown;
  for (const bool takes_lists : {false, true}) {
    for (const ModelMember& member : header.members) {
      const bool is_list = member.cpp_type.find("carmilla::List") != std::string::npos;
      if (shown.size() == kMostMembersShown || is_list != takes_lists) continue;
      if (takes_lists && !shown.empty()) continue;
      shown.push_back(member);
    }
  }
  return shown;
}

/// What CARMILLA_RECORD is told of a member.
std::string FieldOf(const ModelMember& member) {
  if (member.name == member.column) return member.name;
  return "CARMILLA_FIELD(" + member.name + ", " + StringLiteral(member.column) + ")";
}

}  // namespace

std::string ReportNameOf(const ModelHeader& header) {
  const std::string name = LowerCase(header.name);
  const size_t begin = std::min(name.find_first_not_of('_'), name.size());
  return (begin == name.size() ? "table" : name.substr(begin)) + "_report";
}

std::string WriteTaskTemplate(const ModelHeader& header, std::string_view include) {
  const std::string row = header.QualifiedName();
  const std::string report = InCapitals(header.name) + "Report";
  const std::string function = "Write" + report;
  std::string members;
  std::vector<std::string> fields = {report};
  std::string values;
  for (const ModelMember& member : ShownMembers(header)) {
    members += "  " + member.cpp_type + " " + member.name + ";\n";
    fields.push_back(FieldOf(member));
    values += "            ." + member.name + " = row." + member.name + ",\n";
  }
  return "// A task to begin with. The file is yours: `carmilla generate` leaves it "
         "alone.\n"
         "#include <carmilla/carmilla.h>\n\n#include \"" +
         std::string(include) +
         "\"\n\nnamespace {\n\n// What the task writes: a column for each "
         "member.\nstruct " +
         report + " {\n" + members + "};\n" + WrappedCall("CARMILLA_RECORD", fields) +
         "\n\narrow::Status " + function +
         "(carmilla::Context& context) {\n  return context.Stream<" + row +
         ">()\n      .Transform([](const " + row + "& row) -> " + report +
         " {\n        return {\n" + values +
         "        };\n      })\n      .WriteParquet(" +
         StringLiteral(ReportNameOf(header)) + ");\n}\n\nCARMILLA_TASK(" + function +
         ", .name = " + StringLiteral(ReportNameOf(header)) + ");\n\n}  // namespace\n";
}

}  // namespace carmilla
