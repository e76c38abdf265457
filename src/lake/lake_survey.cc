#include "lake/lake_survey.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/run_id.h"
#include "lake/lake_keys.h"

namespace carmilla {
namespace {

constexpr std::string_view kOwnFolder = "_carmilla/";

std::string_view TakeComponent(std::string_view* key) {
  const size_t slash = key->find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view component = key->substr(0, slash);
  key->remove_prefix(slash + 1);
  return component;
}

bool IsDataFile(std::string_view name) {
  return name.starts_with("part-") && name.ends_with(".parquet");
}

/// The run that wrote a data file; `key` is relative to the table's folder.
std::string RunOfDataFile(std::string_view key) {
  if (IsStableFile(key)) {
    key.remove_prefix(kStableFiles.size());
    const std::string_view run_id = TakeComponent(&key);
    return IsRunId(run_id) ? std::string(run_id) : "";
  }
  std::string_view folder;
  while (key.find('/') != std::string_view::npos) {
    folder = TakeComponent(&key);
    const bool is_partition = folder.find('=') != std::string_view::npos;
    if (!is_partition) break;
  }
  return IsDataFile(key) && IsRunId(folder) ? std::string(folder) : "";
}

/// True for `<table>.parquet`, alone or in the folder of its partition.
bool IsStableName(std::string_view key, const std::string& table) {
  while (key.find('/') != std::string_view::npos) {
    if (TakeComponent(&key).find('=') == std::string_view::npos) return false;
  }
  return key == table + ".parquet";
}

class Surveyor {
 public:
  explicit Surveyor(int64_t max_files) : max_files_(max_files) {}

  arrow::Status Visit(const ObjectInfo& object) {
    if (++num_files_ > max_files_) {
      survey_.is_complete = false;
      return arrow::Status::Cancelled("enough");
    }
    std::string_view key = object.key;
    const std::string table(TakeComponent(&key));
    if (table == kCheckFolder) return arrow::Status::OK();
    if (table + "/" == kOwnFolder) {
      NoteRun(RunIdOfKey(object.key));
    } else if (const std::string run_id = RunOfDataFile(key); !run_id.empty()) {
      NoteRun(run_id);
      bytes_of_runs_[table + "/" + run_id] += object.bytes;
    } else if (key.starts_with(kOwnFolder)) {
      const std::string manifest = RunIdOfKey(object.key);
      NoteRun(manifest);
      if (!manifest.empty()) manifests_.insert(table + "/" + manifest);
    } else if (table.empty() || !IsStableName(key, table)) {
      survey_.foreign_files.push_back(object.key);
    }
    return arrow::Status::OK();
  }

  LakeSurvey Finish() {
    // Half of a listing may lack the manifest of files that it shows.
    if (survey_.is_complete) {
      for (const auto& [run, bytes] : bytes_of_runs_) {
        if (manifests_.contains(run)) continue;
        survey_.unused_runs.push_back(run);
        survey_.unused_bytes += bytes;
      }
    }
    return std::move(survey_);
  }

 private:
  void NoteRun(const std::string& run_id) {
    survey_.newest_run_id = std::max(survey_.newest_run_id, run_id);
  }

  const int64_t max_files_;
  int64_t num_files_ = 0;
  std::map<std::string, int64_t> bytes_of_runs_;
  std::set<std::string> manifests_;
  LakeSurvey survey_;
};

SurveyedTable SurveyTable(const Lake& lake, const std::string& name) {
  SurveyedTable table{.name = name};
  auto current = lake.ReadCurrent(name);
  table.status = current.status();
  if (!current.ok() || !*current) return table;
  table.run_id = (*current)->manifest.run_id;
  table.source = std::move((*current)->manifest.source);
  table.model = (*current)->manifest.model.name;
  return table;
}

}  // namespace

arrow::Result<LakeSurvey> SurveyLake(const Lake& lake, int64_t max_files) {
  Surveyor surveyor(max_files);
  const arrow::Status listed = lake.store().List(
      "", [&](const ObjectInfo& object) { return surveyor.Visit(object); });
  LakeSurvey survey = surveyor.Finish();
  if (!listed.ok() && survey.is_complete) return listed;
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> names, lake.ListTables());
  for (const std::string& name : names) survey.tables.push_back(SurveyTable(lake, name));
  return survey;
}

}  // namespace carmilla
