#pragma once

#include <string>

#include "plan/model_file.h"

namespace carmilla {

/// How a test is called: `not_null`, `unique`, `relationships` or `row_count`.
std::string_view NameOf(ModelTest::Kind kind);

/// SQL for every engine that counts, as BIGINT, the rows of `model` that do not hold; of
/// row_count all its rows.
std::string CountingSql(const std::string& model, const ModelTest& test, QueryOn on);

/// OK, or kData with what does not hold, where CountingSql gave `rows`.
arrow::Status Judge(const std::string& model, const ModelTest& test, int64_t rows);

}  // namespace carmilla
