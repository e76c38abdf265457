#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>

namespace carmilla {

/// A piece of a condition that a program makes of names and values.
struct ConditionPart {
  enum class Kind : uint8_t {
    kText,    ///< SQL of ours, sent as it is.
    kName,    ///< A column as PostgreSQL spells it.
    kValue,   ///< A value as PostgreSQL reads it.
    kValues,  ///< Values of one array.
  };

  Kind kind = Kind::kText;
  std::string text;
  std::vector<std::string> values;  ///< kValues.
};

/// Renders the condition as SQL in which names and values are quoted: values as literals
/// that take the type of what they are compared with. kConfiguration for a name or value
/// that cannot be sent (a zero byte, no UTF-8).
arrow::Result<std::string> RenderCondition(std::span<const ConditionPart> parts);

}  // namespace carmilla
