#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "plan/model_file.h"
#include "stream/query_engine.h"

namespace carmilla {

/// One model for one engine.
struct Model {
  ModelFile file;
  arrow::Status status;         ///< Why it cannot be used.
  std::set<std::string> needs;  ///< Tables and models that its SQL names.

  const std::string& name() const { return file.name; }
  bool is_table() const { return file.materialization == Materialization::kTable; }
};

/// What an engine must know so that some tables and models can be read.
struct ModelReach {
  std::vector<QueryView> views;        ///< Each behind those that it reads.
  std::set<std::string> tables;        ///< Of the lake.
  std::set<std::string> model_tables;  ///< Those of them that models make.
};

/// The models of a folder as one engine runs them.
class ModelSet {
 public:
  /// Reads the models and what they need. What is wrong with one of them is its status.
  /// kConfiguration if the folder cannot be read.
  static arrow::Result<ModelSet> Load(const ModelsConfiguration& configuration,
                                      QueryOn on);

  /// Each behind those that it needs.
  const std::vector<Model>& models() const { return models_; }
  const Model* Find(std::string_view name) const;
  std::vector<std::string> Names() const;

  /// Refuses models that have a name of `tables`, in the words `what`.
  void RefuseNames(const std::set<std::string>& tables, std::string_view what);

  /// What must be there to read `names`, through views. With `are_all_views` a model
  /// that is a table is taken for a view, so that it need not have been run.
  ModelReach ReachOf(const std::set<std::string>& names, bool are_all_views) const;

  /// Names of the models that --select asks for: `NAME`, or `+NAME` with all that it
  /// needs; all of them if `selection` is empty. kUsage for a name that is none.
  arrow::Result<std::set<std::string>> Select(
      std::span<const std::string> selection) const;

 private:
  explicit ModelSet(QueryOn on) : on_(on) {}

  void Collect(const std::string& name, bool are_all_views, std::set<std::string>* seen,
               ModelReach* reach) const;
  void AddWithNeeds(const std::string& name, std::set<std::string>* chosen) const;

  QueryOn on_;
  std::vector<Model> models_;
};

/// Whether `sql` may mean the table `name`: it holds the word in some case.
bool MayName(std::string_view sql, std::string_view name);

/// What the embedded engine must know of the models so that `sql` can be run: nothing of
/// those that it does not name. A folder that cannot be read is logged.
ModelReach ModelsFor(const ModelsConfiguration& configuration, const std::string& sql);

}  // namespace carmilla
