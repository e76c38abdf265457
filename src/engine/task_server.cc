#include "engine/task_server.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "core/error.h"
#include "engine/task_message.h"

namespace carmilla {
namespace {

constexpr std::string_view kRequest = "a request of a task";

arrow::Status NoRequest(const std::string& problem) {
  return MakeError(ErrorKind::kCorruptData,
                   "reading " + std::string(kRequest) + ": " + problem);
}

/// The same memory with numbers in place of times: 24:00:00 is a time in PostgreSQL, and
/// not in Arrow.
std::shared_ptr<arrow::ArrayData> WithoutTimes(const arrow::ArrayData& data) {
  std::shared_ptr<arrow::ArrayData> copy = data.Copy();
  if (data.type->id() == arrow::Type::TIME64) copy->type = arrow::int64();
  const bool is_struct = data.type->id() == arrow::Type::STRUCT;
  if (!is_struct && data.type->id() != arrow::Type::LIST) return copy;
  arrow::FieldVector fields = data.type->fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    copy->child_data[i] = WithoutTimes(*data.child_data[i]);
    fields[i] = fields[i]->WithType(copy->child_data[i]->type);
  }
  copy->type = is_struct ? arrow::struct_(fields) : arrow::list(fields.front());
  return copy;
}

/// Who has overwritten its memory must not have us read beside ours. Arrow's own words
/// are not told: cells stand in them.
arrow::Status CheckRows(const arrow::RecordBatch& rows) {
  bool is_valid = rows.Validate().ok();
  for (int i = 0; is_valid && i < rows.num_columns(); ++i) {
    is_valid = arrow::MakeArray(WithoutTimes(*rows.column_data(i)))->ValidateFull().ok();
  }
  return is_valid ? arrow::Status::OK() : NoRequest("rows that are none");
}

/// A table that the task is writing.
struct OpenTable {
  std::unique_ptr<TaskWriter> writer;
  std::shared_ptr<arrow::Schema> rows_schema;  ///< Of the rows that came last.
};

class TaskServer {
 public:
  TaskServer(TaskChannel& channel, TaskServices& services)
      : channel_(channel), services_(services) {}

