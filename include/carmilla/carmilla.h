#pragma once

/// Everything that a task needs: docs/tasks.md.
#include "carmilla/context.h"    // IWYU pragma: export
#include "carmilla/model.h"      // IWYU pragma: export
#include "carmilla/task.h"       // IWYU pragma: export
#include "carmilla/time_zone.h"  // IWYU pragma: export
#include "carmilla/windows.h"    // IWYU pragma: export
