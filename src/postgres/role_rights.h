#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/session.h"

namespace carmilla {

/// What the session's role may do besides reading tables.
struct RoleRights {
  std::string name;
  bool is_superuser = false;
  bool bypasses_row_security = false;
  bool may_replicate = false;
  bool creates_databases = false;
  bool creates_roles = false;
  bool creates_schemas = false;  ///< CREATE on the database.
  int64_t connection_limit = -1;
  int64_t connections = 0;  ///< Of the role, with this one.
  /// Time until its password is no longer taken, negative when it is past; nothing:
  /// never.
  std::optional<std::chrono::seconds> password_lifetime;
  /// Roles of wide rights of which it is a member: `pg_write_all_data`, `rds_superuser`.
  /// Everything of a superuser.
  std::vector<std::string> powerful_roles;
  /// Schemas (not the system's) in which it may create objects.
  std::vector<std::string> writable_schemas;

  bool IsMemberOf(const std::string& role) const;
};

/// Reads it in a constant number of catalog queries. Errors as Session::Query.
arrow::Result<RoleRights> ReadRoleRights(Session& session);

/// The schemas (not the system's) in which everybody may create objects, as in `public`
/// of databases from before PostgreSQL 15.
arrow::Result<std::vector<std::string>> ReadSchemasOpenToAll(Session& session);

}  // namespace carmilla
