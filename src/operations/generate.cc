#include "operations/generate.h"

#include <filesystem>
#include <utility>

#include "codegen/task_template.h"
#include "core/error.h"
#include "engine/source_connection.h"
#include "operations/catalog_session.h"
#include "operations/generated_files.h"
#include "operations/task_places.h"

namespace carmilla {
namespace {

constexpr char kTaskFolder[] = "tasks";

/// Writes the files of headers, or compares them.
class HeaderFiles {
 public:
  explicit HeaderFiles(const GenerateOptions& options) : options_(options) {}

  arrow::Result<GenerateReport> WriteOrCheck(ModelDraft draft) {
    ARROW_RETURN_NOT_OK(Add(draft));
    report_.refused = std::move(draft.refused);
    ARROW_RETURN_NOT_OK(options_.is_check ? Check() : Write());
    return std::move(report_);
  }

 private:
  arrow::Status Add(const ModelDraft& draft) {
    std::vector<TaskHeader> headers;
    headers.reserve(draft.models.size());
    for (const ModelDraft::Model& model : draft.models) {
      const auto path = std::filesystem::path(options_.folder) / model.header.path;
      headers.push_back(
          {.header = &model.header, .include = path.lexically_normal().string()});
    }
    std::vector<TaskPlace> places;
    if (options_.makes_task) {
      ARROW_ASSIGN_OR_RAISE(places, PlaceTasks(kTaskFolder, headers, draft.taken_names));
    }
    for (size_t i = 0; i < headers.size(); ++i) {
      const auto& [header, path] = headers[i];
      files_.push_back(
          {.path = path, .text = header->text, .num_columns = header->members.size()});
      if (places.empty()) continue;
      files_.push_back({.path = places[i].path,
                        .text = WriteTaskTemplate(*header, path, places[i].report),
                        .num_columns = 0,
                        .is_task = true});
    }
    return arrow::Status::OK();
  }

  arrow::Status Write() {
    std::vector<GeneratedState> states;
    for (const GeneratedFile& file : files_) {
      ARROW_ASSIGN_OR_RAISE(const GeneratedState state, StateOf(file));
      states.push_back(state);
    }
    for (size_t i = 0; i < files_.size(); ++i) {
      const bool was_there = states[i] == GeneratedState::kSame;
      if (!was_there) ARROW_RETURN_NOT_OK(WriteGenerated(files_[i]));
      Report(files_[i], !was_there          ? FileResult::kWritten
                        : files_[i].is_task ? FileResult::kLeft
                                            : FileResult::kUnchanged);
    }
    return arrow::Status::OK();
  }

  arrow::Status Check() {
    std::vector<std::string> lines;
    for (const GeneratedFile& file : files_) {
      ARROW_ASSIGN_OR_RAISE(const GeneratedState state, StateOf(file));
      if (state == GeneratedState::kMissing) lines.push_back(file.path + " is missing");
      if (state == GeneratedState::kDifferent) {
        lines.push_back(file.path + " is not what the database says");
      }
      Report(file, state == GeneratedState::kMissing     ? FileResult::kMissing
                   : state == GeneratedState::kDifferent ? FileResult::kStale
                                                         : FileResult::kUnchanged);
    }
    if (lines.empty()) return arrow::Status::OK();
    for (const RefusedTable& refused : report_.refused) {
      lines.push_back(refused.reason.message());
    }
    report_.check =
        MakeErrorList(ErrorKind::kStaleHeader, lines,
                      "run the same command without --check, and build again");
    return arrow::Status::OK();
  }

  void Report(const GeneratedFile& file, FileResult result) {
    report_.files.push_back({.path = file.path,
                             .num_columns = file.num_columns,
                             .is_task = file.is_task,
                             .result = result});
  }

  const GenerateOptions& options_;
  std::vector<GeneratedFile> files_;
  GenerateReport report_;
};

}  // namespace

arrow::Result<GenerateReport> GenerateModels(const Configuration& configuration,
                                             const GenerateOptions& options,
                                             std::stop_token stop) {
  ARROW_RETURN_NOT_OK(CheckGenerateOptions(options));
  ARROW_ASSIGN_OR_RAISE(const ConnectionSettings settings,
                        SourceSettings(configuration, "generate"));
  ARROW_ASSIGN_OR_RAISE(const auto session,
                        OpenCatalogSession(settings, std::move(stop)));
  ARROW_ASSIGN_OR_RAISE(ModelDraft draft, DraftModels(configuration, options, *session));
  return HeaderFiles(options).WriteOrCheck(std::move(draft));
}

}  // namespace carmilla
