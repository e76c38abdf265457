#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/session.h"
#include "types/table_description.h"

namespace carmilla {

/// What matters of a relation besides its shape: who may change it, what becomes of its
/// rows, what happens to it at this moment.
struct RelationTraits {
  uint32_t oid = 0;
  RelationName name;
  RelationKind kind = RelationKind::kTable;
  bool is_owned = false;  ///< By the session's role or a role whose rights it has.
  std::vector<std::string> writes;  ///< `INSERT`, ...: what the role may do to its rows.
  bool is_unlogged = false;
  bool is_autovacuum_off = false;  ///< By its own storage parameter.
  std::string access_method;       ///< `heap`; "" where the relation stores nothing.
  bool is_locked = false;  ///< Another session holds ACCESS EXCLUSIVE: DDL is running.
  bool is_subscribed = false;     ///< A subscription writes it.
  bool has_row_security = false;  ///< For all but its owner and roles with BYPASSRLS.
  std::vector<std::string> invalid_indexes;  ///< Of CREATE INDEX CONCURRENTLY.
  /// Columns in whose statistics NaN or an infinity stands.
  std::vector<std::string> special_columns;
};

/// Reads the traits of the relations `oids` in a constant number of catalog queries;
/// takes no lock on them. Relations that are gone are left out.
arrow::Result<std::map<uint32_t, RelationTraits>> ReadRelationTraits(
    Session& session, const std::set<uint32_t>& oids);

}  // namespace carmilla
