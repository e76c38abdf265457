#pragma once

#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/copy_reader.h"

namespace carmilla {

/// Whose values the decoders take them for.
inline constexpr int32_t kServerVersionOfFuzz = 170000;

/// What a copy became: its batches and, after them, its end.
struct CopyOutcome {
  std::vector<SourceBatch> batches;
  arrow::Status status;
  std::vector<PolicyCounts> counts;
};

/// Decodes messages of a copy, at most `most_at_hand` at a time. Requires that every
/// batch is valid and that only a kind of error ends it that bytes may be blamed for.
CopyOutcome DecodeMessages(const CopyRequest& request,
                           const std::vector<std::string>& messages, size_t most_at_hand);

/// Requires the same batches, counts and end.
void RequireSame(const CopyOutcome& outcome, const CopyOutcome& other);

/// Columns of all forms, with the policies that the bits choose: which of NaN, infinity
/// (two bits), what is out of range (two bits) and arrays of other shapes (two bits) are
/// NULL, or else.
std::vector<CopyColumn> ColumnsWithPolicies(uint64_t bits);

/// Some columns beside each other: which ones, two numbers tell.
std::vector<CopyColumn> Window(const std::vector<CopyColumn>& columns, uint64_t first,
                               uint64_t count);

}  // namespace carmilla
