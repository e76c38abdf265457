#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/secret.h"
#include "plan/lake_location.h"
#include "plan/source_position.h"
#include "types/column_mask.h"
#include "types/declared_type.h"
#include "types/json_derivation.h"
#include "types/storage_choice.h"
#include "types/type_key.h"
#include "types/type_mapping.h"

namespace carmilla {

/// Whether hosts other than this machine must prove who they are.
enum class ConnectionTls : uint8_t { kVerify, kInsecure };

/// As configuration and flags spell them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 2> kConnectionTlsNames = {"verify",
                                                                        "insecure"};

/// How the source proves that it is us.
enum class SourceAuthentication : uint8_t { kPassword, kRdsIam };

/// As configuration spells them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 2> kSourceAuthenticationNames = {"password",
                                                                               "rds-iam"};

/// `secret:ID#KEY`, in AWS Secrets Manager.
struct SecretConfiguration {
  std::string id;        ///< "": none.
  std::string json_key;  ///< "": the whole text.
};

struct ConnectionConfiguration {
  std::string name;
  Secret conninfo;  ///< libpq keywords or URI.
  SourceAuthentication authentication = SourceAuthentication::kPassword;
  Secret password;                      ///< From env: or file:; or
  SecretConfiguration password_secret;  ///< from Secrets Manager.
  ConnectionTls tls = ConnectionTls::kVerify;
  std::string ca_file;  ///< Authorities to trust (PEM), or "".
  SourcePosition position;
};

enum class Gentleness : uint8_t { kGentle, kBalanced, kFull };

/// As configuration and flags spell them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 3> kGentlenessNames = {"gentle", "balanced",
                                                                     "full"};
constexpr std::string_view NameOf(Gentleness gentleness) {
  return kGentlenessNames[static_cast<size_t>(gentleness)];
}

/// Where tasks run: on threads of the run, or each in a process of its own.
enum class Isolation : uint8_t { kThread, kProcess };

/// As configuration spells them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 2> kIsolationNames = {"thread", "process"};

enum class Consistency : uint8_t { kAuto, kRun, kTable };

/// What a pattern does with tables that appear after its first run.
enum class NewTables : uint8_t { kTake, kIgnore };

struct PartitionBy {
  std::string column;
  PartitionUnit every = PartitionUnit::kDay;
  std::string as = "dt";
};

/// What `types:` says of one column, or of the columns of one type.
struct DeclaredColumn {
  DeclaredType type;
  SourcePosition position;  ///< Of the type.
};

/// What `defaults:` sets and each table may override.
struct TableDefaults {
  Compression compression = Compression::kZstd;
  Proof proof = Proof::kStructural;
  Layout layout = Layout::kVersioned;
  ValuePolicies policies;
  ValuePolicy on_misfit = ValuePolicy::kError;  ///< Of derived columns; kError or kNull.
  std::map<TypeKey, DeclaredColumn> types;      ///< By the type of the column.
};

/// What an entry says of one column itself; nothing: as its table.
struct ColumnPolicies {
  std::optional<ValuePolicy> on_nan;
  std::optional<ValuePolicy> on_infinity;
  std::optional<ValuePolicy> on_out_of_range;
  std::optional<ValuePolicy> on_precision;
  std::optional<ValuePolicy> on_array_shape;
  std::optional<ValuePolicy> on_invalid_utf8;
};

/// In the order of kPolicyFields.
inline constexpr std::array kColumnPolicyMembers = {
    &ColumnPolicies::on_nan,          &ColumnPolicies::on_infinity,
    &ColumnPolicies::on_out_of_range, &ColumnPolicies::on_precision,
    &ColumnPolicies::on_array_shape,  &ColumnPolicies::on_invalid_utf8};
static_assert(kColumnPolicyMembers.size() == kPolicyFields.size());

/// One column that `derive:` of an entry makes.
struct DerivedColumnConfiguration {
  std::string name;
  std::string from;  ///< The column of JSON.
  JsonDerivation derivation;
  SourcePosition position;       ///< Of the name.
  SourcePosition from_position;  ///< Of the column of JSON.
};

/// A column that an entry names, and where it does.
struct NamedColumn {
  std::string name;
  SourcePosition position;
};

/// What `mask:` of an entry says of one column.
struct MaskedColumn {
  ColumnMask mask;
  SourcePosition position;  ///< Of the column's name.
};

/// What `catalog.glue:` of an entry says; nothing: as `lake.catalog.glue`.
struct TableCatalog {
  std::string database;
  std::optional<bool> is_adopting;
  std::optional<CrawlerConfiguration> crawler;
  SourcePosition position;
};

/// One entry of `tables:`. A pattern (`public.*`) has `exclude`, `new_tables` and
/// `settings`; the rest belongs to one table.
struct TableConfiguration {
  std::string schema;
  std::string name;  ///< Exact, or "*" for a pattern.
  bool is_pattern = false;
  /// Patterns with `*`, matched against the table's name with and without its schema.
  std::vector<std::string> exclude;
  NewTables new_tables = NewTables::kTake;
  std::string as;                    ///< The one name; "": chosen by the planner.
  std::vector<std::string> columns;  ///< Empty: all.
  std::string where;
  std::optional<PartitionBy> partition_by;
  std::map<std::string, ColumnPolicies> column_policies;
  std::map<std::string, DeclaredColumn> types;  ///< By the name of the column.
  std::vector<DerivedColumnConfiguration> derive;
  std::vector<NamedColumn> drop;  ///< Read, and not written.
  std::map<std::string, MaskedColumn> mask;
  std::optional<TableCatalog> catalog;
  TableDefaults settings;  ///< Defaults with the entry's own values applied.
  SourcePosition position;
};

/// Who answers a query.
enum class QueryOn : uint8_t { kEmbedded, kAthena };

/// As configuration and flags spell them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 2> kQueryOnNames = {"embedded", "athena"};
constexpr std::string_view NameOf(QueryOn on) {
  return kQueryOnNames[static_cast<size_t>(on)];
}

/// `models:`.
struct ModelsConfiguration {
  std::string folder;    ///< "": there are no models.
  std::string shown_as;  ///< The folder as messages name it.
  QueryOn engine = QueryOn::kEmbedded;
};

struct Configuration {
  std::string file;  ///< For messages.
  std::vector<ConnectionConfiguration> connections;
  std::string source;  ///< Name of a connection.
  Gentleness gentleness = Gentleness::kGentle;
  Consistency consistency = Consistency::kAuto;
  std::chrono::seconds max_snapshot_age{900};
  LakeLocation lake;  ///< Relative directories are relative to the configuration file.
  Isolation isolation = Isolation::kThread;
  int threads = 0;  ///< 0: chosen by gentleness.
  int64_t memory_bytes = 256LL << 20;
  Secret mask_key;         ///< Of hmac-sha256.
  TableDefaults defaults;  ///< For tables that no entry describes: those of tasks.
  std::vector<TableConfiguration> tables;
  ModelsConfiguration models;
};

}  // namespace carmilla
