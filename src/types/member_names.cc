#include "types/member_names.h"

#include <set>
#include <utility>

#include <arrow/type.h>

#include "core/error.h"
#include "core/letter_case.h"

namespace carmilla {
namespace {

// The text of the type of a group's member. A range has one part, the type of its bounds.
const std::string& MemberText(const TypeMapping& group, size_t index, bool is_glue) {
  static const std::string kGlueFlag = "boolean";
  static const std::string kParquetFlag = "BOOLEAN";
  const bool is_range = group.wire == WireForm::kRange;
  if (is_range && index > 1) return is_glue ? kGlueFlag : kParquetFlag;
  const TypeMapping& part = group.parts[is_range ? 0 : index];
  return is_glue ? part.glue : part.parquet;
}

// Puts the fields and their texts into a group.
void SetFields(arrow::FieldVector fields, TypeMapping* group) {
  std::string parquet;
  std::string glue;
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string& name = fields[i]->name();
    parquet += (i > 0 ? ", " : "") + name + ": " + MemberText(*group, i, false);
    glue += (i > 0 ? "," : "") + name + ":" + MemberText(*group, i, true);
  }
  group->parquet = "GROUP<" + parquet + ">";
  group->glue = "struct<" + glue + ">";
  group->arrow_type = arrow::struct_(std::move(fields));
}

arrow::Status RenameGroup(const std::function<std::string(std::string_view)>& rename,
                          TypeMapping* group) {
  arrow::FieldVector fields;
  std::set<std::string> seen;
  for (size_t i = 0; i < group->parts.size(); ++i) {
    const std::string& name = group->arrow_type->field(static_cast<int>(i))->name();
    std::string renamed = rename(name);
    if (!seen.insert(LowerCase(renamed)).second) {
      return MakeError(ErrorKind::kConfiguration,
                       "naming the members of a composite type: two have one name in "
                       "Athena: " +
                           LowerCase(renamed),
                       "rename one of the attributes, or declare the column `text`");
    }
    fields.push_back(arrow::field(std::move(renamed), group->parts[i].arrow_type));
  }
  SetFields(std::move(fields), group);
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<TypeMapping> RenameMembers(
    TypeMapping mapping, const std::function<std::string(std::string_view)>& rename) {
  for (TypeMapping& part : mapping.parts) {
    ARROW_ASSIGN_OR_RAISE(part, RenameMembers(std::move(part), rename));
  }
  switch (mapping.wire) {
    case WireForm::kStruct:
      ARROW_RETURN_NOT_OK(RenameGroup(rename, &mapping));
      break;
    case WireForm::kList:
    case WireForm::kZeroBasedList:
    case WireForm::kMultirange:
      mapping.arrow_type = arrow::list(mapping.parts[0].arrow_type);
      mapping.parquet = "LIST<" + mapping.parts[0].parquet + ">";
      mapping.glue = "array<" + mapping.parts[0].glue + ">";
      break;
    case WireForm::kRange:
      SetFields(RangeType(mapping.parts[0].arrow_type)->fields(), &mapping);
      break;
    default:
      break;
  }
  return mapping;
}

}  // namespace carmilla
