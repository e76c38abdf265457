#pragma once

#include <string>
#include <utility>
#include <vector>

#include "codegen/model_header.h"
#include "types/built_in_oid.h"
#include "types/test_types.h"

namespace carmilla {

/// Tables as the catalog describes them, for the tests of this folder.
inline ColumnDescription ColumnOf(std::string name, PostgresTypePointer type,
                                  bool is_not_null = false, std::string comment = "") {
  return {.name = std::move(name),
          .type = std::move(type),
          .is_not_null = is_not_null,
          .comment = std::move(comment)};
}

inline PostgresTypePointer BigintType() {
  return BuiltInType(built_in_oid::kInt8, "int8");
}
inline PostgresTypePointer TextType() { return BuiltInType(built_in_oid::kText, "text"); }

inline TableDescription TableOf(RelationName name,
                                std::vector<ColumnDescription> columns) {
  return {.name = std::move(name), .comment = "", .columns = std::move(columns)};
}

/// public.orders with a column of each form.
inline TableDescription Orders() {
  PostgresType mood = *UserType("mood", PostgresTypeKind::kEnum);
  mood.schema = "public";
  mood.enum_labels = {"sad", "in between", "class"};
  ColumnDescription amount =
      ColumnOf("amount", BuiltInType(built_in_oid::kNumeric, "numeric"), true);
  amount.typmod = NumericTypmodOf(15, 2);
  TableDescription table =
      TableOf({.schema = "public", .name = "orders"},
              {ColumnOf("id", BigintType(), true, "Counts up."),
               ColumnOf("user_id", BigintType()), std::move(amount),
               ColumnOf("class", TextType(), true),
               ColumnOf("mood", std::make_shared<const PostgresType>(mood)),
               ColumnOf("tags", ArrayOf(TextType()))});
  table.comment = "One row per order.";
  return table;
}

}  // namespace carmilla
