#include "operations/compare.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <arrow/array/array_binary.h>
#include <arrow/record_batch.h>

#include "core/error.h"
#include "engine/lake_store.h"
#include "lake/lake.h"
#include "operations/athena_query.h"
#include "operations/published_tables.h"
#include "operations/query.h"
#include "operations/source_measures.h"

namespace carmilla {
namespace {

/// How often a table is compared again because a run published it meanwhile.
constexpr int kMaxTries = 3;

MeasureValues ValuesOf(const Manifest& manifest,
                       const std::vector<TableMeasure>& measures) {
  MeasureValues values(measures.size());
  for (size_t index = 0; index < measures.size(); ++index) {
    int64_t count = manifest.TotalRows();
    if (measures[index].kind == MeasureKind::kValues) {
      const auto column = std::ranges::find(manifest.columns, measures[index].column,
                                            &ManifestColumn::name);
      const auto position = column - manifest.columns.begin();
      for (const DataFile& file : manifest.files) {
        count -= file.columns[static_cast<size_t>(position)].nulls;
      }
    } else if (measures[index].kind != MeasureKind::kRows) {
      continue;
    }
    values[index] = std::to_string(count);
  }
  return values;
}

/// The one row of an answer, all of whose columns are texts.
arrow::Result<MeasureValues> ReadValues(QueryResult& result,
                                        const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const auto batch, result.Next(stop));
  if (batch == nullptr || batch->num_rows() != 1) {
    return MakeError(ErrorKind::kBug, "counting: the answer is not one row");
  }
  MeasureValues values;
  for (const auto& column : batch->columns()) {
    const auto& texts = static_cast<const arrow::StringArray&>(*column);
    values.emplace_back(texts.IsNull(0) ? "" : texts.GetString(0));
  }
  return values;
}

arrow::Result<MeasureValues> Ask(QueryEngine& engine, const TableComparison& comparison,
                                 const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(
      const auto result,
      engine.Execute(MeasureSql(comparison.table, comparison.measures), stop));
  return ReadValues(*result, stop);
}

/// The measures about which `witness` does not say what another of `others` does.
std::vector<size_t> Disagreements(const TableComparison& comparison,
                                  const Witness& witness) {
  std::vector<size_t> found;
  for (size_t index = 0; index < comparison.measures.size(); ++index) {
    if (!witness.values[index].has_value()) continue;
    for (const Witness& other : comparison.witnesses) {
      if (other.values[index].has_value() &&
          other.values[index] != witness.values[index]) {
        found.push_back(index);
        break;
      }
    }
  }
  return found;
}

class Comparer {
 public:
  Comparer(const CompareOptions& options, const OpenedLake& opened, std::stop_token stop)
      : options_(options), opened_(opened), lake_(opened.store), stop_(std::move(stop)) {}

  arrow::Status Prepare() {
    if (!options_.asks_athena) return arrow::Status::OK();
    return OpenAthenaQuery(options_.lake, stop_).Value(&athena_);
  }

  /// Compares until no run has published meanwhile.
  TableComparison Compare(const std::string& table) {
    TableComparison comparison;
    for (int tries = 0; tries < kMaxTries; ++tries) {
      comparison = {.table = table};
      comparison.status = CompareOnce(&comparison);
      const auto current = lake_.ReadCurrent(table);
      if (!current.ok() || !*current ||
          (*current)->manifest.run_id == comparison.run_id) {
        return comparison;
      }
    }
    comparison.status = MakeError(ErrorKind::kConflict,
                                  "comparing " + table + ": runs publish it meanwhile",
                                  "compare when no run is under way");
    return comparison;
  }

 private:
  arrow::Status CompareOnce(TableComparison* comparison) {
    const std::string& table = comparison->table;
    ARROW_ASSIGN_OR_RAISE(const auto current, lake_.ReadCurrent(table));
    if (!current) {
      return MakeError(ErrorKind::kNotFound, "comparing: not published: " + table);
    }
    const Manifest& manifest = current->manifest;
    comparison->run_id = manifest.run_id;
    comparison->snapshot_time = manifest.source.snapshot_time;
    ARROW_ASSIGN_OR_RAISE(const auto schema, SchemaOf(manifest));
    comparison->measures = MeasuresOf(*schema);
    Add("manifest", ValuesOf(manifest, comparison->measures), comparison);
    ARROW_ASSIGN_OR_RAISE(const auto embedded, OpenVersionQuery(opened_, manifest));
    ARROW_ASSIGN_OR_RAISE(auto in_files, Ask(*embedded, *comparison, stop_));
    Add("files", std::move(in_files), comparison);
    if (athena_ != nullptr) {
      ARROW_ASSIGN_OR_RAISE(auto in_athena, Ask(*athena_, *comparison, stop_));
      Add("athena", std::move(in_athena), comparison);
    }
    // Tables that SQL or a file made are not in the database.
    if (options_.source.has_value() && manifest.source.oid != 0) {
      ARROW_RETURN_NOT_OK(AskSource(manifest, comparison));
    }
    return StatusOf(*comparison);
  }

  static void Add(std::string name, MeasureValues values, TableComparison* comparison) {
    Witness witness{.name = std::move(name), .values = std::move(values)};
    for (const size_t index : Disagreements(*comparison, witness)) {
      if (std::ranges::find(comparison->differences, index) ==
          comparison->differences.end()) {
        comparison->differences.push_back(index);
      }
    }
    comparison->witnesses.push_back(std::move(witness));
  }

  arrow::Status AskSource(const Manifest& manifest, TableComparison* comparison) {
    ARROW_ASSIGN_OR_RAISE(
        SourceMeasures source,
        MeasureSource(*options_.source, manifest, comparison->measures, stop_));
    comparison->source_read_at = std::move(source.read_at);
    Witness witness{.name = "source", .values = std::move(source.values)};
    comparison->changes = Disagreements(*comparison, witness);
    comparison->witnesses.push_back(std::move(witness));
    return arrow::Status::OK();
  }

  static arrow::Status StatusOf(const TableComparison& comparison) {
    if (comparison.differences.empty()) return arrow::Status::OK();
    return MakeError(
        ErrorKind::kCorruptData,
        "comparing " + comparison.table + ": manifest, files and engines do not agree",
        "`carmilla status` lets the catalog follow; `carmilla verify " +
            comparison.table + "` proves every stored value");
  }

  const CompareOptions& options_;
  const OpenedLake& opened_;
  Lake lake_;
  std::stop_token stop_;
  std::unique_ptr<QueryEngine> athena_;
};

}  // namespace

arrow::Result<std::vector<TableComparison>> CompareTables(
    const CompareOptions& options,
    const std::function<void(const TableComparison&)>& on_table,
    const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const OpenedLake opened, OpenLake(options.lake, stop));
  ARROW_ASSIGN_OR_RAISE(
      const std::vector<std::string> tables,
      ChooseTables(Lake(opened.store), options.lake.path, options.tables, "comparing"));
  Comparer comparer(options, opened, stop);
  ARROW_RETURN_NOT_OK(comparer.Prepare());
  std::vector<TableComparison> comparisons;
  for (const std::string& table : tables) {
    comparisons.push_back(comparer.Compare(table));
    if (stop.stop_requested()) {
      return MakeError(ErrorKind::kInterrupted, "comparing " + table + ": stopped");
    }
    on_table(comparisons.back());
  }
  return comparisons;
}

}  // namespace carmilla
