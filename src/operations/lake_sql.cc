#include "operations/lake_sql.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/letter_case.h"
#include "duck/sql_text.h"

namespace carmilla {
namespace {

/// What DuckDB reserves for itself, and words that begin or join clauses in Athena's SQL.
constexpr auto kReservedWords = std::to_array<std::string_view>(
    {"all",         "analyse",  "analyze",    "and",        "any",        "array",
     "as",          "asc",      "asymmetric", "between",    "both",       "by",
     "case",        "cast",     "check",      "collate",    "column",     "constraint",
     "create",      "cross",    "default",    "deferrable", "delete",     "desc",
     "describe",    "distinct", "do",         "drop",       "else",       "end",
     "except",      "exists",   "false",      "fetch",      "for",        "foreign",
     "from",        "full",     "grant",      "group",      "having",     "in",
     "initially",   "inner",    "insert",     "intersect",  "into",       "is",
     "join",        "lambda",   "lateral",    "leading",    "left",       "like",
     "limit",       "natural",  "not",        "null",       "offset",     "on",
     "only",        "or",       "order",      "outer",      "pivot",      "pivot_longer",
     "pivot_wider", "placing",  "primary",    "qualify",    "references", "returning",
     "right",       "select",   "show",       "some",       "summarize",  "symmetric",
     "table",       "then",     "to",         "trailing",   "true",       "union",
     "unique",      "unpivot",  "update",     "user",       "using",      "values",
     "variadic",    "when",     "where",      "window",     "with"});

}  // namespace

bool IsReservedWord(const std::string& name) {
  return std::ranges::find(kReservedWords, LowerCase(name)) != kReservedWords.end();
}

std::string InLakeSql(const std::string& table) {
  return IsReservedWord(table) ? QuotedInLakeSql(table) : table;
}

std::string QuotedInLakeSql(const std::string& name) { return QuoteDuckIdentifier(name); }

}  // namespace carmilla
