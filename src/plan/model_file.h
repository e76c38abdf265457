#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "plan/configuration.h"

namespace carmilla {

enum class Materialization : uint8_t { kView, kTable };
inline constexpr std::array<std::string_view, 2> kMaterializationNames = {"view",
                                                                          "table"};
constexpr std::string_view NameOf(Materialization materialization) {
  return kMaterializationNames[static_cast<size_t>(materialization)];
}

/// What has to hold of a model.
struct ModelTest {
  enum class Kind : uint8_t { kNotNull, kUnique, kRelationships, kRowCount };

  Kind kind = Kind::kNotNull;
  std::string column;          ///< "" of kRowCount.
  std::string other;           ///< Of kRelationships: a model or a table of the lake.
  std::string other_column;    ///< Of kRelationships.
  std::optional<int64_t> min;  ///< Of kRowCount.
  std::optional<int64_t> max;  ///< Of kRowCount.
};

/// What is said of a column of a model.
struct ModelColumn {
  std::string name;
  std::string description;
};

/// The SQL of a model for one engine.
struct ModelSql {
  std::string text;  ///< "": there is none.
  std::string file;  ///< As messages name it: `models/revenue.sql`.
};

/// One model of a folder: docs/models.md.
struct ModelFile {
  std::string name;                                ///< Its one name.
  arrow::Status status;                            ///< Why it cannot be used.
  std::array<ModelSql, kQueryOnNames.size()> sql;  ///< By QueryOn.
  Materialization materialization = Materialization::kView;
  std::string description;
  std::vector<ModelColumn> columns;
  std::vector<ModelTest> tests;

  const ModelSql& SqlFor(QueryOn on) const { return sql[static_cast<size_t>(on)]; }
};

/// Reads the models of a folder, by name. What is wrong with one of them is its `status`
/// (kConfiguration, with file, line and column) and hinders no other. kConfiguration if
/// the folder cannot be read; nothing where there are no models.
arrow::Result<std::vector<ModelFile>> ReadModelFiles(const ModelsConfiguration& models);

/// A file of SQL of each model, by name. Nothing if the folder cannot be read.
std::map<std::string, std::string> FilesOfModels(const ModelsConfiguration& models);

}  // namespace carmilla
