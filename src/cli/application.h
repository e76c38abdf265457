#pragma once

#include <span>

#include "engine/task.h"

namespace carmilla {

/// The whole program: parses the command line, runs one command, prints errors to
/// standard error and returns the exit code. `tasks` are those of the user's program.
int RunApplication(int argc, char** argv, std::span<const Task> tasks = {});

}  // namespace carmilla
