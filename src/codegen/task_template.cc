#include "codegen/task_template.h"

#include <algorithm>
#include <vector>

#include "codegen/cpp_text.h"
#include "core/letter_case.h"

namespace carmilla {
namespace {

constexpr size_t kMostMembersShown = 5;

constexpr char kTask[] =
    R"file(// A task to begin with. The file is yours: `carmilla generate` leaves it alone.
#include <carmilla/carmilla.h>

)file"
    "#include \"@INCLUDE@\"\n"
    R"file(
namespace {

// What the task writes: a column for each member.
struct @REPORT@ {
@MEMBERS@};
@RECORD@

arrow::Status Write@REPORT@(carmilla::Context& context) {
  return context.Stream<@ROW@>()
      .Transform([](const @ROW@& row) -> @REPORT@ {
        return {
@VALUES@        };
      })
      .WriteParquet("@TABLE@");
}

CARMILLA_TASK(Write@REPORT@, .name = "@TABLE@");

}  // namespace
)file";

constexpr char kTest[] =
    R"file(// A test to begin with, which needs no database. The file is yours.
#include <carmilla/testing.h>
)file"
    "#include <gtest/gtest.h>\n\n#include \"@INCLUDE@\"\n"
    R"file(
namespace {

// What the test looks at: some columns of the task's table.
struct @WRITTEN@ {
  @MEMBER@;
};
@RECORD@

TEST(@SUITE@, @CLAIM@) {
  carmilla::TestTask test;
@ROWS@  const arrow::Status status = test.Run("@TABLE@");
  ASSERT_TRUE(status.ok()) << status;
  const auto written = test.Written<@WRITTEN@>("@TABLE@");
  ASSERT_TRUE(written.ok()) << written.status();
@CHECK@}

}  // namespace
)file";

constexpr char kTestRows[] =
    R"file(  const @ROW@ row{};  // Zero, empty, NULL; `{.id = 7}` says more.
  test.Give<@ROW@>({row});
)file";

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

/// A name for a struct of `members` and others: no member may have it.
std::string StructName(std::string name, const std::vector<ModelMember>& members) {
  while (std::ranges::find(members, name, &ModelMember::name) != members.end()) {
    name += '_';
  }
  return name;
}

/// Whether a test can compare it: JSON and lists are views of many values.
bool IsComparable(const ModelMember& member) {
  return member.cpp_type.find("carmilla::List") == std::string::npos &&
         member.cpp_type.find("carmilla::Json") == std::string::npos;
}

/// What CARMILLA_RECORD is told of a member.
std::string FieldOf(const ModelMember& member) {
  if (member.name == member.column) return member.name;
  return "CARMILLA_FIELD(" + member.name + ", " + StringLiteral(member.column) + ")";
}

}  // namespace

std::string ReportNameOf(const ModelHeader& header, const std::set<std::string>& taken) {
  const std::string name = LowerCase(header.name);
  const size_t begin = std::min(name.find_first_not_of('_'), name.size());
  const std::string base =
      (begin == name.size() ? "table" : name.substr(begin)) + "_report";
  std::string report = base;
  for (int number = 2; taken.contains(report); ++number) {
    report = base + '_' + std::to_string(number);
  }
  return report;
}

std::string WriteTaskTemplate(const ModelHeader& header, std::string_view include,
                              std::string_view report) {
  const std::string record =
      StructName(InCapitals(header.name) + "Report", header.members);
  std::string members;
  std::vector<std::string> fields = {record};
  std::string values;
  for (const ModelMember& member : ShownMembers(header)) {
    members += "  " + member.cpp_type + " " + member.name + ";\n";
    fields.push_back(FieldOf(member));
    values += "            ." + member.name + " = row." + member.name + ",\n";
  }
  return FillTemplate(kTask, {{"INCLUDE", include},
                              {"REPORT", record},
                              {"MEMBERS", members},
                              {"RECORD", WrappedCall("CARMILLA_RECORD", fields)},
                              {"ROW", header.QualifiedName()},
                              {"VALUES", values},
                              {"TABLE", report}});
}

std::string WriteTaskTestTemplate(const ModelHeader& header, std::string_view include,
                                  std::string_view report) {
  const std::string row = header.QualifiedName();
  const std::vector<ModelMember> shown = ShownMembers(header);
  const auto comparable = std::ranges::find_if(shown, IsComparable);
  const ModelMember& member = comparable == shown.end() ? shown.front() : *comparable;
  const std::string written = StructName("Written", {member});
  const std::string record = WrappedCall("CARMILLA_RECORD", {written, FieldOf(member)});
  const bool has_rows = std::ranges::none_of(header.members, &ModelMember::has_no_values);
  std::string check = "  EXPECT_EQ(written->size(), 0U);\n";
  if (has_rows) {
    check = "  ASSERT_EQ(written->size(), 1U);\n";
    if (comparable != shown.end()) {
      check +=
          "  EXPECT_EQ(written->front()." + member.name + ", row." + member.name + ");\n";
    }
  }
  return FillTemplate(kTest,
                      {{"INCLUDE", include},
                       {"WRITTEN", written},
                       {"MEMBER", member.cpp_type + " " + member.name},
                       {"RECORD", record},
                       {"SUITE", InCapitals(header.name) + "ReportTest"},
                       {"CLAIM", has_rows ? "ARowBecomesARow" : "NoRowsBecomeNoRows"},
                       {"ROWS", has_rows ? FillTemplate(kTestRows, {{"ROW", row}}) : ""},
                       {"TABLE", report},
                       {"CHECK", check}});
}

}  // namespace carmilla
