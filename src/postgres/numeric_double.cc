#include "postgres/numeric_double.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "postgres/numeric_decoder.h"

namespace carmilla {

Verdict NumericDoubleCodec::Decode(const char* value, int32_t size, Value* result) {
  const Outcome outcome = Convert(value, size, result);
  if (outcome == Outcome::kValue) [[likely]]
    return Verdict::kValue;
  const ValuePolicy policy = context_.policies.on_out_of_range;
  if (outcome == Outcome::kMalformed || policy == ValuePolicy::kError) {
    return Verdict::kRefused;
  }
  ++context_.counts->out_of_range;
  return policy == ValuePolicy::kClamp ? Verdict::kValue : Verdict::kNull;
}

NumericDoubleCodec::Outcome NumericDoubleCodec::Convert(const char* value, int32_t size,
                                                        Value* result) {
  NumericText text;
  if (!text.Parse(value, size)) return Outcome::kMalformed;
  digits_.resize(static_cast<size_t>(text.size()));
  if (!text.Write(digits_.data())) return Outcome::kMalformed;
  const char* const end = digits_.data() + digits_.size();
  *result = 0;
  const auto read = std::from_chars(digits_.data(), end, *result);
  if (read.ptr != end) return Outcome::kMalformed;
  const bool is_special = digits_.back() > '9';
  const bool is_zero = digits_.find_first_of("123456789") == std::string::npos;
  if (is_special || is_zero || (std::isfinite(*result) && *result != 0)) {
    return Outcome::kValue;
  }
  // Before the point of what is too small stands nothing but a zero.
  const bool is_small = LoadInt16(value + 2) < 0;
  *result = std::copysign(is_small ? 0 : std::numeric_limits<Value>::max(),
                          digits_.front() == '-' ? -1 : 1);
  return Outcome::kOutOfRange;
}

arrow::Status NumericDoubleCodec::Explain(const char* value, int32_t size) {
  Value ignored = 0;
  if (Convert(value, size, &ignored) == Outcome::kOutOfRange) {
    return RefusedByPolicy(context_, "a number beyond the range of a double",
                           "on_out_of_range", "clamp");
  }
  return MalformedValue(context_, "a numeric does not have the form of one");
}

}  // namespace carmilla
