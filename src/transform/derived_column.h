#pragma once

#include <memory>
#include <string_view>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "transform/json_extractor.h"
#include "types/json_derivation.h"

namespace carmilla {

/// Builds a column of values that were found in JSON.
///
/// Numbers are taken from a JSON number, or from a string that holds exactly one; an
/// integer or decimal only if nothing of it is lost. Text is what `->>` of PostgreSQL
/// gives: strings unescaped, anything else as it is written. Booleans are JSON's own.
/// Dates and times are as JsonDerivation::timestamp says.
class DerivedColumn {
 public:
  virtual ~DerivedColumn() = default;

  /// Appends a value, or NULL for kMissing. Returns "" if it did, else what the finding
  /// holds that the type cannot be (`a string that is no number`): never the value.
  virtual arrow::Result<std::string_view> Append(const JsonFinding& finding) = 0;
  virtual arrow::Status AppendNull() = 0;

  /// Hands over what was appended and starts the next batch.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> Finish() = 0;
};

/// The type must be derivable.
std::unique_ptr<DerivedColumn> MakeDerivedColumn(const JsonDerivation& derivation);

}  // namespace carmilla
