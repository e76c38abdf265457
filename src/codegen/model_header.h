#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "codegen/header_origin.h"
#include "types/table_description.h"

namespace carmilla {

/// The most members that a struct can have, as in include/carmilla/member.h.
inline constexpr size_t kMostMembers = 300;

struct ModelMember {
  std::string name;      ///< As C++ spells it.
  std::string column;    ///< As PostgreSQL does.
  std::string cpp_type;  ///< `std::optional<int64_t>`.
  /// NOT NULL, and of an enum without labels: there can be no row.
  bool has_no_values = false;
};

/// One header: a struct over columns of a relation or of a query, with all that tasks
/// know about them.
struct ModelHeader {
  std::string path;        ///< Below the folder of headers: `orders.h`, `sales/orders.h`.
  std::string name_space;  ///< `models`, `models::sales`.
  std::string name;        ///< Of the struct.
  std::vector<ModelMember> members;
  std::string text;

  std::string QualifiedName() const { return name_space + "::" + name; }
};

/// Writes the header of `table`, which DescribeTables or DescribeQuery made; `sql` is the
/// query, or "". The text depends on nothing else: it is the same wherever it is made,
/// formatted, and holds nothing about the connection.
///
/// kUnsupportedType for a column that no member can hold; kUnknownRelation for a column
/// that is not there; kConfiguration for a table without columns or with more than
/// kMostMembers; kUsage for a name that is no identifier. Messages name the table.
arrow::Result<ModelHeader> WriteModelHeader(const TableDescription& table,
                                            const HeaderOrigin& origin,
                                            const std::string& sql = "");

}  // namespace carmilla
