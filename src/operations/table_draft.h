#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "plan/configuration_draft.h"
#include "postgres/missing_rights.h"
#include "types/table_description.h"

namespace carmilla {

/// What the catalog tells of one table.
struct CatalogEntry {
  const TableDescription& table;
  std::span<const MissingRights> lacks;
  const std::set<std::pair<uint32_t, int16_t>>& indexed;  ///< As ReadIndexedColumns.
  const std::string& role;
  bool is_unlogged_on_replica = false;  ///< It, or a part of it.
};

/// Decides whether a first configuration takes a table, which of its columns, and what to
/// say of it. Whatever has no exact form, or may not be read, is left out with a reason.
std::variant<DraftTable, DraftExclusion> DraftTableFrom(const CatalogEntry& facts);

/// Gives every table of `schemas` the name that a run would give it; `as:` where that
/// name is taken or too long. Tables that a pattern of `exclude:` leaves out by accident
/// get an entry of their own.
void ChooseLakeNames(std::span<DraftSchema> schemas);

}  // namespace carmilla
