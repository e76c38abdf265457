#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/relation_selection.h"
#include "engine/table_plan.h"
#include "lake/lake_survey.h"
#include "operations/aws_check.h"
#include "operations/machine_facts.h"
#include "plan/configuration.h"
#include "postgres/relation_traits.h"
#include "postgres/role_rights.h"
#include "postgres/server_state.h"
#include "store/folder_facts.h"

namespace carmilla {

/// Which configuration the doctor reads; as every command.
struct DoctorRequest {
  std::optional<std::string> config;
  std::vector<std::string> overrides;
  bool requires_tables = true;  ///< False in programs with tasks.
  /// Also tries what a run does on AWS, and leaves a table there.
  bool asks_aws = false;
};

/// Facts that belong together: they are known all at once, or not at all.
enum class FactKind : uint8_t {
  kNone,           ///< Known in any case.
  kConfiguration,  ///< `configuration`; its connections may lack their conninfo.
  kServer,         ///< `server`, `identity`, `source`.
  kActivity,
  kRole,
  kTables,  ///< `relations`, `tables`, `traits`.
  kPlan,
  kFolder,
  kLake,
  kAws,         ///< `aws`, and the bucket was reached.
  kAwsObjects,  ///< Objects could be written.
  kAwsCatalog,  ///< The lake has a catalog.
  kAwsTable,    ///< A table with an object is registered in it.
};

/// One relation that the configuration selects.
struct TableFacts {
  SelectedRelation selected;
  TableDescription table;
  std::vector<std::string> missing_grants;  ///< As GRANT statements.
};

/// Everything that checks look at. Only the parts that are `known` hold anything.
struct DoctorFacts {
  std::vector<FactKind> known{FactKind::kNone};

  std::string configuration_file;        ///< That was read; "" if none was found.
  std::string other_configuration_file;  ///< One that was not read but could be meant.
  arrow::Status configuration_status;
  Configuration configuration;

  arrow::Status connection_status;  ///< Why there is no session.
  bool is_pooled = false;
  ServerIdentity identity;
  std::string source;  ///< `user@host:port/database`.
  /// Why parts of the catalog could not be read.
  std::vector<arrow::Status> catalog_errors;
  ServerState server;
  ServerActivity activity;
  RoleRights role;

  std::vector<RelationSummary> relations;  ///< Of the database.
  arrow::Status selection_status;
  std::vector<TableFacts> tables;
  std::map<uint32_t, RelationTraits> traits;
  RunPlan plan;

  arrow::Status folder_status;
  FolderFacts folder;
  arrow::Status lake_status;  ///< Whether this process could publish there.
  LakeSurvey lake;
  std::map<std::string, std::string> models;  ///< As FilesOfModels.

  bool asks_aws = false;
  std::optional<AwsCheck> aws;  ///< Where that was asked for a lake in a bucket.

  MachineFacts machine;

  bool Knows(FactKind kind) const;
};

/// Reads everything that can be read: what fails is told in a status and hides nothing
/// else. Reads no row of a user's table, and writes nothing but a probe into the lake's
/// folder, and what CheckAws writes where that is asked for. Fails only with
/// kInterrupted.
arrow::Result<DoctorFacts> ReadDoctorFacts(const DoctorRequest& request,
                                           const std::stop_token& stop);

}  // namespace carmilla
