#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <arrow/array/builder_base.h>
#include <arrow/result.h>
#include <arrow/scalar.h>

#include "core/error.h"
#include "postgres/copy_column.h"

namespace carmilla {

/// Test support: what reading a value plainly depends on besides its mapping.
struct PlainContext {
  ValuePolicies policies;
  PolicyCounts* counts = nullptr;
  int64_t* expansion = nullptr;  ///< Bytes beyond those of the wire, where they count.
  int32_t server_version = 0;
  bool is_text_unchecked = false;
  bool is_bound = false;
  bool is_key = false;
  bool counts_nulls = false;
};

/// Test support: a value without parts, or what is wrong with its bytes: the kind tells,
/// the message does not.
using PlainCell = arrow::Result<std::shared_ptr<arrow::Scalar>>;

/// Test support: appends a value of any form, nothing for NULL.
arrow::Status AppendPlainly(const TypeMapping& mapping,
                            const std::optional<std::string>& bytes,
                            const PlainContext& context, arrow::ArrayBuilder* builder);

/// Test support: values without parts, by what they are; kBug for any other form.
PlainCell ReadPlainNumber(const TypeMapping& mapping, const std::string& bytes,
                          const PlainContext& context);
PlainCell ReadPlainTime(const TypeMapping& mapping, const std::string& bytes,
                        const PlainContext& context);
PlainCell ReadPlainText(const TypeMapping& mapping, const std::string& bytes,
                        const PlainContext& context);

/// Test support: months, days and microseconds; nothing for an infinite interval that
/// becomes NULL.
struct PlainInterval {
  int64_t months = 0;
  int64_t days = 0;
  int64_t micros = 0;
};
arrow::Result<std::optional<PlainInterval>> ReadPlainInterval(
    const std::string& bytes, const PlainContext& context);

inline arrow::Status Malformed() {
  return MakeError(ErrorKind::kCorruptData, "malformed");
}
inline arrow::Status Refused() { return MakeError(ErrorKind::kData, "refused"); }

/// Test support: big-endian numbers of any width.
inline uint64_t Unsigned(const std::string& bytes, size_t begin, size_t size) {
  uint64_t value = 0;
  for (size_t index = begin; index < begin + size; ++index) {
    value = value << 8 | static_cast<uint8_t>(bytes[index]);
  }
  return value;
}

inline int64_t Signed(const std::string& bytes, size_t begin, size_t size) {
  const auto unused = static_cast<int>(64 - 8 * size);
  return static_cast<int64_t>(Unsigned(bytes, begin, size) << unused) >> unused;
}

}  // namespace carmilla
