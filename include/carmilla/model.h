#pragma once

#include <optional>
#include <type_traits>

#include "carmilla/column.h"
#include "carmilla/member.h"

namespace carmilla {

/// What a task reads: a struct of a generated header, or one of the user's over the
/// columns of one.
template <typename T>
concept Model = requires(const T* model) {
  RelationOf(model);
  VisitColumns(model, [](auto /*member*/, const auto& /*column*/) {});
};

namespace internal {

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

/// Whether a model can name the column `kName`, which is asked by a lambda.
template <typename Columns, typename Ask>
constexpr bool HasColumn(Ask ask) {
  return std::is_invocable_v<Ask, const Columns&>;
}

}  // namespace internal
}  // namespace carmilla

#define CARMILLA_VISIT_COLUMN(type, item) \
  visitor(::carmilla::Member<&type::item>{}, type::columns.item);

/// Tells the members of a struct of a generated header, each of which is named as its
/// column in `type::columns`. Stands in the namespace of the struct.
#define CARMILLA_MODEL(type, ...)                                           \
  CARMILLA_CHECK_COUNT(type, __VA_ARGS__);                                  \
  template <typename Visitor>                                               \
  constexpr void VisitColumns(const type* /*model*/, Visitor&& visitor) {   \
    CARMILLA_FOR_EACH(CARMILLA_VISIT_COLUMN, type, __VA_ARGS__)             \
  }                                                                         \
  constexpr const ::carmilla::Relation& RelationOf(const type* /*model*/) { \
    return type::kRelation;                                                 \
  }                                                                         \
  static_assert(true)
