#include "operations/task_places.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "codegen/task_template.h"
#include "core/error.h"
#include "plan/text_file.h"

namespace carmilla {
namespace {

namespace fs = std::filesystem;

/// By their file names. What cannot be read counts as empty: it is there all the same.
using Texts = std::map<std::string, std::string>;

constexpr std::string_view kExtension = ".cc";

arrow::Result<Texts> ReadTasks(const std::string& folder) {
  Texts texts;
  std::error_code error;
  if (!fs::exists(folder, error)) return texts;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() != kExtension) continue;
    texts[path.filename().string()] = ReadTextFile(path.string()).ValueOr("");
  }
  if (!error) return texts;
  return MakeError(ErrorKind::kIo,
                   "opening the folder " + folder + ": " + error.message());
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// `sales` of `sales/orders.h`; tables of `public` have no folder.
std::string SchemaOf(const ModelHeader& header) {
  std::string schema = fs::path(header.path).parent_path().generic_string();
  std::ranges::replace(schema, '/', '_');
  return schema.empty() ? "public" : schema;
}

class TaskPlacer {
 public:
  TaskPlacer(std::span<const TaskHeader> headers, Texts texts,
             std::set<std::string> taken)
      : texts_(std::move(texts)), taken_(std::move(taken)) {
    for (const TaskHeader& task : headers) ++uses_[task.header->name];
  }

  TaskPlace Place(const TaskHeader& task) {
    std::string file = FileOf(task);
    placed_.insert(file);
    const bool is_there = texts_.contains(file);
    return {.path = std::move(file), .report = is_there ? "" : ReportOf(*task.header)};
  }

 private:
  std::string FileOf(const TaskHeader& task) const {
    const std::string& name = task.header->name;
    const std::string schema = SchemaOf(*task.header);
    std::string own = name + std::string(kExtension);
    const std::string longer = schema + '_' + own;
    for (const std::string& file : {own, longer}) {
      if (IsTaskOf(task, file)) return file;
    }
    const bool is_first = uses_.at(name) == 1 || schema == "public";
    if (is_first && IsFree(task, own)) return own;
    std::string file = longer;
    for (int number = 2; !IsFree(task, file); ++number) {
      file = schema + '_' + name + '_' + std::to_string(number) + std::string(kExtension);
    }
    return file;
  }

  bool IsTaskOf(const TaskHeader& task, const std::string& file) const {
    const auto found = texts_.find(file);
    return found != texts_.end() && !placed_.contains(file) &&
           Holds(found->second, '"' + task.include + '"');
  }

  /// Whether no other header has it: one of the same name in another folder.
  bool IsFree(const TaskHeader& task, const std::string& file) const {
    if (placed_.contains(file)) return false;
    const auto found = texts_.find(file);
    return found == texts_.end() ||
           !Holds(found->second, '/' + task.header->name + ".h\"");
  }

  std::string ReportOf(const ModelHeader& header) {
    std::string report = ReportNameOf(header, taken_);
    while (IsWritten(report)) {
      taken_.insert(report);
      report = ReportNameOf(header, taken_);
    }
    taken_.insert(report);
    return report;
  }

  /// Whether a task that is there seems to write it.
  bool IsWritten(const std::string& report) const {
    return std::ranges::any_of(
        texts_, [&](const auto& task) { return Holds(task.second, '"' + report + '"'); });
  }

  const Texts texts_;
  std::map<std::string, int> uses_;  ///< Of names of headers.
  std::set<std::string> placed_;     ///< Files of this call.
  std::set<std::string> taken_;
};

}  // namespace

arrow::Result<std::vector<TaskPlace>> PlaceTasks(const std::string& folder,
                                                 std::span<const TaskHeader> headers,
                                                 std::set<std::string> taken) {
  ARROW_ASSIGN_OR_RAISE(Texts texts, ReadTasks(folder));
  TaskPlacer placer(headers, std::move(texts), std::move(taken));
  std::vector<TaskPlace> places;
  places.reserve(headers.size());
  for (const TaskHeader& task : headers) {
    places.push_back(placer.Place(task));
    places.back().path.insert(0, folder + '/');
  }
  return places;
}

}  // namespace carmilla
