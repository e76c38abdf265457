#include "engine/task_message.h"

#include <sstream>
#include <string>
#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr std::string_view kWhat = "a message of a task";
constexpr size_t kNumReadKinds = static_cast<size_t>(TaskReadKind::kLake) + 1;

arrow::Result<TaskColumn> UnpackColumn(const Json& packed) {
  const JsonObjectReader reader(packed, kWhat);
  TaskColumn column;
  ARROW_ASSIGN_OR_RAISE(column.name, reader.String("name"));
  ARROW_ASSIGN_OR_RAISE(column.type, reader.String("type"));
  ARROW_ASSIGN_OR_RAISE(column.is_nullable, reader.Boolean("is_nullable"));
  ARROW_ASSIGN_OR_RAISE(column.declared, reader.String("declared"));
  ARROW_ASSIGN_OR_RAISE(column.arrow_type, reader.String("arrow_type"));
  return column;
}

/// One of the first `count` values of an enumeration.
template <typename Enum>
arrow::Result<Enum> EnumOf(int64_t value, size_t count) {
  if (value >= 0 && std::cmp_less(value, count)) return static_cast<Enum>(value);
  return MakeError(
      ErrorKind::kCorruptData,
      "reading " + std::string(kWhat) + ": no such choice: " + std::to_string(value));
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

Json PackOrder(const TaskOrder& order) {
  return {{"task", order.task},
          {"limit", order.limit},
          {"threads", order.threads},
          {"memory_bytes", order.memory_bytes}};
}

arrow::Result<TaskOrder> UnpackOrder(const Json& packed) {
  const JsonObjectReader reader(packed, kWhat);
  TaskOrder order;
  ARROW_ASSIGN_OR_RAISE(order.task, reader.String("task"));
  ARROW_ASSIGN_OR_RAISE(order.limit, reader.Integer("limit"));
  ARROW_ASSIGN_OR_RAISE(const int64_t threads, reader.Integer("threads"));
  order.threads = static_cast<int>(threads);
  ARROW_ASSIGN_OR_RAISE(order.memory_bytes, reader.Integer("memory_bytes"));
  return order;
}

Json PackStatus(const arrow::Status& status) {
  if (status.ok()) return Json::object();
  // Line breaks of a list of errors are kept, others may be those of a hostile name.
  const arrow::Status one = MakeError(KindOf(status), status.message(), HintOf(status));
  return {{"kind", static_cast<int>(KindOf(status))},
          {"message", status.message()},
          {"hint", HintOf(status)},
          {"has_lines", RenderError(status) != RenderError(one)}};
}

arrow::Status UnpackStatus(const Json& packed, arrow::Status* status) {
  const JsonObjectReader reader(packed, kWhat);
  *status = arrow::Status::OK();
  if (packed.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const int64_t number, reader.Integer("kind"));
  ARROW_ASSIGN_OR_RAISE(const auto kind, EnumOf<ErrorKind>(number, ErrorKinds().size()));
  ARROW_ASSIGN_OR_RAISE(std::string message, reader.String("message"));
  ARROW_ASSIGN_OR_RAISE(std::string hint, reader.String("hint"));
  ARROW_ASSIGN_OR_RAISE(const bool has_lines, reader.Boolean("has_lines"));
  *status = has_lines ? MakeErrorList(kind, LinesOf(message), std::move(hint))
                      : MakeError(kind, std::move(message), std::move(hint));
  return arrow::Status::OK();
}

Json PackRead(const TaskRead& read) {
  Json columns = Json::array();
  for (const TaskColumn& column : read.columns) {
    columns.push_back({{"name", column.name},
                       {"type", column.type},
                       {"is_nullable", column.is_nullable},
                       {"declared", column.declared},
                       {"arrow_type", column.arrow_type}});
  }
  return {{"kind", static_cast<int>(read.kind)},
          {"schema", read.relation.schema},
          {"name", read.relation.name},
          {"query", read.query},
          {"table", read.table},
          {"columns", std::move(columns)},
          {"where", read.where},
          {"limit", read.limit}};
}

arrow::Result<TaskRead> UnpackRead(const Json& packed) {
  const JsonObjectReader reader(packed, kWhat);
  TaskRead read;
  ARROW_ASSIGN_OR_RAISE(const int64_t kind, reader.Integer("kind"));
  ARROW_ASSIGN_OR_RAISE(read.kind, EnumOf<TaskReadKind>(kind, kNumReadKinds));
  ARROW_ASSIGN_OR_RAISE(read.relation.schema, reader.String("schema"));
  ARROW_ASSIGN_OR_RAISE(read.relation.name, reader.String("name"));
  ARROW_ASSIGN_OR_RAISE(read.query, reader.String("query"));
  ARROW_ASSIGN_OR_RAISE(read.table, reader.String("table"));
  ARROW_ASSIGN_OR_RAISE(const Json* columns, reader.Array("columns"));
  for (const Json& packed_column : *columns) {
    ARROW_ASSIGN_OR_RAISE(TaskColumn column, UnpackColumn(packed_column));
    read.columns.push_back(std::move(column));
  }
  ARROW_ASSIGN_OR_RAISE(read.where, reader.String("where"));
  ARROW_ASSIGN_OR_RAISE(read.limit, reader.Integer("limit"));
  return read;
}

Json PackTable(const TaskTable& table) {
  Json packed = {{"name", table.name}, {"partition_column", table.partition_column}};
  if (table.compression.has_value()) {
    packed["compression"] = static_cast<int>(*table.compression);
  }
  return packed;
}

arrow::Result<TaskTable> UnpackTable(const Json& packed,
                                     std::shared_ptr<arrow::Schema> schema) {
  const JsonObjectReader reader(packed, kWhat);
  TaskTable table{.name = {}, .schema = std::move(schema), .partition_column = {}};
  ARROW_ASSIGN_OR_RAISE(table.name, reader.String("name"));
  ARROW_ASSIGN_OR_RAISE(table.partition_column, reader.String("partition_column"));
  if (!reader.Has("compression")) return table;
  ARROW_ASSIGN_OR_RAISE(const int64_t compression, reader.Integer("compression"));
  ARROW_ASSIGN_OR_RAISE(table.compression,
                        EnumOf<Compression>(compression, kCompressionNames.size()));
  return table;
}

Json PackFiles(const std::vector<TaskFile>& files) {
  Json packed = Json::array();
  for (const TaskFile& file : files) {
    packed.push_back(
        {{"partition", file.partition}, {"rows", file.rows}, {"bytes", file.bytes}});
  }
  return packed;
}

arrow::Result<std::vector<TaskFile>> UnpackFiles(const Json& packed) {
  std::vector<TaskFile> files;
  for (const Json& one : packed) {
    const JsonObjectReader reader(one, kWhat);
    TaskFile file;
    ARROW_ASSIGN_OR_RAISE(file.partition, reader.String("partition"));
    ARROW_ASSIGN_OR_RAISE(file.rows, reader.Integer("rows"));
    ARROW_ASSIGN_OR_RAISE(file.bytes, reader.Integer("bytes"));
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace carmilla
