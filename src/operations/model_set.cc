#include "operations/model_set.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/letter_case.h"
#include "core/log.h"
#include "core/sql_statement.h"
#include "core/suggest.h"
#include "duck/sql_reader.h"
#include "operations/model_order.h"

namespace carmilla {
namespace {

/// Words that are followed by one: lower-case letters, digits, underscores.
std::set<std::string> WordsOf(const std::string& sql) {
  std::set<std::string> words;
  std::string word;
  for (const char c : LowerCase(sql) + " ") {
    const bool is_part = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (is_part) {
      word += c;
    } else if (!word.empty()) {
      words.insert(std::exchange(word, ""));
    }
  }
  return words;
}

/// What a model needs. SQL of Athena that DuckDB cannot parse is searched for names.
arrow::Result<std::set<std::string>> NeedsOf(const ModelFile& file, QueryOn on,
                                             const SqlReader& reader,
                                             const std::set<std::string>& models) {
  const ModelSql& sql = file.SqlFor(on);
  if (sql.text.empty()) {
    const std::string_view ending = on == QueryOn::kAthena ? ".athena.sql" : ".sql";
    return MakeError(
        ErrorKind::kConfiguration,
        "model " + file.name + " has no SQL for this engine: " + std::string(NameOf(on)),
        "write " + file.name + std::string(ending));
  }
  auto needs = reader.TablesOf(sql.text);
  if (needs.ok()) return needs;
  if (on == QueryOn::kEmbedded) return WithContext(needs.status(), sql.file);
  if (!IsOneStatement(sql.text, SqlDialect::kTrino)) {
    return MakeError(ErrorKind::kQuery, sql.file + ": it has several statements",
                     "write one SELECT, which may begin with WITH");
  }
  std::set<std::string> named;
  std::ranges::set_intersection(WordsOf(sql.text), models,
                                std::inserter(named, named.end()));
  named.erase(file.name);
  return named;
}

/// Statements that list what there is.
bool IsAboutCatalog(const std::string& sql) {
  constexpr std::array<std::string_view, 3> kWords = {"show", "information_schema",
                                                      "duckdb_"};
  return std::ranges::any_of(kWords,
                             [&](std::string_view word) { return MayName(sql, word); });
}

}  // namespace

arrow::Result<ModelSet> ModelSet::Load(const ModelsConfiguration& configuration,
                                       QueryOn on) {
  ARROW_ASSIGN_OR_RAISE(std::vector<ModelFile> files, ReadModelFiles(configuration));
  ModelSet set(on);
  if (files.empty()) return set;
  ARROW_ASSIGN_OR_RAISE(const SqlReader reader, SqlReader::Open());
  std::set<std::string> names;
  for (const ModelFile& file : files) names.insert(file.name);
  std::map<std::string, Model> by_name;
  std::map<std::string, std::set<std::string>> needs;
  for (ModelFile& file : files) {
    Model model{.file = std::move(file)};
    model.status = model.file.status;
    if (model.status.ok()) {
      auto needed = NeedsOf(model.file, on, reader, names);
      model.status = needed.status();
      if (needed.ok()) model.needs = *std::move(needed);
    }
    needs[model.name()] = model.needs;
    by_name.emplace(model.name(), std::move(model));
  }
  const ModelOrder order = OrderModels(needs);
  for (const std::string& name : order.names) {
    Model& model = by_name.at(name);
    const auto cycle = order.cycles.find(name);
    if (cycle != order.cycles.end() && model.status.ok()) {
      model.status =
          MakeError(ErrorKind::kConfiguration,
                    "ordering the models: they need each other: " + cycle->second,
                    "take one of the arrows out of their SQL");
    }
    set.models_.push_back(std::move(model));
  }
  return set;
}

const Model* ModelSet::Find(std::string_view name) const {
  const auto found = std::ranges::find(models_, name, &Model::name);
  return found == models_.end() ? nullptr : &*found;
}

std::vector<std::string> ModelSet::Names() const {
  std::vector<std::string> names;
  names.reserve(models_.size());
  for (const Model& model : models_) names.push_back(model.name());
  return names;
}

void ModelSet::RefuseNames(const std::set<std::string>& tables, std::string_view what) {
  for (Model& model : models_) {
    if (!model.status.ok() || !tables.contains(model.name())) continue;
    model.status = MakeError(
        ErrorKind::kConfiguration,
        "model " + model.name() + ": " + std::string(what) + " has this name",
        "rename the files of the model, or give the table another name with `as:`");
  }
}

ModelReach ModelSet::ReachOf(const std::set<std::string>& names,
                             bool are_all_views) const {
  ModelReach reach;
  std::set<std::string> seen;
  for (const std::string& name : names) Collect(name, are_all_views, &seen, &reach);
  return reach;
}

void ModelSet::Collect(const std::string& name, bool are_all_views,
                       std::set<std::string>* seen, ModelReach* reach) const {
  if (!seen->insert(name).second) return;
  const Model* model = Find(name);
  const bool is_view =
      model != nullptr && (are_all_views || !model->is_table() || !model->status.ok());
  if (!is_view) {
    reach->tables.insert(name);
    if (model != nullptr) reach->model_tables.insert(name);
    return;
  }
  if (model->status.ok()) {
    for (const std::string& needed : model->needs) {
      Collect(needed, are_all_views, seen, reach);
    }
  }
  reach->views.push_back(
      {.name = name, .sql = model->file.SqlFor(on_).text, .status = model->status});
}

void ModelSet::AddWithNeeds(const std::string& name,
                            std::set<std::string>* chosen) const {
  const Model* model = Find(name);
  if (model == nullptr || !chosen->insert(name).second) return;
  for (const std::string& needed : model->needs) AddWithNeeds(needed, chosen);
}

arrow::Result<std::set<std::string>> ModelSet::Select(
    std::span<const std::string> selection) const {
  std::set<std::string> chosen;
  if (selection.empty()) {
    for (const Model& model : models_) chosen.insert(model.name());
    return chosen;
  }
  std::set<std::string> with_needs;
  for (const std::string& item : selection) {
    const std::string name = item.starts_with('+') ? item.substr(1) : item;
    if (Find(name) == nullptr) {
      const std::string nearest = DidYouMean(name, Names());
      return MakeError(ErrorKind::kUsage, "reading --select: there is no model " + name,
                       nearest.empty() ? "`carmilla models list` names them" : nearest);
    }
    if (item.starts_with('+')) {
      AddWithNeeds(name, &with_needs);
    } else {
      chosen.insert(name);
    }
  }
  chosen.merge(with_needs);
  return chosen;
}

bool MayName(std::string_view sql, std::string_view name) {
  const auto is_same = [](char text, char letter) {
    return std::tolower(static_cast<unsigned char>(text)) == letter;
  };
  return !std::ranges::search(sql, name, is_same).empty();
}

ModelReach ModelsFor(const ModelsConfiguration& configuration, const std::string& sql) {
  const auto set = ModelSet::Load(configuration, QueryOn::kEmbedded);
  if (!set.ok()) {
    LogWarning(set.status().message());
    return {};
  }
  std::set<std::string> named;
  const bool is_about_catalog = IsAboutCatalog(sql);
  for (const Model& model : set->models()) {
    if (is_about_catalog || MayName(sql, model.name())) named.insert(model.name());
  }
  return set->ReachOf(named, /*are_all_views=*/false);
}

}  // namespace carmilla
