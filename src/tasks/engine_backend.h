#pragma once

#include <memory>

#include "carmilla/internal/backend.h"
#include "engine/task.h"

namespace carmilla {

/// Backs a context by a run of the engine. `services` must outlive it.
std::unique_ptr<internal::Backend> MakeEngineBackend(TaskServices* services,
                                                     internal::InvalidValue on_invalid);

}  // namespace carmilla
