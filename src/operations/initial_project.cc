#include "operations/initial_project.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "codegen/task_template.h"
#include "core/error.h"
#include "core/run_id.h"
#include "operations/generate.h"
#include "operations/whole_file.h"
#include "plan/configuration_reader.h"
#include "store/errno_error.h"
#include "store/posix_file.h"

namespace carmilla {
namespace {

namespace fs = std::filesystem;

/// A first run shall take seconds.
constexpr int64_t kMostBytes = 1 << 30;

std::string Doing(const std::string& name) { return "making the project " + name; }

arrow::Status PlaceIsTaken(const std::string& name) {
  return MakeError(ErrorKind::kUsage, "something of this name is here already: " + name,
                   "choose another name, or move it away; a project replaces no file");
}

bool IsSmall(const ModelDraft::Model& model) { return model.table_bytes <= kMostBytes; }

/// Whether `b` suits a first task better than `a`.
bool SuitsLess(const ModelDraft::Model& a, const ModelDraft::Model& b) {
  if (IsSmall(a) != IsSmall(b)) return IsSmall(b);
  return IsSmall(a) ? a.table_bytes < b.table_bytes : a.table_bytes > b.table_bytes;
}

struct FirstTask {
  ModelDraft::Model model;
  std::string name;
};

arrow::Result<FirstTask> ChooseTask(const InitialProjectOptions& options,
                                    const Configuration& configuration,
                                    Session& session) {
  GenerateOptions asked;
  asked.takes_all = options.table.empty();
  if (!asked.takes_all) asked.tables = {options.table};
  asked.takes_configured_columns = true;
  ARROW_ASSIGN_OR_RAISE(ModelDraft draft, DraftModels(configuration, asked, session));
  if (draft.models.empty()) return draft.refused.front().reason;
  if (!asked.takes_all && draft.models.size() > 1) {
    return MakeError(
        ErrorKind::kUsage,
        "reading the command line: --task is for one table: " + options.table,
        "carmilla init --project shop --task orders");
  }
  ModelDraft::Model& model = *std::ranges::max_element(draft.models, SuitsLess);
  std::string name = ReportNameOf(model.header, draft.taken_names);
  return FirstTask{.model = std::move(model), .name = std::move(name)};
}

arrow::Status WriteFiles(const fs::path& folder, const std::vector<ProjectFile>& files) {
  for (const ProjectFile& file : files) {
    const fs::path path = folder / file.path;
    ARROW_RETURN_NOT_OK(MakeFolders(path.parent_path()));
    ARROW_RETURN_NOT_OK(PutWholeFile(path, file.text, /*replaces=*/false));
  }
  return arrow::Status::OK();
}

/// Gives the finished folder its name, also where an empty one has it.
arrow::Status Rename(const fs::path& folder, const std::string& name) {
  if (std::rename(folder.c_str(), name.c_str()) != 0) {
    const bool is_taken = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
    return is_taken ? PlaceIsTaken(name) : ErrnoError(errno, "making a folder", name);
  }
  return SyncFolders(".", ".");
}

}  // namespace

arrow::Status CheckProjectPlace(const std::string& name) {
  ARROW_RETURN_NOT_OK(CheckProjectName(name));
  std::error_code error;
  const fs::file_status status = fs::status(name, error);
  if (status.type() == fs::file_type::not_found) return arrow::Status::OK();
  const bool is_free = fs::is_directory(status) && fs::is_empty(name, error);
  if (is_free && !error) return arrow::Status::OK();
  return WithContext(PlaceIsTaken(name), Doing(name));
}

arrow::Result<InitialProject> DraftInitialProject(const InitialProjectOptions& options,
                                                  std::stop_token stop) {
  InitialProject project;
  ARROW_ASSIGN_OR_RAISE(const auto session,
                        OpenSource(options.configuration, std::move(stop)));
  ARROW_ASSIGN_OR_RAISE(project.configuration,
                        DraftInitialConfiguration(options.configuration, *session));
  if (options.table.empty() && project.configuration.plan.tables.empty()) {
    return MakeError(ErrorKind::kUnknownRelation,
                     Doing(options.name) + ": the database has no table for a task",
                     "name a view with --task; `carmilla init` writes a configuration "
                     "without a project");
  }
  ARROW_ASSIGN_OR_RAISE(
      const FirstTask task,
      ChooseTask(options, project.configuration.configuration, *session));
  project.relation = task.model.relation.ToString();
  project.task = task.name;
  project.files = WriteProjectFiles(options.name, task.model.header, task.name,
                                    {.connection = options.configuration.connection,
                                     .has_service = options.has_service,
                                     .ca_file = options.configuration.written_ca_file,
                                     .lake = options.configuration.lake_path});
  project.files.push_back({.path = "carmilla.yaml",
                           .purpose = "where the database and the lake are",
                           .text = project.configuration.text});
  project.files.push_back(
      {.path = kSchemaFile, .purpose = "", .text = ConfigurationSchema()});
  return project;
}

arrow::Status WriteInitialProject(const std::string& name,
                                  const InitialProject& project) {
  // Under a name that nobody looks at until all is there.
  const fs::path folder =
      fs::path(".") / ("." + name + "-" + MakeRunId(std::chrono::system_clock::now()));
  arrow::Status status = MakeFolders(folder);
  if (status.ok()) status = WriteFiles(folder, project.files);
  if (status.ok()) status = Rename(folder, name);
  if (status.ok()) return status;
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return WithContext(status, Doing(name));
}

}  // namespace carmilla
