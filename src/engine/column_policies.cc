#include "engine/column_policies.h"

#include <string>
#include <string_view>

#include "core/error.h"

namespace carmilla {
namespace {

/// Why the policy `name` is not about a column of this form.
std::string_view WhyNot(std::string_view name, const TypeMapping& mapping) {
  const auto has = [&](WireForm form) {
    return mapping.Any([&](const TypeMapping& part) { return part.wire == form; });
  };
  if (name == "on_infinity" && MeetsNan(mapping)) return "on_nan is about Infinity, too";
  if (has(WireForm::kNumericText)) {
    return "it is kept as text, which holds NaN and Infinity as they are";
  }
  if (has(WireForm::kFloat) || has(WireForm::kDouble)) {
    return "NaN and Infinity are kept as they are";
  }
  return "no value of its type is one";
}

arrow::Result<ValuePolicy> Choose(std::string_view name,
                                  const std::optional<ValuePolicy>& own,
                                  ValuePolicy of_table, bool is_met,
                                  const ColumnDescription& column,
                                  const TypeMapping& mapping) {
  if (is_met) return own.value_or(of_table);
  if (!own.has_value()) return ValuePolicy::kError;
  return MakeError(ErrorKind::kConfiguration,
                   std::string(name) + " does not apply to the column " + column.name +
                       " (" + RenderTypeName(*column.type, column.typmod) +
                       "): " + std::string(WhyNot(name, mapping)),
                   "remove " + std::string(name) + " from `policies:` of the column");
}

}  // namespace

arrow::Result<ValuePolicies> PoliciesFor(const TableConfiguration& settings,
                                         const ColumnDescription& column,
                                         const TypeMapping& mapping) {
  const auto found = settings.column_policies.find(column.name);
  const ColumnPolicies own =
      found == settings.column_policies.end() ? ColumnPolicies() : found->second;
  const ValuePolicies& of_table = settings.settings.policies;
  ValuePolicies policies;
  ARROW_ASSIGN_OR_RAISE(policies.on_nan, Choose("on_nan", own.on_nan, of_table.on_nan,
                                                MeetsNan(mapping), column, mapping));
  ARROW_ASSIGN_OR_RAISE(policies.on_infinity,
                        Choose("on_infinity", own.on_infinity, of_table.on_infinity,
                               MeetsInfinity(mapping), column, mapping));
  return policies;
}

}  // namespace carmilla
