#include "engine/task_table.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <set>
#include <utility>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "core/error.h"
#include "core/letter_case.h"
#include "engine/athena_names.h"
#include "engine/batch_pipe.h"
#include "engine/file_set_writer.h"
#include "engine/task_selection.h"
#include "types/arrow_type_text.h"
#include "types/lake_type.h"

namespace carmilla {
namespace {

/// As large as files are that the embedded engine and Athena read at their best.
constexpr int64_t kFileBytes = 128LL << 20;

arrow::Result<ColumnPlan> PlanColumn(const arrow::Field& field, bool names_for_athena) {
  ColumnPlan column;
  column.description.name = field.name();
  ARROW_ASSIGN_OR_RAISE(const LakeType type, LakeTypeOf(*field.type()));
  // Members that may not be NULL are not what a manifest can say.
  ARROW_ASSIGN_OR_RAISE(column.mapping.arrow_type,
                        ParseArrowType(ArrowTypeText(*field.type())));
  if (!column.mapping.arrow_type->Equals(*field.type())) {
    return MakeError(ErrorKind::kUnsupportedType, "its members must be nullable");
  }
  column.mapping.parquet = type.parquet;
  column.mapping.glue = type.glue;
  if (names_for_athena) ARROW_RETURN_NOT_OK(CheckMembersForAthena(*field.type()));
  return column;
}

arrow::Status PlanColumns(const TaskTable& table, bool names_for_athena,
                          TablePlan* plan) {
  const std::string doing = "planning table " + table.name;
  std::set<std::string> names;
  if (!table.partition_column.empty()) names.insert(LowerCase(table.partition_column));
  for (const auto& field : table.schema->fields()) {
    if (field->name().empty() || !names.insert(LowerCase(field->name())).second) {
      return MakeError(ErrorKind::kConfiguration,
                       doing + ": two columns have one name, or one has none: \"" +
                           field->name() + "\"",
                       "engines find columns without regard to the case of letters");
    }
    auto column = PlanColumn(*field, names_for_athena);
    ARROW_RETURN_NOT_OK(
        WithContext(column.status(), doing + ": column " + field->name()));
    plan->columns.push_back(*std::move(column));
  }
  if (plan->columns.empty()) {
    return MakeError(ErrorKind::kConfiguration, doing + ": it has no columns");
  }
  return names_for_athena ? NameColumnsForAthena(plan) : arrow::Status::OK();
}

class TaskTableWriter final : public TaskWriter {
 public:
  TaskTableWriter(const TaskTableSettings& settings, TablePlan plan,
                  std::optional<CurrentTable> expected,
                  std::function<void(WrittenTable)> finished, std::stop_token stop)
      : table_{.plan = std::move(plan),
               .extraction = {},
               .expected = std::move(expected)},
        // Rows come under the names of the task; the files may have others.
        schema_(SchemaOf(WithoutNamesOfTheirOwn(table_.plan))),
        rows_left_(settings.limit),
        is_partitioned_(table_.plan.partition_by.has_value()),
        is_lake_(settings.destination.is_lake),
        finished_(std::move(finished)),
        stop_(stop),
        files_(table_.plan, settings.destination, settings.row_group_bytes),
        pipe_([this](const SourceBatch& batch) { return WriteOne(batch); },
              settings.pipe_bytes, std::move(stop)) {}

  arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows,
                      const std::string& partition) override {
    ARROW_ASSIGN_OR_RAISE(auto checked, Checked(rows));
    if (partition.empty() == is_partitioned_ && is_lake_) {
      return MakeError(ErrorKind::kTask,
                       "writing table " + table_.plan.name +
                           (is_partitioned_ ? ": rows of no partition"
                                            : ": rows of a partition, and it has none"));
    }
    if (rows_left_ >= 0) {
      checked = checked->Slice(0, rows_left_);
      rows_left_ -= checked->num_rows();
    }
    if (checked->num_rows() == 0) return arrow::Status::OK();
    return pipe_.Push({.rows = std::move(checked), .range = IndexOf(partition)});
  }

  void CountNull(const std::string& column, int64_t count) override {
    const std::vector<std::string> names = schema_->field_names();
    const auto found = std::ranges::find(names, column);
    if (found == names.end()) return;
    auto& counts = table_.extraction.policy_counts;
    counts.resize(names.size());
    counts[static_cast<size_t>(found - names.begin())].out_of_range += count;
  }

