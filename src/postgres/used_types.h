#pragma once

#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/relation_guard.h"
#include "postgres/session.h"

namespace carmilla {

/// A type that the columns of a relation use, and an expression of that type. The role
/// may lack USAGE on the type's schema, so that only a column leads to the type.
struct UsedType {
  const PostgresType* type = nullptr;  ///< Owned by the relation's columns.
  std::string expression;
};

/// The types of this kind, kEnum or kComposite, that the columns are or are made of, each
/// once.
arrow::Result<std::vector<UsedType>> UsedTypesOf(const ExpectedRelation& expected,
                                                 PostgresTypeKind kind);

/// The names that belong to each type, in the order of the types.
using NamesOfTypes = std::vector<std::vector<std::string>>;

/// The labels of enums as the server prints them now, whatever the snapshot.
arrow::Result<NamesOfTypes> ReadCurrentLabels(Session& session,
                                              const std::vector<UsedType>& enums);

/// What the members of composites in the snapshot are called now: a member that was
/// dropped meanwhile has no name or one that PostgreSQL made up. Younger ones are left
/// out.
arrow::Result<NamesOfTypes> ReadCurrentMembers(Session& session,
                                               const std::vector<UsedType>& composites);

/// How many members the composite has now, whatever the snapshot.
arrow::Result<size_t> CountCurrentMembers(Session& session, const UsedType& composite);

}  // namespace carmilla
