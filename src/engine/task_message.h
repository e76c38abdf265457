#pragma once

#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "core/json.h"
#include "engine/task.h"
#include "engine/task_channel.h"

namespace carmilla {

/// What a message asks for: the member `what` of its header.
namespace task_request {
inline constexpr std::string_view kRead = "read";      ///< Answer: the schema.
inline constexpr std::string_view kNext = "next";      ///< Answer: rows, or `is_end`.
inline constexpr std::string_view kWrite = "write";    ///< Opens a table.
inline constexpr std::string_view kRows = "rows";      ///< Of an open table.
inline constexpr std::string_view kFinish = "finish";  ///< Answer: the files.
inline constexpr std::string_view kClose = "close";    ///< No answer.
inline constexpr std::string_view kReserve = "reserve";
inline constexpr std::string_view kEnd = "end";  ///< The task's status; no answer.
}  // namespace task_request

/// What the run tells the process of a task at first.
struct TaskOrder {
  std::string task;
  int64_t limit = -1;
  int threads = 0;
  int64_t memory_bytes = 0;  ///< The process may use, beside what it needs itself.
};

// Members of messages. Unpacking fails with kCorruptData.

Json PackOrder(const TaskOrder& order);
arrow::Result<TaskOrder> UnpackOrder(const Json& packed);

/// Kind, message, its lines and hint; failures that are not ours become what KindOf says.
Json PackStatus(const arrow::Status& status);
/// What was packed is `*status`; the result tells whether it could be read.
arrow::Status UnpackStatus(const Json& packed, arrow::Status* status);

Json PackRead(const TaskRead& read);
arrow::Result<TaskRead> UnpackRead(const Json& packed);

/// All but the schema, which is the message's.
Json PackTable(const TaskTable& table);
arrow::Result<TaskTable> UnpackTable(const Json& packed,
                                     std::shared_ptr<arrow::Schema> schema);

Json PackFiles(const std::vector<TaskFile>& files);
arrow::Result<std::vector<TaskFile>> UnpackFiles(const Json& packed);

}  // namespace carmilla
