#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "postgres/copy_reader.h"
#include "postgres/plain_decoder.h"

namespace carmilla {

/// Test support: makes up copies from a seed: columns of all forms with their policies,
/// rows, damages.
class CopyMaker {
 public:
  explicit CopyMaker(uint64_t seed) : random_(seed) {}

  CopyRequest Request();
  /// Of the request that was made.
  std::vector<PlainRow> Rows(const CopyRequest& request);

 private:
  uint64_t Below(uint64_t end) { return random_() % end; }
  /// Something unusual that no policy refuses; now and then what one refuses.
  bool IsUnusual(ValuePolicy policy);
  ValuePolicies Policies();

  std::string Bytes(uint64_t size);
  std::string Text();
  std::string Numeric(int32_t precision, int32_t scale);
  std::string HugeNumeric();
  std::string Decimal(const TypeMapping& mapping);
  std::string Timestamp(bool is_milli);
  std::string Time();
  std::string Interval();
  std::string Network();
  std::string Bits();
  std::string Floats();
  std::string Field(const TypeMapping& mapping, uint64_t null_every);
  std::string List(const TypeMapping& mapping);
  std::string Struct(const TypeMapping& mapping);
  std::string Range(const TypeMapping& mapping);
  std::string Map();
  std::string Value(const TypeMapping& mapping);
  std::string NumberValue(const TypeMapping& mapping);
  std::string Damaged(WireForm wire, std::string value);

  std::mt19937_64 random_;
  ValuePolicies policies_;  // of the column at hand
  bool is_text_unchecked_ = false;
  uint64_t damage_every_ = 0;
};

}  // namespace carmilla
