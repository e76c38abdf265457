#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

#include <arrow/status.h>

namespace carmilla {

/// Lets one reader of a run at a time hold a row so large that some copies of it, while
/// it is decoded, encoded and compressed, take a good part of the memory. Any thread.
class LargeRowGate {
 public:
  /// A reader's right to hold one large row. Goes back when it is left or destroyed. One
  /// thread at a time.
  class Pass {
   public:
    /// `gate` must outlive the pass.
    explicit Pass(LargeRowGate* gate) : gate_(gate) {}
    ~Pass() { Leave(); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

    /// Waits until no other reader is inside; inside already, it returns at once.
    /// kInterrupted soon after `stop` is requested.
    arrow::Status Enter(const std::stop_token& stop);
    void Leave();
    bool is_inside() const { return is_inside_; }

   private:
    LargeRowGate* gate_;
    bool is_inside_ = false;
  };

 private:
  std::mutex mutex_;
  std::condition_variable_any left_;
  bool is_taken_ = false;
};

}  // namespace carmilla
