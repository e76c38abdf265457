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
  if (policy.member == &ValuePolicies::on_precision) {
    return "it is not declared as timestamp[ms]";
  }
  if (policy.member == &ValuePolicies::on_invalid_utf8) return "it is not read as text";
  if (policy.member == &ValuePolicies::on_out_of_range) {
    return "no value of the column is refused by its type";
  }
  if (policy.member == &ValuePolicies::on_infinity && has(WireForm::kNumericDecimal)) {
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

/// Why the column cannot have this choice of its own; nothing when it can.
std::string_view WhyNotChoice(const PolicyField& policy, ValuePolicy choice,
                              const TypeMapping& mapping) {
  const auto has = [&](WireForm form) {
    return mapping.Any([&](const TypeMapping& part) { return part.wire == form; });
  };
  if (choice == ValuePolicy::kNull && !MeetsNullable(policy, mapping)) {
    return "a bound of a range that is NULL is no bound";
  }
  const bool is_of_interval = choice == ValuePolicy::kClamp &&
                              policy.member == &ValuePolicies::on_infinity &&
                              has(WireForm::kIntervalParts);
  return is_of_interval ? "an interval has no last value" : "";
}

arrow::Status CheckChoice(const PolicyField& policy, ValuePolicy choice,
                          const ColumnDescription& column, const TypeMapping& mapping) {
  const std::string_view problem = WhyNotChoice(policy, choice, mapping);
  if (problem.empty()) return arrow::Status::OK();
  return MakeError(ErrorKind::kConfiguration,
                   std::string(policy.name) + ": " + std::string(NameOf(choice)) +
                       " does not apply to the column " + column.name + " (" +
                       RenderTypeName(*column.type, column.typmod) +
                       "): " + std::string(problem),
                   "choose another one, or declare the column as text under `types:`");
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
      if (!own_one.has_value()) continue;
      ARROW_RETURN_NOT_OK(CheckChoice(field, *own_one, column, mapping));
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

/// What the column's entry says of it, else what `defaults` say of its type; or null.
const DeclaredType* DeclaredFor(const TableConfiguration& settings,
                                const ColumnDescription& column) {
  const auto own = settings.types.find(column.name);
  if (own != settings.types.end()) return &own->second.type;
  const auto& of_types = settings.settings.types;
  if (of_types.empty()) return nullptr;
  for (const TypeKey& key : TypeKeysOf(*column.type, column.typmod)) {
    const auto found = of_types.find(key);
    if (found != of_types.end()) return &found->second.type;
  }
  return nullptr;
}

}  // namespace

arrow::Result<ColumnForm> FormOf(const TableConfiguration& settings,
                                 const ColumnDescription& column) {
  const DeclaredType* const declared = DeclaredFor(settings, column);
  ColumnForm form;
  ARROW_ASSIGN_OR_RAISE(
      form.mapping,
      declared == nullptr
          ? MapType(*column.type, column.typmod, column.name)
          : MapDeclared(*column.type, column.typmod, *declared, column.name));
  ARROW_ASSIGN_OR_RAISE(form.policies, PoliciesFor(settings, column, form.mapping));
  if (!WantsText(form.policies)) return form;
  form.policies = {};
  ARROW_ASSIGN_OR_RAISE(form.mapping,
                        MapDeclared(*column.type, column.typmod,
                                    {.kind = DeclaredKind::kText}, column.name));
  return form;
}

}  // namespace carmilla
