#include "engine/query_parameter.h"

#include <algorithm>
#include <cctype>

#include "core/error.h"
#include "core/opaque_sql.h"
#include "postgres/identifier.h"

namespace carmilla {
namespace {

constexpr char kDoing[] = "writing the parameters of a query: ";
/// Longer numbers are those of no parameter.
constexpr size_t kMostDigits = 6;

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

size_t EndOfDigits(std::string_view sql, size_t at) {
  while (at < sql.size() && IsDigit(sql[at])) ++at;
  return at;
}

/// Names may hold what looks like a parameter: `a$1`.
size_t EndOfName(std::string_view sql, size_t at) {
  while (at < sql.size() && (IsNameCharacter(sql[at]) || sql[at] == '$')) ++at;
  return at;
}

/// `name` is `$1`.
arrow::Result<std::string> ConstantOf(std::string_view name,
                                      const QueryParameter& parameter) {
  std::string sql = "NULL";
  if (!parameter.is_null && (parameter.is_array || parameter.values.front())) {
    const auto constant = QuoteLiteral(parameter.is_array ? ArrayText(parameter.values)
                                                          : *parameter.values.front());
    if (!constant.ok()) {
      return MakeError(ErrorKind::kTask,
                       kDoing + std::string("the value of ") + std::string(name) +
                           " is not UTF-8 text without zero bytes",
                       "give bytes as carmilla::Bytes");
    }
    sql = *constant;
  }
  if (!parameter.type.empty()) {
    sql += "::" + parameter.type + (parameter.is_array ? "[]" : "");
  }
  return "(" + sql + ")";
}

class ParameterWriter {
 public:
  explicit ParameterWriter(std::span<const QueryParameter> parameters)
      : parameters_(parameters), is_used_(parameters.size()) {}

  arrow::Result<std::string> Write(std::string_view sql) {
    std::string written;
    for (size_t at = 0; at < sql.size();) {
      // What is open is for the server to refuse.
      size_t next = EndOfOpaque(sql, at).value_or(sql.size());
      if (next == at && IsNameCharacter(sql[at])) {
        next = IsDigit(sql[at]) ? EndOfDigits(sql, at) : EndOfName(sql, at);
      }
      if (next == at && sql[at] == '$' && at + 1 < sql.size() && IsDigit(sql[at + 1])) {
        next = EndOfDigits(sql, at + 1);
        ARROW_ASSIGN_OR_RAISE(const auto constant, Take(sql.substr(at, next - at)));
        written += constant;
      } else {
        next = std::max(next, at + 1);
        written += sql.substr(at, next - at);
      }
      at = next;
    }
    ARROW_RETURN_NOT_OK(CheckUse());
    return written;
  }

 private:
  /// `name` is `$1`.
  arrow::Result<std::string> Take(std::string_view name) {
    const std::string digits(name.substr(1));
    const size_t number = digits.size() > kMostDigits ? 0 : std::stoul(digits);
    if (number == 0 || number > parameters_.size()) {
      return MakeError(
          ErrorKind::kTask,
          kDoing + std::string("it has ") + std::string(name) + " and was " +
              (parameters_.empty() ? "given no value"
               : parameters_.size() == 1
                   ? "given 1 value"
                   : "given " + std::to_string(parameters_.size()) + " values"),
          "give a value for each of $1, $2..., in their order");
    }
    is_used_[number - 1] = true;
    return ConstantOf(name, parameters_[number - 1]);
  }

  arrow::Status CheckUse() const {
    const auto unused = std::ranges::find(is_used_, false);
    if (unused == is_used_.end()) return arrow::Status::OK();
    return MakeError(ErrorKind::kTask,
                     kDoing + std::string("a value was given that it does not name: $") +
                         std::to_string(unused - is_used_.begin() + 1),
                     "write it into the SQL, outside of strings, or leave it out");
  }

  const std::span<const QueryParameter> parameters_;
  std::vector<bool> is_used_;
};

}  // namespace

arrow::Result<std::string> WriteParameters(std::string_view sql,
                                           std::span<const QueryParameter> parameters) {
  return ParameterWriter(parameters).Write(sql);
}

}  // namespace carmilla
