#include "engine/athena_names.h"

#include <algorithm>
#include <map>

#include <arrow/type.h>

#include "core/error.h"
#include "core/letter_case.h"
#include "lake/lake.h"
#include "types/member_names.h"

namespace carmilla {
namespace {

bool IsPlain(char character) {
  return (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_';
}

}  // namespace

std::string AthenaColumnName(std::string_view name) {
  // A plain name that looks escaped is escaped too, or it could be mistaken for another.
  const std::string lower = LowerCase(name);
  const bool looks_escaped =
      !lower.starts_with('_') && Lake::EscapeTableName(lower) != lower;
  if (std::ranges::all_of(name, IsPlain) && !looks_escaped) return std::string(name);
  return Lake::EscapeTableName(name);
}

arrow::Status CheckMembersForAthena(const arrow::DataType& type) {
  for (const auto& field : type.fields()) {
    const std::string& name = field->name();
    if (type.id() == arrow::Type::STRUCT &&
        (name.empty() || AthenaColumnName(name) != name)) {
      return MakeError(ErrorKind::kConfiguration,
                       "Athena knows no such member: " +
                           (name.empty() ? std::string("without a name") : name),
                       "name members with letters, digits and underscores");
    }
    ARROW_RETURN_NOT_OK(CheckMembersForAthena(*field->type()));
  }
  return arrow::Status::OK();
}

arrow::Status NameMembersForAthena(ColumnPlan* column) {
  auto renamed = RenameMembers(std::move(column->mapping), AthenaColumnName);
  if (!renamed.ok()) {
    return WithContext(renamed.status(), "column " + column->description.name);
  }
  column->mapping = *std::move(renamed);
  return arrow::Status::OK();
}

arrow::Status NameColumnsForAthena(TablePlan* plan) {
  std::map<std::string, std::string> names;  // Lower case, and PostgreSQL's.
  std::string changed;
  for (ColumnPlan& column : plan->columns) {
    const std::string& name = column.description.name;
    column.written_as = AthenaColumnName(name);
    const auto [other, is_new] = names.emplace(LowerCase(column.written_as), name);
    if (!is_new) {
      return MakeError(ErrorKind::kConfiguration,
                       "planning " + plan->table.name.ToString() +
                           ": two columns have one name in Athena: " + other->second +
                           " and " + name,
                       "leave one of them out with `columns:` or `drop:`");
    }
    if (column.written_as == name) continue;
    changed += (changed.empty() ? "" : ", ") + name + " is " + column.written_as;
  }
  if (!changed.empty()) plan->warnings.push_back("in Athena, " + changed);
  return arrow::Status::OK();
}

}  // namespace carmilla
