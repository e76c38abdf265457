#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "core/error.h"
#include "core/suggest.h"

namespace CLI {
class Validator;
}

namespace carmilla {

/// Refuses numbers below zero, in words.
CLI::Validator NotNegative();

/// kUsage: `value` is none of `names`.
arrow::Status UnknownChoice(const std::string& flag, const std::string& value,
                            std::span<const std::string_view> names);

/// The meaning of the value of `flag`, such as --compression. `names` stand in the order
/// of the enumeration.
template <typename Enumeration>
arrow::Result<Enumeration> ParseChoice(const std::string& flag, const std::string& value,
                                       std::span<const std::string_view> names) {
  const auto found = std::ranges::find(names, value);
  if (found == names.end()) return UnknownChoice(flag, value, names);
  return static_cast<Enumeration>(found - names.begin());
}

}  // namespace carmilla