  arrow::Result<std::vector<TaskFile>> Finish() override {
    ARROW_RETURN_NOT_OK(pipe_.Finish());
    ARROW_ASSIGN_OR_RAISE(table_.extraction.files, files_.Finish(stop_));
    std::vector<TaskFile> files;
    files.reserve(table_.extraction.files.size());
    for (const DataFile& file : table_.extraction.files) {
      files.push_back(
          {.partition = file.partition.empty() ? "" : file.partition[0].second,
           .rows = file.rows,
           .bytes = file.bytes});
    }
    finished_(std::move(table_));
    return files;
  }

 private:
  static TablePlan WithoutNamesOfTheirOwn(TablePlan plan) {
    for (ColumnPlan& column : plan.columns) column.written_as.clear();
    return plan;
  }

  /// The rows with the schema of the table, in which every column is nullable.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Checked(
      const std::shared_ptr<arrow::RecordBatch>& rows) const {
    bool is_equal = rows->num_columns() == schema_->num_fields();
    for (int i = 0; is_equal && i < schema_->num_fields(); ++i) {
      is_equal = rows->schema()->field(i)->name() == schema_->field(i)->name() &&
                 rows->column(i)->type()->Equals(*schema_->field(i)->type());
    }
    if (is_equal) return rows->ReplaceSchema(schema_);
    return MakeError(ErrorKind::kTask, "writing table " + table_.plan.name +
                                           ": rows with other columns than the table");
  }

  /// Rows go through the pipe with the index of their partition.
  int32_t IndexOf(const std::string& partition) {
    const std::scoped_lock lock(mutex_);
    const auto [found, is_new] =
        indices_.emplace(partition, static_cast<int32_t>(partitions_.size()));
    if (is_new) partitions_.push_back(is_partitioned_ ? partition : "");
    return found->second;
  }

  arrow::Status WriteOne(const SourceBatch& batch) {
    std::string partition;
    {
      const std::scoped_lock lock(mutex_);
      partition = partitions_[static_cast<size_t>(batch.range)];
    }
    return files_.WritePartition(*batch.rows, partition, stop_);
  }

  WrittenTable table_;
  const std::shared_ptr<arrow::Schema> schema_;
  int64_t rows_left_;
  const bool is_partitioned_;
  const bool is_lake_;
  const std::function<void(WrittenTable)> finished_;
  const std::stop_token stop_;
  std::mutex mutex_;
  std::map<std::string, int32_t> indices_;
  std::deque<std::string> partitions_;
  FileSetWriter files_;
  BatchPipe pipe_;  // last: its thread writes files
};

}  // namespace

arrow::Result<TablePlan> PlanTaskTable(const std::string& task, const TaskTable& table,
                                       const PlanOptions& options,
                                       const TableDefaults& settings) {
  if (const auto named = Lake::CheckTableName(table.name); !named.ok()) {
    return MakeError(KindOf(named), named.message(),
                     "a task's tables are named with lower-case letters, digits and "
                     "underscores, a letter or digit first");
  }
  if (table.name == kAllName) {
    return MakeError(ErrorKind::kConfiguration,
                     "planning table all: this name means all tables and tasks",
                     "give it another one");
  }
  TablePlan plan{.name = table.name};
  plan.task = task;
  plan.table.name = {.schema = "task", .name = task};
  plan.compression = table.compression.value_or(settings.compression);
  plan.proof = settings.proof;
  plan.layout = settings.layout;
  plan.is_single_file = options.is_single_file || plan.layout == Layout::kStable;
  plan.file_bytes = plan.is_single_file ? 0 : kFileBytes;
  const std::string& partition = table.partition_column;
  if (!partition.empty() && LowerCase(AthenaColumnName(partition)) != partition) {
    return MakeError(
        ErrorKind::kConfiguration,
        "planning table " + table.name +
            ": no engine knows a partition column of this name: " + partition,
        "name it with lower-case letters, digits and underscores: dt");
  }
  if (!partition.empty() && !options.is_single_file) {
    plan.partition_by = PartitionBy{.column = "", .as = partition};
  }
  ARROW_RETURN_NOT_OK(PlanColumns(table, options.names_for_athena, &plan));
  return plan;
}

std::unique_ptr<TaskWriter> OpenTaskTable(const TaskTableSettings& settings,
                                          TablePlan plan,
                                          std::optional<CurrentTable> expected,
                                          std::function<void(WrittenTable)> finished,
                                          std::stop_token stop) {
  return std::make_unique<TaskTableWriter>(settings, std::move(plan), std::move(expected),
                                           std::move(finished), std::move(stop));
}

}  // namespace carmilla
