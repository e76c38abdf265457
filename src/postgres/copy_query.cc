#include "postgres/copy_query.h"

#include <span>
#include <vector>

#include "core/error.h"
#include "core/sql_statement.h"
#include "postgres/identifier.h"

namespace carmilla {
namespace {

/// Text of the user ends with a line break: a comment at its end must not swallow what
/// follows.
std::string InParentheses(std::string_view text) {
  return "(" + std::string(text) + "\n)";
}

constexpr std::string_view kToBinary = " TO STDOUT (FORMAT binary)";

/// Of the columns as they are.
arrow::Result<std::string> NamesOf(std::span<const CopyColumn> columns) {
  std::string list;
  for (const CopyColumn& column : columns) {
    ARROW_ASSIGN_OR_RAISE(const std::string name, QuoteIdentifier(column.name));
    list += (list.empty() ? "" : ", ") + name;
  }
  return list;
}

arrow::Result<std::string> SelectList(const CopyRequest& request) {
  std::string list = SelectsCtid(request) ? "ctid" : "";
  for (const CopyColumn& column : request.columns) {
    ARROW_ASSIGN_OR_RAISE(const std::string name, QuoteIdentifier(column.name));
    const SelectForm& select = column.mapping.select;
    list += (list.empty() ? "" : ", ") + select.before + name + select.after;
  }
  return list;
}

arrow::Result<std::string> FromItem(const CopyRequest& request) {
  if (!request.query.empty()) return RenderQueryItem(request.query);
  ARROW_ASSIGN_OR_RAISE(const std::string relation, QuoteRelation(request.relation));
  return "ONLY " + relation;
}

std::vector<std::string> Conditions(const CopyRequest& request) {
  std::vector<std::string> conditions;
  if (!request.where.empty()) conditions.push_back(InParentheses(request.where));
  if (request.method == ScanMethod::kBlockRange) {
    conditions.push_back(RenderRange(request.ranges.front()));
  }
  return conditions;
}

arrow::Result<std::string> RenderCopyOfTable(const CopyRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const std::string relation, QuoteRelation(request.relation));
  ARROW_ASSIGN_OR_RAISE(const std::string names, NamesOf(request.columns));
  return "COPY " + relation + " (" + names + ")" + std::string(kToBinary);
}

}  // namespace

std::string RenderQueryItem(const std::string& query) {
  return InParentheses(WithoutSemicolon(query)) + " AS query";
}

std::string RenderRange(const BlockRange& range) {
  const auto tid = [](int64_t block) {
    return "'(" + std::to_string(block) + ",0)'::tid";
  };
  const std::string from = "ctid >= " + tid(range.begin);
  return range.end.has_value() ? from + " AND ctid < " + tid(*range.end) : from;
}

arrow::Result<std::string> RenderCopy(const CopyRequest& request) {
  if (!request.query.empty() && request.method != ScanMethod::kStream) {
    return MakeError(ErrorKind::kBug, "a query has no ctid to scan by");
  }
  if (request.method == ScanMethod::kBlockRange && request.ranges.size() != 1) {
    return MakeError(ErrorKind::kBug, "a scan by block range reads exactly one range");
  }
  if (request.markers.has_value()) return RenderCopyOfTable(request);
  ARROW_ASSIGN_OR_RAISE(const std::string list, SelectList(request));
  ARROW_ASSIGN_OR_RAISE(const std::string from, FromItem(request));
  std::string sql = "COPY (SELECT " + list + " FROM " + from;
  std::string_view separator = " WHERE ";
  for (const std::string& condition : Conditions(request)) {
    sql.append(separator).append(condition);
    separator = " AND ";
  }
  if (request.limit >= 0) sql += " LIMIT " + std::to_string(request.limit);
  return sql + ")" + std::string(kToBinary);
}

arrow::Result<std::string> RenderFirstRow(const CopyRequest& request, size_t num_columns,
                                          const BlockRange& range) {
  ARROW_ASSIGN_OR_RAISE(const std::string relation, QuoteRelation(request.relation));
  ARROW_ASSIGN_OR_RAISE(const std::string names,
                        NamesOf(std::span(request.columns).first(num_columns)));
  return "COPY (SELECT " + names + " FROM ONLY " + relation + " WHERE " +
         RenderRange(range) + " LIMIT 1)" + std::string(kToBinary);
}

}  // namespace carmilla
