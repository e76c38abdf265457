#include "postgres/enum_labels.h"

#include <algorithm>

#include "postgres/catalog_value.h"
#include "postgres/identifier.h"

namespace carmilla {

arrow::Result<std::vector<EnumColumn>> EnumColumnsOf(const ExpectedRelation& expected) {
  ARROW_ASSIGN_OR_RAISE(const std::string relation, QuoteRelation(expected.name));
  std::vector<EnumColumn> enums;
  for (const ColumnDescription& column : expected.columns) {
    ARROW_ASSIGN_OR_RAISE(const std::string name, QuoteIdentifier(column.name));
    // The type is reached by the column, because the role may lack USAGE on the type's
    // schema.
    std::string expression = "(SELECT ";
    expression.append(name)
        .append(" FROM ONLY ")
        .append(relation)
        .append(" WHERE false)");
    const PostgresType* type = column.type.get();
    while (type != nullptr && (type->kind == PostgresTypeKind::kArray ||
                               type->kind == PostgresTypeKind::kDomain)) {
      if (type->kind == PostgresTypeKind::kArray) {
        expression.insert(0, "(").append(")[1]");
      } else {
        // Beside a NULL without a type a domain counts as the type beneath it, which
        // enum_range wants.
        expression.insert(0, "COALESCE(").append(", NULL)");
      }
      type = type->element.get();
    }
    if (type == nullptr || type->kind != PostgresTypeKind::kEnum) continue;
    const bool is_known = std::ranges::any_of(
        enums, [&](const EnumColumn& other) { return other.type->oid == type->oid; });
    if (!is_known) enums.push_back({.type = type, .expression = std::move(expression)});
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
