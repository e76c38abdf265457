#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "carmilla/bytes.h"
#include "carmilla/column.h"
#include "carmilla/date.h"
#include "carmilla/decimal.h"
#include "carmilla/enum_labels.h"
#include "carmilla/internal/member_fit.h"
#include "carmilla/internal/nested_column.h"
#include "carmilla/interval.h"
#include "carmilla/json.h"
#include "carmilla/list.h"
#include "carmilla/member.h"
#include "carmilla/time_of_day.h"
#include "carmilla/timestamp.h"
#include "carmilla/uuid.h"

namespace carmilla {

/// What a task reads: a struct of a generated header, or one of the user's over columns
/// of one.
template <typename T>
concept Model = requires(const T* model) {
  RelationOf(model);
  VisitColumns(model, [](auto /*member*/, const auto& /*column*/) {});
};

}  // namespace carmilla

// In what follows, `pair` is (struct, struct whose columns it reads).
#define CARMILLA_COLUMN_OF(model, item) \
  ::std::remove_cvref_t<decltype(model::columns.item)>
#define CARMILLA_VISIT_COLUMN(pair, item) \
  CARMILLA_VISIT_COLUMN_OF(CARMILLA_UNPACK pair, item)
#define CARMILLA_VISIT_COLUMN_OF(...) CARMILLA_VISIT_ONE_COLUMN(__VA_ARGS__)
#define CARMILLA_VISIT_ONE_COLUMN(type, model, item) \
  visitor(::carmilla::Member<&type::item>{}, model::columns.item);
#define CARMILLA_CHECK_COLUMN(pair, item) \
  CARMILLA_CHECK_COLUMN_OF(CARMILLA_UNPACK pair, item)
#define CARMILLA_CHECK_COLUMN_OF(...) CARMILLA_CHECK_ONE_COLUMN(__VA_ARGS__)
#define CARMILLA_CHECK_ONE_COLUMN(type, model, item)                                    \
  static_assert(::carmilla::internal::HasColumn<model::Columns>(                        \
                    [](const auto& each) -> decltype(void(each.item)) {}),              \
                #type "::" #item ": " #model                                            \
                      " has no such column: correct the name, or write the header "     \
                      "again with `carmilla generate`");                                \
  static_assert(::carmilla::internal::kHasRoomForNull<decltype(type::item),             \
                                                      CARMILLA_COLUMN_OF(model, item)>, \
                #type "::" #item                                                        \
                      ": the column may be NULL: make the member std::optional");       \
  static_assert(::carmilla::internal::kFitsColumn<decltype(type::item),                 \
                                                  CARMILLA_COLUMN_OF(model, item)>,     \
                #type "::" #item                                                        \
                      ": the column has another type: give the member the type that "   \
                      "the generated header has");                                      \
  static_assert(::carmilla::internal::kFitsDigits<decltype(type::item),                 \
                                                  CARMILLA_COLUMN_OF(model, item)>,     \
                #type "::" #item                                                        \
                      ": the member would lose digits of the column: give it the "      \
                      "type that the generated header has, or a wider one");

/// Tells the members of a struct of the user's that reads columns of `model`, a struct of
/// a generated header; each is named as that one's member. Only these columns are read.
/// Stands in the namespace of the struct.
#define CARMILLA_VIEW(type, model, ...)                                    \
  CARMILLA_CHECK_COUNT(type, __VA_ARGS__);                                 \
  CARMILLA_FOR_EACH(CARMILLA_CHECK_COLUMN, (type, model), __VA_ARGS__)     \
  template <typename Visitor>                                              \
  constexpr void VisitColumns(const type* /*view*/, Visitor&& visitor) {   \
    CARMILLA_FOR_EACH(CARMILLA_VISIT_COLUMN, (type, model), __VA_ARGS__)   \
  }                                                                        \
  constexpr const ::carmilla::Relation& RelationOf(const type* /*view*/) { \
    return model::kRelation;                                               \
  }                                                                        \
  static_assert(true)

/// Tells the members of a struct of a generated header, each of which is named as its
/// column in `type::columns`. Stands in the namespace of the struct.
#define CARMILLA_MODEL(type, ...) CARMILLA_VIEW(type, type, __VA_ARGS__)
