#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "codegen/project_files.h"
#include "operations/initial_configuration.h"

namespace carmilla {

/// What `carmilla init --project` is asked for.
struct InitialProjectOptions {
  std::string name;  ///< Of the folder, which is made here, and of the program.
  /// The table of the first task: `orders`, `sales.orders`, also a view. "": the largest
  /// of the tables that a first task reads in seconds, else the smallest.
  std::string table;
  InitialConfigurationOptions configuration;  ///< With paths as in the new folder.
  bool has_service = false;  ///< libpq's variables name a service, PGSERVICE.
};

/// A project with typed tasks, to begin with.
struct InitialProject {
  InitialConfiguration configuration;
  std::string relation;            ///< Of the task, `schema.table`.
  std::string task;                ///< Its name.
  std::vector<ProjectFile> files;  ///< All of them.
};

/// kUsage if no project can have this name, or something stands in its place; an empty
/// folder may.
arrow::Status CheckProjectPlace(const std::string& name);

/// Makes up a project from the catalog behind `options`: what DraftInitialConfiguration
/// writes, the table as a struct, a task of it and all that builds, tests and packs the
/// program. Reads no user data and writes nothing. kUnknownRelation if there is no such
/// table, or none at all; the reason why no struct can have the table.
arrow::Result<InitialProject> DraftInitialProject(const InitialProjectOptions& options,
                                                  std::stop_token stop);

/// Writes the files into the folder `name`, which appears complete or not at all. kUsage
/// if something stands in its place; kIo and its kin otherwise.
arrow::Status WriteInitialProject(const std::string& name, const InitialProject& project);

}  // namespace carmilla
