#include "postgres/role_rights.h"

#include <algorithm>

#include "postgres/catalog_value.h"

namespace carmilla {
namespace {

// The last three are what managed services call their superusers.
constexpr char kPowerfulRolesQuery[] =
    "SELECT rolname FROM pg_roles WHERE rolname IN ('pg_write_all_data', "
    "'pg_read_all_data', 'pg_execute_server_program', 'pg_read_server_files', "
    "'pg_write_server_files', 'rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin') "
    "AND pg_has_role(oid, 'USAGE') ORDER BY rolname";

arrow::Result<std::vector<std::string>> Names(Session& session, const std::string& sql) {
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows, session.Query(sql));
  std::vector<std::string> names;
  names.reserve(rows.rows().size());
  for (size_t i = 0; i < rows.rows().size(); ++i) names.push_back(rows.At(i, 0));
  return names;
}

}  // namespace

bool RoleRights::IsMemberOf(const std::string& role) const {
  return std::ranges::find(powerful_roles, role) != powerful_roles.end();
}

arrow::Result<RoleRights> ReadRoleRights(Session& session) {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(
          "SELECT rolname, rolsuper, rolbypassrls, rolreplication, rolcreatedb, "
          "rolcreaterole, rolconnlimit, "
          "CASE WHEN isfinite(rolvaliduntil) THEN "
          "extract(epoch FROM rolvaliduntil - clock_timestamp())::bigint END, "
          "has_database_privilege(current_database(), 'CREATE'), "
          "(SELECT count(*) FROM pg_stat_activity a WHERE a.usename = rolname) "
          "FROM pg_roles WHERE rolname = current_user"));
  RoleRights rights{.name = rows.At(0, 0),
                    .is_superuser = IsTrue(rows.At(0, 1)),
                    .bypasses_row_security = IsTrue(rows.At(0, 2)),
                    .may_replicate = IsTrue(rows.At(0, 3)),
                    .creates_databases = IsTrue(rows.At(0, 4)),
                    .creates_roles = IsTrue(rows.At(0, 5)),
                    .creates_schemas = IsTrue(rows.At(0, 8)),
                    .connection_limit = ParseInteger(rows.At(0, 6)),
                    .connections = ParseInteger(rows.At(0, 9))};
  if (rows.rows()[0][7].has_value()) {
    rights.password_lifetime = std::chrono::seconds(ParseInteger(rows.At(0, 7)));
  }
  ARROW_ASSIGN_OR_RAISE(rights.powerful_roles, Names(session, kPowerfulRolesQuery));
  ARROW_ASSIGN_OR_RAISE(
      rights.writable_schemas,
      Names(session,
            "SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' "
            "AND nspname !~ '^pg_' AND has_schema_privilege(oid, 'CREATE') "
            "ORDER BY nspname"));
  return rights;
}

arrow::Result<std::vector<std::string>> ReadSchemasOpenToAll(Session& session) {
  return Names(session,
               "SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' "
               "AND nspname !~ '^pg_' AND has_schema_privilege('public', oid, 'CREATE') "
               "ORDER BY nspname");
}

}  // namespace carmilla
