#include <algorithm>

#include "core/quantity.h"
#include "operations/doctor_checks.h"
#include "operations/row_security.h"

namespace carmilla {
namespace {

constexpr std::chrono::hours kPasswordNotice{14 * 24};

Findings AlterRole(const DoctorFacts& facts, bool is_found, std::string what,
                   const std::string& option) {
  if (!is_found) return {};
  return {{.what = std::move(what),
           .where = {facts.role.name},
           .cure = {"ALTER ROLE " + Quoted(facts.role.name) + " " + option + ";"}}};
}

/// A superuser has every right; that is told once.
bool IsOrdinary(const DoctorFacts& facts) { return !facts.role.is_superuser; }

std::string Revoke(const DoctorFacts& facts, const std::string& right) {
  return "REVOKE " + right + " FROM " + Quoted(facts.role.name) + ";";
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

bool IsReadingRole(const std::string& role) { return role == "pg_read_all_data"; }

}  // namespace

Findings FindSuperuser(const DoctorFacts& facts) {
  Findings findings =
      AlterRole(facts, facts.role.is_superuser,
                "the role is a superuser: it may do anything, and no limit holds for it",
                "NOSUPERUSER");
  // It is likely to be somebody's own account, which needs what it has.
  for (Finding& finding : findings) {
    finding.cure = {
        "Read as another role: `carmilla role` prints the SQL that makes one. If this is "
        "the role that shall read:",
        finding.cure.front()};
  }
  return findings;
}

Findings FindRowSecurityBypass(const DoctorFacts& facts) {
  return AlterRole(facts, IsOrdinary(facts) && facts.role.bypasses_row_security,
                   "the role bypasses row-level security on every table", "NOBYPASSRLS");
}

Findings FindReplicationRight(const DoctorFacts& facts) {
  return AlterRole(facts, IsOrdinary(facts) && facts.role.may_replicate,
                   "the role may replicate: it could read the whole server",
                   "NOREPLICATION");
}

Findings FindCreatedb(const DoctorFacts& facts) {
  return AlterRole(facts, IsOrdinary(facts) && facts.role.creates_databases,
                   "the role may create databases", "NOCREATEDB");
}

Findings FindCreaterole(const DoctorFacts& facts) {
  return AlterRole(facts, IsOrdinary(facts) && facts.role.creates_roles,
                   "the role may create and change roles", "NOCREATEROLE");
}

Findings FindPowerfulRoles(const DoctorFacts& facts) {
  if (!IsOrdinary(facts)) return {};
  Finding finding{.what =
                      "the role is a member of roles that write, or run as the server"};
  for (const std::string& role : facts.role.powerful_roles) {
    if (IsReadingRole(role)) continue;
    finding.where.push_back(role);
    finding.cure.push_back(Revoke(facts, Quoted(role)));
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindReadsEverything(const DoctorFacts& facts) {
  if (!IsOrdinary(facts) || !facts.role.IsMemberOf("pg_read_all_data")) return {};
  return {{.what = "the role may read every table, not only the configured ones",
           .where = {"pg_read_all_data"},
           .cure = {Revoke(facts, "pg_read_all_data"),
                    "-- `carmilla role` prints grants for the configured tables only"}}};
}

Findings FindOwnedTables(const DoctorFacts& facts) {
  if (!IsOrdinary(facts)) return {};
  return AboutRelations(facts, "the role owns tables: it may alter and drop them",
                        [](const RelationTraits& relation) { return relation.is_owned; });
}

Findings FindWriteGrants(const DoctorFacts& facts) {
  if (!IsOrdinary(facts)) return {};
  Finding finding{.what = "the role may change rows"};
  for (const auto& [oid, relation] : facts.traits) {
    // An owner has all rights; that is told by its own check.
    if (relation.writes.empty() || relation.is_owned) continue;
    finding.where.push_back(relation.name.ToString());
    finding.cure.push_back(
        Revoke(facts, Joined(relation.writes) + " ON " + Quoted(relation.name)));
  }
  if (finding.where.empty()) return {};
  if (facts.role.IsMemberOf("pg_write_all_data")) finding.cure.clear();
  return {finding};
}

Findings FindSchemaCreation(const DoctorFacts& facts) {
  if (!IsOrdinary(facts) || !facts.role.creates_schemas) return {};
  return {
      {.what = "the role may create schemas in the database",
       .where = {facts.identity.database},
       .cure = {Revoke(facts, "CREATE ON DATABASE " + Quoted(facts.identity.database))}}};
}

Findings FindObjectCreation(const DoctorFacts& facts) {
  if (!IsOrdinary(facts) || facts.role.writable_schemas.empty()) return {};
  Finding finding{.what = "the role may create objects in schemas",
                  .where = facts.role.writable_schemas};
  for (const std::string& schema : facts.role.writable_schemas) {
    finding.cure.push_back(Revoke(facts, "CREATE ON SCHEMA " + Quoted(schema)));
    // Before PostgreSQL 15 everybody had this right.
    finding.cure.push_back("REVOKE CREATE ON SCHEMA " + Quoted(schema) + " FROM PUBLIC;");
  }
  return {finding};
}

Findings FindExpiringPassword(const DoctorFacts& facts) {
  const auto& lifetime = facts.role.password_lifetime;
  if (!lifetime || *lifetime > kPasswordNotice) return {};
  return {
      {.what = lifetime->count() < 0
                   ? "the role's password has expired"
                   : "the role's password expires in " + FormatDuration(*lifetime),
       .where = {facts.role.name},
       .cure = {"ALTER ROLE " + Quoted(facts.role.name) + " VALID UNTIL 'infinity';"}}};
}

Findings FindMissingGrants(const DoctorFacts& facts) {
  Finding finding{.what = "the role may not read all that the configuration asks for"};
  for (const TableFacts& table : facts.tables) {
    if (table.missing_grants.empty()) continue;
    finding.where.push_back(table.table.name.ToString());
    for (const std::string& grant : table.missing_grants) {
      if (std::ranges::find(finding.cure, grant) == finding.cure.end()) {
        finding.cure.push_back(grant);
      }
    }
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindRowSecurity(const DoctorFacts& facts) {
  Findings findings =
      AboutTables(facts, std::string(kRowSecurityReason),
                  [](const TableFacts& table) { return table.table.has_row_security; });
  for (Finding& finding : findings) {
    finding.cure = RowSecurityCures(facts.identity.user);
  }
  return findings;
}

}  // namespace carmilla