  arrow::Result<std::optional<arrow::Status>> Run() {
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const std::optional<TaskMessage> request, channel_.Receive());
      if (!request.has_value()) return std::optional<arrow::Status>();
      const JsonObjectReader reader(request->header, kRequest);
      ARROW_ASSIGN_OR_RAISE(const std::string what, reader.String("what"));
      if (what == task_request::kEnd) {
        ARROW_ASSIGN_OR_RAISE(const Json* packed, reader.Object("status"));
        arrow::Status status;
        ARROW_RETURN_NOT_OK(UnpackStatus(*packed, &status));
        return std::optional(status);  // Else it would be our own failure.
      }
      const arrow::Status status = Handle(what, reader, *request);
      // That the other end has gone is found out by Receive.
      if (!status.ok() && KindOf(status) != ErrorKind::kConnectionLost) return status;
    }
  }

 private:
  arrow::Status Handle(const std::string& what, const JsonObjectReader& reader,
                       const TaskMessage& request) {
    if (what == task_request::kRead) return Read(reader);
    if (what == task_request::kNext) return Next(reader);
    if (what == task_request::kWrite) return Write(reader, request);
    if (what == task_request::kRows) return WriteRows(reader, request);
    if (what == task_request::kFinish) return Finish(reader);
    if (what == task_request::kReserve) return Reserve(reader);
    if (what == task_request::kClose) return Close(reader);
    return NoRequest("unknown");
  }

  /// Answers the request with `status`, which what it asked for ended with.
  arrow::Status Answer(const JsonObjectReader& request, const arrow::Status& status,
                       Json answer = Json::object(),
                       const arrow::Schema* schema = nullptr,
                       const arrow::RecordBatch* rows = nullptr) {
    ARROW_ASSIGN_OR_RAISE(const int64_t ticket, request.Integer("ticket"));
    answer["ticket"] = ticket;
    if (!status.ok()) answer["status"] = PackStatus(status);
    return channel_.Send(answer, schema, rows);
  }

  arrow::Status Read(const JsonObjectReader& request) {
    ARROW_ASSIGN_OR_RAISE(const int64_t id, request.Integer("id"));
    ARROW_ASSIGN_OR_RAISE(const Json* packed, request.Object("read"));
    ARROW_ASSIGN_OR_RAISE(const TaskRead read, UnpackRead(*packed));
    auto source = services_.Read(read);
    if (!source.ok()) return Answer(request, source.status());
    const BatchSource& opened = *(sources_[id] = *std::move(source));
    return Answer(request, arrow::Status::OK(), {}, opened.schema().get());
  }

  arrow::Status Next(const JsonObjectReader& request) {
    ARROW_ASSIGN_OR_RAISE(const int64_t id, request.Integer("id"));
    const auto found = sources_.find(id);
    if (found == sources_.end()) return Unknown();
    const auto batch = found->second->Next(services_.stop());
    if (!batch.ok()) return Answer(request, batch.status());
    if (!batch->has_value()) {
      return Answer(request, arrow::Status::OK(), {{"is_end", true}});
    }
    const SourceBatch& one = **batch;
    return Answer(request, arrow::Status::OK(), {{"range", one.range}}, nullptr,
                  one.rows.get());
  }

  arrow::Status Write(const JsonObjectReader& request, const TaskMessage& message) {
    ARROW_ASSIGN_OR_RAISE(const int64_t id, request.Integer("id"));
    ARROW_ASSIGN_OR_RAISE(const Json* packed, request.Object("table"));
    ARROW_ASSIGN_OR_RAISE(auto schema, SchemaOf(message));
    ARROW_ASSIGN_OR_RAISE(const TaskTable table, UnpackTable(*packed, schema));
    auto writer = services_.Write(table);
    if (!writer.ok()) return Answer(request, writer.status());
    tables_[id] = {.writer = *std::move(writer), .rows_schema = std::move(schema)};
    return Answer(request, arrow::Status::OK());
  }

  arrow::Status WriteRows(const JsonObjectReader& request, const TaskMessage& message) {
    ARROW_ASSIGN_OR_RAISE(OpenTable * table, FindTable(request));
    ARROW_ASSIGN_OR_RAISE(const std::string partition, request.String("partition"));
    if (message.schema != nullptr) {
      ARROW_ASSIGN_OR_RAISE(table->rows_schema, SchemaOf(message));
    }
    ARROW_ASSIGN_OR_RAISE(const auto rows, RowsOf(message, table->rows_schema));
    ARROW_RETURN_NOT_OK(CheckRows(*rows));
    return Answer(request, table->writer->Write(rows, partition));
  }

  arrow::Status Finish(const JsonObjectReader& request) {
    ARROW_ASSIGN_OR_RAISE(OpenTable * table, FindTable(request));
    ARROW_ASSIGN_OR_RAISE(const Json* nulls, request.Object("nulls"));
    const JsonObjectReader counts(*nulls, kRequest);
    for (const auto& item : nulls->items()) {
      ARROW_ASSIGN_OR_RAISE(const int64_t count, counts.Integer(item.key()));
      if (count < 0) return NoRequest("fewer cells than none");
      table->writer->CountNull(item.key(), count);
    }
    const auto files = table->writer->Finish();
    ARROW_RETURN_NOT_OK(Close(request));  // Nothing comes after it.
    if (!files.ok()) return Answer(request, files.status());
    return Answer(request, arrow::Status::OK(), {{"files", PackFiles(*files)}});
  }

  arrow::Status Reserve(const JsonObjectReader& request) {
    ARROW_ASSIGN_OR_RAISE(const int64_t bytes, request.Integer("bytes"));
    if (bytes < 0) return NoRequest("fewer bytes than none");
    return Answer(request, services_.Reserve(bytes));
  }

  arrow::Status Close(const JsonObjectReader& request) {
    ARROW_ASSIGN_OR_RAISE(const int64_t id, request.Integer("id"));
    sources_.erase(id);
    tables_.erase(id);
    return arrow::Status::OK();
  }

  arrow::Result<OpenTable*> FindTable(const JsonObjectReader& request) {
    ARROW_ASSIGN_OR_RAISE(const int64_t id, request.Integer("id"));
    const auto found = tables_.find(id);
    if (found == tables_.end()) return Unknown();
    return &found->second;
  }

  static arrow::Status Unknown() { return NoRequest("of nothing that is open"); }

  TaskChannel& channel_;
  TaskServices& services_;
  std::map<int64_t, std::unique_ptr<BatchSource>> sources_;
  std::map<int64_t, OpenTable> tables_;
};

}  // namespace

arrow::Result<std::optional<arrow::Status>> ServeTask(TaskChannel& channel,
                                                      TaskServices& services) {
  auto end = TaskServer(channel, services).Run();
  if (end.ok()) return end;
  if (KindOf(end.status()) == ErrorKind::kOutOfMemory) {
    return MakeError(
        ErrorKind::kOutOfMemory,
        "running: the run has no memory for what the task's process sends (" +
            end.status().message() + ")",
        "lower `memory:`, or give the run more of it");
  }
  return MakeError(ErrorKind::kTask,
                   "running: the task's process sent what is no request (" +
                       end.status().message() + ")",
                   "its memory may have been overwritten: look for a mistake in the "
                   "task's code");
}

}  // namespace carmilla
