#pragma once

#include <string_view>

#include <arrow/status.h>

namespace carmilla {

/// Marks a place between two durable steps. In the product this is an empty function; the
/// test program links another definition (`failpoint_active.cc`), which reads
/// CARMILLA_FAILPOINT and, when `name` matches, kills the process, stops it (SIGSTOP) or
/// fails with an error.
arrow::Status Failpoint(std::string_view name);

}  // namespace carmilla
