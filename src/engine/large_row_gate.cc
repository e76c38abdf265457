#include "engine/large_row_gate.h"

#include <utility>

#include "core/error.h"

namespace carmilla {

arrow::Status LargeRowGate::Pass::Enter(const std::stop_token& stop) {
  if (is_inside_) return arrow::Status::OK();
  std::unique_lock lock(gate_->mutex_);
  if (!gate_->left_.wait(lock, stop, [&] { return !gate_->is_taken_; })) {
    return MakeError(ErrorKind::kInterrupted, "waiting to read a large row: interrupted");
  }
  gate_->is_taken_ = true;
  is_inside_ = true;
  return arrow::Status::OK();
}

void LargeRowGate::Pass::Leave() {
  if (!std::exchange(is_inside_, false)) return;
  {
    const std::scoped_lock lock(gate_->mutex_);
    gate_->is_taken_ = false;
  }
  gate_->left_.notify_one();
}

}  // namespace carmilla
