#pragma once

#include <cstdint>
#include <stop_token>

#include <arrow/status.h>

#include "engine/task.h"

namespace carmilla {

/// Test support: a run that has memory for everything, nobody stops and no limit cuts.
class UnlimitedServices : public TaskServices {
 public:
  arrow::Status Reserve(int64_t /*bytes*/) override { return arrow::Status::OK(); }
  std::stop_token stop() const override { return {}; }
  int64_t limit() const override { return -1; }
  int threads() const override { return 1; }
};

}  // namespace carmilla
