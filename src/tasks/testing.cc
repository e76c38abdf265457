#include "carmilla/testing.h"

#include <span>
#include <utility>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "core/error.h"
#include "core/quantity.h"
#include "core/suggest.h"
#include "engine/member_fit.h"
#include "engine/task_runner.h"
#include "engine/task_table.h"
#include "tasks/engine_backend.h"
#include "tasks/registered_tasks.h"
#include "types/arrow_type_text.h"

namespace carmilla {
namespace {

std::string KeyOf(const internal::ReadRequest& request) {
  switch (request.kind) {
    case internal::ReadKind::kRelation:
      return request.schema + "." + request.name;
    case internal::ReadKind::kQuery:
      return "query " + request.query;
    case internal::ReadKind::kLake:
      return "table " + request.name + " of the lake";
    case internal::ReadKind::kAthena:
      return "query on Athena " + request.query;
  }
  return "";
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> SelectByName(
    const arrow::RecordBatch& batch, const arrow::Schema& schema,
    const std::string& table) {
  std::vector<int> indices;
  for (const std::string& name : schema.field_names()) {
    const int index = batch.schema()->GetFieldIndex(name);
    if (index < 0) {
      return MakeError(ErrorKind::kUnknownRelation,
                       "the table " + table + " has no column of this name: " + name,
                       DidYouMean(name, batch.schema()->field_names()));
    }
    indices.push_back(index);
  }
  return batch.SelectColumns(indices);
}

/// A database has no such values, and NULL would be another one.
arrow::Status NoValue(const internal::InvalidCell& cell) {
  return MakeError(ErrorKind::kData,
                   "column " + cell.column + ", row " + FormatCount(cell.row + 1) + ": " +
                       cell.problem,
                   "give a value that the column can hold, or std::nullopt");
}

/// `given` as `request` reads it: its columns by their names, with the types of members.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> FitTo(
    const internal::ReadRequest& request, const arrow::RecordBatch& given) {
  const auto stale = [&](const std::string& problem, std::string hint) {
    return RefuseMisfits("reading " + KeyOf(request), "the test gives",
                         std::span(&problem, 1), std::move(hint));
  };
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (const internal::ReadColumn& wanted : request.columns) {
    const auto found = given.GetColumnByName(wanted.name);
    if (found == nullptr) {
      return stale("there is no column " + wanted.name,
                   DidYouMean(wanted.name, given.schema()->field_names()));
    }
    if (!HasRoomFor(*wanted.in_rows, *found->type())) {
      return stale(Misfit(wanted.name, ArrowTypeText(*found->type()),
                          ArrowTypeText(*wanted.in_rows)),
                   "give rows of a struct with the types of the member");
    }
    ARROW_ASSIGN_OR_RAISE(auto column, Widen(found, wanted.in_rows));
    fields.push_back(arrow::field(wanted.name, wanted.in_rows));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), given.num_rows(),
                                  std::move(columns));
}

}  // namespace

/// One batch, or none.
class TestTask::Backend::Reader final : public internal::BatchReader {
 public:
  explicit Reader(std::shared_ptr<arrow::RecordBatch> rows) : rows_(std::move(rows)) {}
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    return std::exchange(rows_, nullptr);
  }

 private:
  std::shared_ptr<arrow::RecordBatch> rows_;
};

class TestTask::Backend::Writer final : public internal::BatchWriter {
 public:
  Writer(Table* table, int64_t* invalid_cells)
      : table_(table), invalid_cells_(invalid_cells) {}

  arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows,
                      const std::string& partition) override {
    ARROW_RETURN_NOT_OK(rows->ValidateFull());
    table_->batches.push_back(rows);
    table_->partitions.push_back(partition);
    return arrow::Status::OK();
  }

  void CountInvalid(const std::string& /*column*/) override { ++*invalid_cells_; }

  arrow::Result<std::vector<internal::WrittenFile>> Finish() override {
    table_->is_complete = true;
    std::vector<internal::WrittenFile> files;
    for (size_t i = 0; i < table_->batches.size(); ++i) {
      if (files.empty() || files.back().partition != table_->partitions[i]) {
        files.push_back({.partition = table_->partitions[i]});
      }
      files.back().rows += table_->batches[i]->num_rows();
    }
    return files;
  }

 private:
  Table* table_;
  int64_t* invalid_cells_;
};

