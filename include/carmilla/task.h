#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <arrow/status.h>

#include "carmilla/context.h"
#include "carmilla/member.h"

namespace carmilla {

/// What becomes of a decimal that overflowed, or was divided by zero, when it is written.
enum class OnInvalid : uint8_t {
  kFail,  ///< The task fails and names column and row.
  kNull,  ///< It is NULL; the run's report counts the cells.
};

struct TaskOptions {
  std::string name = {};  ///< On the command line; "" is the function's name.
  /// Names by which several tasks are run at once; `all` is every task and table.
  std::vector<std::string> groups = {};
  std::string schedule = {};            ///< Five fields as cron has them, or "".
  std::vector<std::string> after = {};  ///< Tasks that must have succeeded before.
  std::chrono::seconds time_limit{0};   ///< The task is stopped after it; 0: none.
  OnInvalid on_invalid = OnInvalid::kFail;
};

/// Reads, computes and writes with what the context gives. What it returns or throws
/// fails it and leaves other tasks and tables alone; only what a task that succeeds has
/// written is published.
using TaskFunction = std::function<arrow::Status(Context&)>;

/// The whole command line, with the tasks of this program: `run combined_orders`,
/// `run all`, and everything that `carmilla` does. Returns the exit code.
int Main(int argc, char** argv);

namespace internal {

/// Makes a task known to Main. Called before main; returns true.
bool RegisterTask(TaskFunction function, const char* function_name, TaskOptions options);

}  // namespace internal
}  // namespace carmilla

/// Makes a function a task of this program:
///
///     CARMILLA_TASK(CombinedOrders, .name = "combined_orders", .groups = {"orders"});
#define CARMILLA_TASK(function, ...)                                           \
  [[maybe_unused]] static const bool CARMILLA_JOIN(carmilla_task_, __LINE__) = \
      ::carmilla::internal::RegisterTask(function, #function,                  \
                                         ::carmilla::TaskOptions{__VA_ARGS__})
