#include "operations/role_script.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "core/error.h"
#include "engine/known_relations.h"
#include "engine/lake_store.h"
#include "engine/relation_selection.h"
#include "engine/run_planner.h"
#include "engine/source_connection.h"
#include "operations/doctor_findings.h"
#include "operations/row_security.h"
#include "postgres/catalog.h"
#include "postgres/identifier.h"
#include "postgres/relation_traits.h"
#include "postgres/role_rights.h"
#include "postgres/session.h"

namespace carmilla {
namespace {

/// For `doctor` and `plan` while a run goes on.
constexpr int kSpareConnections = 2;

arrow::Status CheckRoleName(const std::string& name) {
  const bool is_reserved = name.starts_with("pg_") || name == "public" || name == "none";
  if (!is_reserved && !name.empty() && QuoteIdentifier(name).ok()) {
    return arrow::Status::OK();
  }
  return MakeError(ErrorKind::kUsage,
                   "writing the role: no name that PostgreSQL gives to a role: " + name,
                   "choose another one with --name");
}

bool IsWordCharacter(char character) {
  return (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_' ||
         static_cast<unsigned char>(character) >= 0x80;
}

/// True if `column` stands in `where` as a word of its own. A word too many costs a grant
/// too many; one too few would cost the run.
bool Names(std::string_view where, std::string_view column) {
  for (size_t at = where.find(column); at != std::string_view::npos;
       at = where.find(column, at + 1)) {
    const size_t end = at + column.size();
    const bool begins = at == 0 || !IsWordCharacter(where[at - 1]);
    const bool ends = end == where.size() || !IsWordCharacter(where[end]);
    if (begins && ends) return true;
  }
  return false;
}

/// The columns to grant, by their order in the table; empty: the whole table.
std::vector<std::string> GrantedColumns(const TableFacts& table) {
  std::vector<std::string> granted;
  const TableConfiguration& settings = table.selected.settings;
  for (const ColumnDescription& column : table.table.columns) {
    if (IsRead(table, column) || Names(settings.where, column.name)) {
      granted.push_back(column.name);
    }
  }
  return granted.size() == table.table.columns.size() ? std::vector<std::string>()
                                                      : granted;
}

/// What quote_ident made of a name.
std::string Unquoted(std::string_view quoted) {
  if (!quoted.starts_with('"')) return std::string(quoted);
  std::string name;
  for (size_t i = 1; i + 1 < quoted.size(); ++i) {
    name += quoted[i];
    if (quoted[i] == '"') ++i;
  }
  return name;
}

class RoleScript {
 public:
  explicit RoleScript(const std::string& name) : name_(name), role_(Quoted(name)) {}

  void Begin(const Session& session, int workers) {
    const std::string& database = session.server().database;
    Line("-- A role that reads for Carmilla what the configuration names, and nothing");
    Line("-- else. Run this as the owner of the tables or as a superuser:");
    Line("--     carmilla role | psql --single-transaction DATABASE");
    Line("-- Then give the role a password; psql asks for it, so that it stands in no");
    Line("-- file and in no history:");
    Line("--     \\password " + role_);
    Line("");
    Line("CREATE ROLE " + role_ + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE");
    Line("  NOREPLICATION NOBYPASSRLS CONNECTION LIMIT " +
         std::to_string(workers + 1 + kSpareConnections) + ";");
    Line("");
    Line(
        "-- What holds for sessions of this role that are not Carmilla's, too. Carmilla");
    Line(
        "-- sets its own limits, and none for statements: a copy takes as long as it is");
    Line("-- throttled to.");
    Line("ALTER ROLE " + role_ + " SET default_transaction_read_only = on;");
    Line("ALTER ROLE " + role_ + " SET lock_timeout = '2s';");
    Line("ALTER ROLE " + role_ + " SET idle_in_transaction_session_timeout = '1min';");
    Line("");
    Line("GRANT CONNECT ON DATABASE " + Quoted(database) + " TO " + role_ + ";");
  }

  void AddTable(const TableFacts& table) {
    const std::vector<std::string> columns = GrantedColumns(table);
    if (table.table.leaves.empty()) {
      Grant(table.table.name, columns, /*is_heap=*/false);
    }
    // Partitions are read one by one, each under its own rights.
    for (const LeafDescription& leaf : table.table.leaves) {
      Grant(leaf.name, columns, leaf.is_heap);
    }
    for (const std::string& schema : FunctionSchemas(table)) GrantUsage(Unquoted(schema));
  }

  /// `schemas` hold patterns, or partitioned tables.
  void AddOutlook(const std::set<std::string>& schemas) {
    if (schemas.empty()) return;
    Line("");
    Line("-- Tables and partitions that come later need grants of their own: run");
    Line(
        "-- `carmilla role` again for its GRANT lines, or let who creates them say "
        "once:");
    for (const std::string& schema : schemas) {
      Line("--     ALTER DEFAULT PRIVILEGES IN SCHEMA " + Quoted(schema) +
           " GRANT SELECT ON TABLES TO " + role_ + ";");
    }
  }

  void AddOpenSchemas(const std::vector<std::string>& schemas) {
    if (schemas.empty()) return;
    Line("");
    Line(
        "-- Everybody may create objects in these schemas, and so may the role. To take");
    Line("-- the right from everybody:");
    for (const std::string& schema : schemas) {
      Line("--     REVOKE CREATE ON SCHEMA " + Quoted(schema) + " FROM PUBLIC;");
    }
  }

  /// A grant does not open tables with row-level security.
  void AddRowSecurity(const std::vector<std::string>& tables) {
    if (tables.empty()) return;
    Line("");
    Line("-- These need a decision of their owner:");
    for (const std::string& table : tables) {
      Line("--     " + EscapeControlCharacters(table));
    }
    Line("-- " + std::string(kRowSecurityReason) + ":");
    for (const std::string& cure : RowSecurityCures(name_)) Line("--     " + cure);
  }

  void AddMissing(const std::string& reason) {
    Line("-- Left out: " + EscapeControlCharacters(reason));
  }

  std::string Finish() && { return std::move(text_); }

 private:
  void Line(const std::string& line) { text_ += line + '\n'; }

  void GrantUsage(const std::string& schema) {
    if (!schemas_.insert(schema).second) return;
    Line("GRANT USAGE ON SCHEMA " + Quoted(schema) + " TO " + role_ + ";");
  }

  void Grant(const RelationName& name, const std::vector<std::string>& columns,
             bool is_heap) {
    GrantUsage(name.schema);
    std::string list;
    // Rows are cut into files by ctid; xmin finds those that changed.
    if (!columns.empty() && is_heap) list = "ctid, xmin";
    for (const std::string& column : columns) {
      list += (list.empty() ? "" : ", ") + Quoted(column);
    }
    if (!list.empty()) list = " (" + list + ")";
    Line("GRANT SELECT" + list + " ON " + Quoted(name) + " TO " + role_ + ";");
  }

  std::string name_;
  std::string role_;
  std::set<std::string> schemas_;
  std::string text_;
};

arrow::Result<Selection> Select(Session& session, const Configuration& configuration) {
  std::optional<std::set<std::string>> known;
  if (AsksForNewTables(configuration)) {
    ARROW_ASSIGN_OR_RAISE(auto store, OpenLakeStore(configuration.lake));
    ARROW_ASSIGN_OR_RAISE(known, ReadKnownRelations(Lake(std::move(store))));
  }
  ARROW_ASSIGN_OR_RAISE(const auto existing, ListRelations(session));
  return SelectRelations(configuration.tables, existing, known);
}

arrow::Result<std::vector<TableFacts>> Describe(Session& session,
                                                const Selection& selection) {
  std::vector<RelationName> names;
  names.reserve(selection.relations.size());
  for (const SelectedRelation& relation : selection.relations) {
    names.push_back(relation.name);
  }
  ARROW_ASSIGN_OR_RAISE(auto described, DescribeTables(session, names));
  std::vector<TableFacts> tables;
  tables.reserve(described.size());
  for (size_t i = 0; i < described.size(); ++i) {
    tables.push_back(
        {.selected = selection.relations[i], .table = std::move(described[i])});
  }
  return tables;
}

/// Tables of which a role that owns nothing would see a part.
arrow::Result<std::vector<std::string>> GuardedTables(
    Session& session, const std::vector<TableFacts>& tables) {
  std::set<uint32_t> oids;
  for (const TableFacts& table : tables) {
    oids.insert(table.table.oid);
    for (const LeafDescription& leaf : table.table.leaves) oids.insert(leaf.oid);
  }
  ARROW_ASSIGN_OR_RAISE(const auto traits, ReadRelationTraits(session, oids));
  const auto is_guarded = [&](uint32_t oid) {
    const auto found = traits.find(oid);
    return found != traits.end() && found->second.has_row_security;
  };
  std::vector<std::string> guarded;
  for (const TableFacts& table : tables) {
    if (is_guarded(table.table.oid) ||
        std::ranges::any_of(table.table.leaves, is_guarded, &LeafDescription::oid)) {
      guarded.push_back(table.table.name.ToString());
    }
  }
  return guarded;
}

/// Schemas in which something may appear that is to be read later.
std::set<std::string> GrowingSchemas(const Configuration& configuration,
                                     const std::vector<TableFacts>& tables) {
  std::set<std::string> schemas;
  for (const TableConfiguration& entry : configuration.tables) {
    if (entry.is_pattern) schemas.insert(entry.schema);
  }
  for (const TableFacts& table : tables) {
    if (table.table.kind == RelationKind::kPartitionedTable) {
      schemas.insert(table.table.name.schema);
    }
  }
  return schemas;
}

}  // namespace

arrow::Result<std::string> WriteRoleScript(const Configuration& configuration,
                                           const std::string& name,
                                           std::stop_token stop) {
  ARROW_RETURN_NOT_OK(CheckRoleName(name));
  ARROW_ASSIGN_OR_RAISE(const ConnectionSettings settings,
                        SourceSettings(configuration, "role"));
  ARROW_ASSIGN_OR_RAISE(const auto session, Session::Connect(settings, std::move(stop)));
  ARROW_ASSIGN_OR_RAISE(const Selection selection, Select(*session, configuration));
  ARROW_ASSIGN_OR_RAISE(const std::vector<TableFacts> tables,
                        Describe(*session, selection));
  ARROW_ASSIGN_OR_RAISE(const auto open_schemas, ReadSchemasOpenToAll(*session));
  ARROW_ASSIGN_OR_RAISE(const auto guarded, GuardedTables(*session, tables));
  RoleScript script(name);
  script.Begin(*session, NumWorkers(configuration));
  for (const TableFacts& table : tables) script.AddTable(table);
  script.AddRowSecurity(guarded);
  script.AddOutlook(GrowingSchemas(configuration, tables));
  script.AddOpenSchemas(open_schemas);
  for (const MissingRelation& missing : selection.missing) {
    script.AddMissing(missing.reason.message());
  }
  for (const UnmatchedPattern& unmatched : selection.unmatched) {
    script.AddMissing("the pattern matches no table: " + unmatched.pattern);
  }
  return std::move(script).Finish();
}

}  // namespace carmilla
