#pragma once

#include <optional>

#include <arrow/result.h>

#include "engine/task.h"
#include "engine/task_channel.h"

namespace carmilla {

/// Gives `services` to the task at the other end of `channel` until it tells how it has
/// ended, which is returned; nothing when the other end is closed before. kTask when what
/// comes is no request. Rows are checked before anybody relies on them.
///
/// Requests are answered one after the other, by the calling thread. This cannot come to
/// a standstill: no answer needs anything from the task but that it takes what it is sent
/// (TaskClient has a thread for that), and what makes an answer late (a slow server, a
/// full disk) ends when `services.stop()` is requested.
arrow::Result<std::optional<arrow::Status>> ServeTask(TaskChannel& channel,
                                                      TaskServices& services);

}  // namespace carmilla
