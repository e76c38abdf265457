#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "types/table_description.h"

namespace carmilla {

/// The one function that puts a name into SQL: validates UTF-8 (and no zero byte),
/// doubles quotes, always quotes. kConfiguration for an impossible name.
arrow::Result<std::string> QuoteIdentifier(std::string_view name);

/// `"schema"."name"`.
arrow::Result<std::string> QuoteRelation(const RelationName& name);

/// The same for SQL that people see and run: a name with control characters is written
/// with escapes, U&"\001B...", which no terminal obeys. To the server's parser it is the
/// same name; functions that take names as text, such as to_regclass, know no escapes.
arrow::Result<std::string> PrintableIdentifier(std::string_view name);
arrow::Result<std::string> PrintableRelation(const RelationName& name);

/// A string constant safe under standard_conforming_strings=on.
arrow::Result<std::string> QuoteLiteral(std::string_view text);

/// Writes an array as PostgreSQL reads it; each element is quoted.
std::string ArrayText(std::span<const std::string> elements);
/// The same of elements that may be NULL.
std::string ArrayText(std::span<const std::optional<std::string>> elements);

}  // namespace carmilla
