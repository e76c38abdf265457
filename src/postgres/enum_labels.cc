#include "postgres/enum_labels.h"

#include <algorithm>

#include "postgres/catalog_value.h"
#include "postgres/identifier.h"

namespace carmilla {

namespace {

/// Adds the enums that `type` is or is made of. `expression` has that type.
arrow::Status AddEnums(const PostgresType* type, const std::string& expression,
                       std::vector<EnumColumn>* enums) {
  if (type == nullptr) return arrow::Status::OK();
  switch (type->kind) {
    case PostgresTypeKind::kEnum: {
      const bool is_known = std::ranges::any_of(
          *enums, [&](const EnumColumn& other) { return other.type->oid == type->oid; });
      if (!is_known) enums->push_back({.type = type, .expression = expression});
      return arrow::Status::OK();
    }
    case PostgresTypeKind::kArray:
      return AddEnums(type->element.get(), "(" + expression + ")[1]", enums);
    case PostgresTypeKind::kDomain:
      // Beside a NULL without a type a domain counts as the type beneath it, which
      // enum_range wants.
      return AddEnums(type->element.get(), "COALESCE(" + expression + ", NULL)", enums);
    case PostgresTypeKind::kRange:
      return AddEnums(type->element.get(), "lower(" + expression + ")", enums);
    case PostgresTypeKind::kMultirange:
      // Its lower bound is that of its first range.
      return AddEnums(type->element->element.get(), "lower(" + expression + ")", enums);
    case PostgresTypeKind::kComposite:
      for (const TypeMember& member : type->members) {
        ARROW_ASSIGN_OR_RAISE(const std::string name, QuoteIdentifier(member.name));
        ARROW_RETURN_NOT_OK(
            AddEnums(member.type.get(), "(" + expression + ")." + name, enums));
      }
      return arrow::Status::OK();
    default:
      return arrow::Status::OK();
  }
}

}  // namespace

arrow::Result<std::vector<EnumColumn>> EnumColumnsOf(const ExpectedRelation& expected) {
  ARROW_ASSIGN_OR_RAISE(const std::string relation, QuoteRelation(expected.name));
  std::vector<EnumColumn> enums;
  for (const ColumnDescription& column : expected.columns) {
    ARROW_ASSIGN_OR_RAISE(const std::string name, QuoteIdentifier(column.name));
    // The type is reached by the column, because the role may lack USAGE on the type's
    // schema.
    const std::string expression =
        "(SELECT " + name + " FROM ONLY " + relation + " WHERE false)";
    ARROW_RETURN_NOT_OK(AddEnums(column.type.get(), expression, &enums));
  }
  return enums;
}

arrow::Result<std::vector<std::vector<std::string>>> ReadCurrentLabels(
    Session& session, const std::vector<EnumColumn>& columns) {
  // pg_enum read as a table would show the snapshot's labels; enum_range shows those that
  // the values are printed with.
  std::string sql;
  for (size_t i = 0; i < columns.size(); ++i) {
    sql += (i == 0 ? "SELECT " : " UNION ALL SELECT ") + std::to_string(i) +
           ", l.label, l.position FROM unnest(enum_range(" + columns[i].expression +
           ")::text[]) WITH ORDINALITY AS l(label, position)";
  }
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows, session.Query(sql + " ORDER BY 1, 3"));
  std::vector<std::vector<std::string>> labels(columns.size());
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    labels[static_cast<size_t>(ParseInteger(rows.At(i, 0)))].push_back(rows.At(i, 1));
  }
  return labels;
}

}  // namespace carmilla
