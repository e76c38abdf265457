#pragma once

#include <cstdint>
#include <string>

#include <arrow/type_fwd.h>

namespace carmilla {

/// One output format of a result. Every method appends what can be printed by then.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void Begin(std::string* out) = 0;
  virtual void Add(const arrow::RecordBatch& batch, int64_t row, std::string* out) = 0;
  virtual void End(std::string* out) = 0;
};

}  // namespace carmilla