void TestTask::Backend::Put(const internal::ReadRequest& request,
                            arrow::Result<std::shared_ptr<arrow::RecordBatch>> rows,
                            const std::vector<internal::InvalidCell>& cells) {
  if (rows.ok() && !cells.empty()) rows = NoValue(cells.front());
  const std::string key = KeyOf(request);
  if (!rows.ok()) {
    rows = WithContext(rows.status(), "reading " + key + ": rows that the test gives");
  }
  given_.insert_or_assign(key, std::move(rows));
}

arrow::Result<TestTask::Batches> TestTask::Backend::WrittenTo(
    const std::string& name, const arrow::Schema& schema) const {
  const auto found = written_.find(name);
  if (found == written_.end() || !found->second.is_complete) {
    return MakeError(ErrorKind::kUnknownRelation,
                     "the task wrote no such table: " + name);
  }
  Batches selected;
  for (const auto& batch : found->second.batches) {
    ARROW_ASSIGN_OR_RAISE(auto columns, SelectByName(*batch, schema, name));
    selected.push_back(std::move(columns));
  }
  return selected;
}

std::vector<std::string> TestTask::Backend::PartitionsOf(const std::string& name) const {
  std::vector<std::string> partitions;
  const auto found = written_.find(name);
  if (found == written_.end()) return partitions;
  for (const std::string& partition : found->second.partitions) {
    if (partitions.empty() || partitions.back() != partition) {
      partitions.push_back(partition);
    }
  }
  return partitions;
}

arrow::Result<std::unique_ptr<internal::BatchReader>> TestTask::Backend::Read(
    const internal::ReadRequest& request) {
  const auto found = given_.find(KeyOf(request));
  if (found == given_.end() && request.kind != internal::ReadKind::kRelation) {
    return MakeError(ErrorKind::kUnknownRelation,
                     "reading: the test gives no rows of " + KeyOf(request),
                     "GiveQuery and GiveAthena give those of a query of the very same "
                     "text, GiveLake those of a table of the lake");
  }
  if (request.kind == internal::ReadKind::kQuery) {
    // The values that it is given are those that it names, as in a run.
    ARROW_RETURN_NOT_OK(QueryOf(request).status());
  }
  if (found == given_.end()) return std::make_unique<Reader>(nullptr);
  ARROW_RETURN_NOT_OK(found->second.status());
  ARROW_ASSIGN_OR_RAISE(auto rows, FitTo(request, **found->second));
  return std::make_unique<Reader>(std::move(rows));
}

arrow::Result<std::unique_ptr<internal::BatchWriter>> TestTask::Backend::Write(
    const internal::WriteRequest& request) {
  // What no table of a lake can be is refused as in a run.
  ARROW_ASSIGN_OR_RAISE(const TaskTable table, TaskTableOf(request));
  ARROW_RETURN_NOT_OK(PlanTaskTable("test", table, {}, {}).status());
  const auto [place, is_new] = written_.try_emplace(request.name);
  if (!is_new) {
    return MakeError(ErrorKind::kTask, "writing " + request.name +
                                           ": the task has written a table of this "
                                           "name already");
  }
  return std::make_unique<Writer>(&place->second, &invalid_cells);
}

arrow::Status TestTask::Backend::Reserve(int64_t bytes) {
  reserved_bytes += bytes;
  if (reserved_bytes <= memory_bytes) return arrow::Status::OK();
  return MakeError(ErrorKind::kOutOfMemory, "the task has no more memory");
}

arrow::Status TestTask::Run(std::string_view name) {
  const TaskCode* const code = FindTaskCode(name);
  if (code == nullptr) {
    return MakeError(
        ErrorKind::kUsage,
        "testing: this program has no task of this name: " + std::string(name),
        DidYouMean(name, RegisteredTaskNames()));
  }
  backend_->invalid = code->on_invalid;
  backend_->write_status = arrow::Status::OK();
  return RunBody([&] {
    const arrow::Status status = code->function(context_);
    return status.ok() ? backend_->write_status : status;
  });
}

}  // namespace carmilla
