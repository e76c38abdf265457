#include "engine/column_policies.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "types/declared_mapping.h"

namespace carmilla {
namespace {

/// Why a policy is not about a column of this form.
std::string_view WhyNot(const PolicyField& policy, const TypeMapping& mapping) {
  const auto has = [&](WireForm form) {
    return mapping.Any([&](const TypeMapping& part) { return part.wire == form; });
  };
  if (policy.member == &ValuePolicies::on_array_shape) return "it is no array";
  if (policy.member == &ValuePolicies::on_out_of_range) {
    return "it holds every value of the column, whose type is not declared narrower";
  }
  if (policy.member == &ValuePolicies::on_infinity && Meets(kPolicyFields[0], mapping)) {
    return "on_nan is about Infinity, too";
  }
  if (has(WireForm::kNumericText)) {
    return "it is kept as text, which holds NaN and Infinity as they are";
  }
  if (has(WireForm::kFloat) || has(WireForm::kDouble)) {
    return "NaN and Infinity are kept as they are";
  }
  return "no value of its type is one";
}

arrow::Result<ValuePolicies> PoliciesFor(const TableConfiguration& settings,
                                         const ColumnDescription& column,
                                         const TypeMapping& mapping) {
  const auto found = settings.column_policies.find(column.name);
  const ColumnPolicies own =
      found == settings.column_policies.end() ? ColumnPolicies() : found->second;
  ValuePolicies policies;
  for (size_t i = 0; i < kPolicyFields.size(); ++i) {
    const PolicyField& field = kPolicyFields[i];
    const std::optional<ValuePolicy>& own_one = own.*kColumnPolicyMembers[i];
    if (Meets(field, mapping)) {
      policies.*field.member = own_one.value_or(settings.settings.policies.*field.member);
    } else if (own_one.has_value()) {
      return MakeError(
          ErrorKind::kConfiguration,
          std::string(field.name) + " does not apply to the column " + column.name +
              " (" + RenderTypeName(*column.type, column.typmod) +
              "): " + std::string(WhyNot(field, mapping)),
          "remove " + std::string(field.name) + " from `policies:` of the column");
    }
  }
  return policies;
}

bool WantsText(const ValuePolicies& policies) {
  return std::ranges::any_of(kPolicyFields, [&](const PolicyField& field) {
    return policies.*field.member == ValuePolicy::kText;
  });
}

}  // namespace

arrow::Result<ColumnForm> FormOf(const TableConfiguration& settings,
                                 const ColumnDescription& column) {
  const auto declared = settings.types.find(column.name);
  ColumnForm form;
  ARROW_ASSIGN_OR_RAISE(
      form.mapping,
      declared == settings.types.end()
          ? MapType(*column.type, column.typmod, column.name)
          : MapDeclared(*column.type, column.typmod, declared->second.type, column.name));
  ARROW_ASSIGN_OR_RAISE(form.policies, PoliciesFor(settings, column, form.mapping));
  if (!WantsText(form.policies)) return form;
  form.policies = {};
  ARROW_ASSIGN_OR_RAISE(form.mapping,
                        MapDeclared(*column.type, column.typmod,
                                    {.kind = DeclaredKind::kText}, column.name));
  return form;
}

}  // namespace carmilla
