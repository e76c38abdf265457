#pragma once

#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/relation_guard.h"
#include "postgres/session.h"

namespace carmilla {

/// An enum that the columns of a relation use, and an expression of that type.
struct EnumColumn {
  const PostgresType* type = nullptr;  ///< Owned by the relation's columns.
  std::string expression;
};

/// The enums that the columns are or are made of, each once.
arrow::Result<std::vector<EnumColumn>> EnumColumnsOf(const ExpectedRelation& expected);

/// The labels as the server prints them now, whatever the snapshot; in the order of
/// `columns`.
arrow::Result<std::vector<std::vector<std::string>>> ReadCurrentLabels(
    Session& session, const std::vector<EnumColumn>& columns);

}  // namespace carmilla
