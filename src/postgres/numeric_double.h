#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "postgres/fixed_column.h"

namespace carmilla {

/// A numeric as the nearest double. NaN and Infinity are values of both; a number beyond
/// the largest double, or between zero and the smallest one, goes by on_out_of_range,
/// whose clamp is that largest double, or zero.
class NumericDoubleCodec {
 public:
  using Value = double;

  explicit NumericDoubleCodec(DecoderContext context) : context_(std::move(context)) {}

  /// Nothing is short.
  static bool DecodeUsual(const char*, int32_t, Value*) { return false; }
  Verdict Decode(const char* value, int32_t size, Value* result);
  arrow::Status Explain(const char* value, int32_t size);

 private:
  enum class Outcome : uint8_t { kValue, kOutOfRange, kMalformed };

  /// Sets `*result` to the nearest double unless it is malformed.
  Outcome Convert(const char* value, int32_t size, Value* result);

  DecoderContext context_;
  std::string digits_;
};

}  // namespace carmilla
