#pragma once

#include <optional>
#include <span>

#include "engine/task.h"

namespace carmilla {

/// Nothing, unless this process is that of one of `tasks` (engine/task_process.h): then
/// the task is run, the run is told how it has ended, and the exit code is returned,
/// which nobody looks at. The caller has to leave by _exit: what the program would tidy
/// up at its end is not of its own making.
///
/// Call it first in main, before the command line is looked at.
std::optional<int> RunTaskProcess(std::span<const Task> tasks);

}  // namespace carmilla
