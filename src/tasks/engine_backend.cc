#include "tasks/engine_backend.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <arrow/record_batch.h>

#include "core/error.h"
#include "core/suggest.h"
#include "engine/condition.h"
#include "engine/query_parameter.h"
#include "types/arrow_type_text.h"

namespace carmilla {
namespace {

class SourceReader final : public internal::BatchReader {
 public:
  SourceReader(std::unique_ptr<BatchSource> source, std::stop_token stop)
      : source_(std::move(source)), stop_(std::move(stop)) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    ARROW_ASSIGN_OR_RAISE(auto batch, source_->Next(stop_));
    return batch.has_value() ? std::move(batch->rows) : nullptr;
  }

 private:
  std::unique_ptr<BatchSource> source_;
  const std::stop_token stop_;
};

class TableSink final : public internal::BatchWriter {
 public:
  explicit TableSink(std::unique_ptr<TaskWriter> writer) : writer_(std::move(writer)) {}

  arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows,
                      const std::string& partition) override {
    return writer_->Write(rows, partition);
  }

  void CountInvalid(const std::string& column) override { writer_->CountNull(column, 1); }

  arrow::Result<std::vector<internal::WrittenFile>> Finish() override {
    ARROW_ASSIGN_OR_RAISE(std::vector<TaskFile> files, writer_->Finish());
    std::vector<internal::WrittenFile> written;
    written.reserve(files.size());
    for (TaskFile& file : files) {
      written.push_back({.partition = std::move(file.partition),
                         .rows = file.rows,
                         .bytes = file.bytes});
    }
    return written;
  }

 private:
  std::unique_ptr<TaskWriter> writer_;
};

ConditionPart::Kind KindOf(internal::SqlPart::Kind kind) {
  switch (kind) {
    case internal::SqlPart::Kind::kText:
      return ConditionPart::Kind::kText;
    case internal::SqlPart::Kind::kName:
      return ConditionPart::Kind::kName;
    case internal::SqlPart::Kind::kValue:
      return ConditionPart::Kind::kValue;
    case internal::SqlPart::Kind::kValues:
      return ConditionPart::Kind::kValues;
  }
  return ConditionPart::Kind::kText;
}

arrow::Result<std::string> ConditionOf(const std::vector<internal::SqlPart>& parts) {
  std::vector<ConditionPart> condition;
  condition.reserve(parts.size());
  for (const internal::SqlPart& part : parts) {
    condition.push_back({KindOf(part.kind), part.text, part.values});
  }
  return RenderCondition(condition);
}

TaskReadKind KindOf(internal::ReadKind kind) {
  switch (kind) {
    case internal::ReadKind::kRelation:
      return TaskReadKind::kRelation;
    case internal::ReadKind::kQuery:
      return TaskReadKind::kQuery;
    case internal::ReadKind::kLake:
      return TaskReadKind::kLake;
    case internal::ReadKind::kAthena:
      return TaskReadKind::kAthena;
  }
  return TaskReadKind::kRelation;
}

arrow::Result<Compression> CompressionOf(const internal::WriteRequest& request) {
  const auto* const found = std::ranges::find(kCompressionNames, request.compression);
  if (found != kCompressionNames.end()) {
    return static_cast<Compression>(found - kCompressionNames.begin());
  }
  const std::vector<std::string> names(kCompressionNames.begin(),
                                       kCompressionNames.end());
  return MakeError(
      ErrorKind::kTask,
      "writing " + request.name + ": no such compression: " + request.compression,
      DidYouMean(request.compression, names));
}

class EngineBackend final : public internal::Backend {
 public:
  EngineBackend(TaskServices* services, internal::InvalidValue on_invalid)
      : services_(services), on_invalid_(on_invalid) {}

  arrow::Result<std::unique_ptr<internal::BatchReader>> Read(
      const internal::ReadRequest& request) override {
    TaskRead read{.kind = KindOf(request.kind),
                  .relation = {.schema = request.schema, .name = request.name},
                  .query = request.query,
                  .table = request.name};
    for (const internal::ReadColumn& column : request.columns) {
      read.columns.push_back({.name = column.name,
                              .type = column.type,
                              .is_nullable = column.is_nullable,
                              .declared = column.declared,
                              .arrow_type = ArrowTypeText(*column.in_rows)});
    }
    ARROW_ASSIGN_OR_RAISE(read.where, ConditionOf(request.where));
    if (request.kind == internal::ReadKind::kQuery) {
      ARROW_ASSIGN_OR_RAISE(read.query, QueryOf(request));
    }
    if (request.is_stream) read.limit = services_->limit();
    ARROW_ASSIGN_OR_RAISE(auto source, services_->Read(read));
    return std::make_unique<SourceReader>(std::move(source), services_->stop());
  }

  arrow::Result<std::unique_ptr<internal::BatchWriter>> Write(
      const internal::WriteRequest& request) override {
    ARROW_ASSIGN_OR_RAISE(const TaskTable table, TaskTableOf(request));
    ARROW_ASSIGN_OR_RAISE(auto writer, services_->Write(table));
    return std::make_unique<TableSink>(std::move(writer));
  }

  arrow::Status Reserve(int64_t bytes) override { return services_->Reserve(bytes); }
  std::stop_token stop() const override { return services_->stop(); }
  int64_t limit() const override { return services_->limit(); }
  int threads() const override { return services_->threads(); }
  internal::InvalidValue on_invalid() const override { return on_invalid_; }
  void OnWriteFailed(const arrow::Status& status) override {
    if (write_status_.ok()) write_status_ = status;
  }
  const arrow::Status& write_status() const { return write_status_; }

 private:
  TaskServices* services_;
  const internal::InvalidValue on_invalid_;
  arrow::Status write_status_;  ///< The first that failed.
};

}  // namespace

arrow::Result<std::string> QueryOf(const internal::ReadRequest& request) {
  std::vector<QueryParameter> parameters;
  parameters.reserve(request.parameters.size());
  for (const internal::QueryParameter& parameter : request.parameters) {
    parameters.push_back({.type = parameter.type,
                          .is_array = parameter.is_array,
                          .is_null = parameter.is_null,
                          .values = parameter.values});
  }
  return WriteParameters(request.query, parameters);
}

arrow::Result<TaskTable> TaskTableOf(const internal::WriteRequest& request) {
  TaskTable table{.name = request.name,
                  .schema = request.schema,
                  .partition_column = request.partition_column};
  if (!request.compression.empty()) {
    ARROW_ASSIGN_OR_RAISE(table.compression, CompressionOf(request));
  }
  return table;
}

arrow::Status RunTask(const TaskFunction& function, TaskServices* services,
                      internal::InvalidValue on_invalid) {
  EngineBackend backend(services, on_invalid);
  Context context(&backend);
  ARROW_RETURN_NOT_OK(function(context));
  return backend.write_status();
}

}  // namespace carmilla
