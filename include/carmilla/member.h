#pragma once

#include <cstddef>
#include <string_view>

#include "carmilla/internal/member_fit.h"

namespace carmilla {

/// The most members that a record or a model can have.
inline constexpr size_t kMaxMembers = 300;

/// A member of a struct as a type: `Member<&Order::id>`.
template <auto kPointer>
struct Member;

template <typename Struct, typename T, T Struct::* kPointer>
struct Member<kPointer> {
  using Owner = Struct;
  using Type = T;

  static constexpr const T& Of(const Struct& owner) { return owner.*kPointer; }
  static constexpr T& Of(Struct& owner) { return owner.*kPointer; }
};

/// What a task writes: a struct of which CARMILLA_RECORD has told the members.
///
///     struct Report { int64_t id; std::string_view type_; };
///     CARMILLA_RECORD(Report, id, CARMILLA_FIELD(type_, "type"));
template <typename T>
concept Record = requires(const T* record) {
  VisitMembers(record, [](auto /*member*/, auto /*name*/) {});
};

namespace internal {

/// How many items the text of a macro's arguments has.
constexpr size_t CountItems(std::string_view items) {
  size_t count = 1;
  int depth = 0;
  for (const char c : items) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == ',' && depth == 0) ++count;
  }
  return count;
}

}  // namespace internal
}  // namespace carmilla

// CARMILLA_FOR_EACH(macro, type, a, b...) is macro(type, a) macro(type, b)..., by the
// recursion that __VA_OPT__ allows: each round of expansion takes one item.
#define CARMILLA_PARENS ()
#define CARMILLA_EXPAND(...) CARMILLA_EXPAND_4(CARMILLA_EXPAND_4(__VA_ARGS__))
#define CARMILLA_EXPAND_4(...) \
  CARMILLA_EXPAND_3(CARMILLA_EXPAND_3(CARMILLA_EXPAND_3(CARMILLA_EXPAND_3(__VA_ARGS__))))
#define CARMILLA_EXPAND_3(...) \
  CARMILLA_EXPAND_2(CARMILLA_EXPAND_2(CARMILLA_EXPAND_2(CARMILLA_EXPAND_2(__VA_ARGS__))))
#define CARMILLA_EXPAND_2(...) \
  CARMILLA_EXPAND_1(CARMILLA_EXPAND_1(CARMILLA_EXPAND_1(CARMILLA_EXPAND_1(__VA_ARGS__))))
#define CARMILLA_EXPAND_1(...) \
  CARMILLA_EXPAND_0(CARMILLA_EXPAND_0(CARMILLA_EXPAND_0(CARMILLA_EXPAND_0(__VA_ARGS__))))
#define CARMILLA_EXPAND_0(...) __VA_ARGS__
#define CARMILLA_FOR_EACH(macro, type, ...) \
  __VA_OPT__(CARMILLA_EXPAND(CARMILLA_FOR_EACH_STEP(macro, type, __VA_ARGS__)))
#define CARMILLA_FOR_EACH_STEP(macro, type, item, ...) \
  macro(type, item)                                    \
      __VA_OPT__(CARMILLA_FOR_EACH_AGAIN CARMILLA_PARENS(macro, type, __VA_ARGS__))
#define CARMILLA_FOR_EACH_AGAIN() CARMILLA_FOR_EACH_STEP

// An item is a member or CARMILLA_FIELD(member, "name"), which is told by its
// parentheses.
#define CARMILLA_FIELD(member, name) (member, name)
#define CARMILLA_SECOND(...) CARMILLA_SECOND_OF(__VA_ARGS__)
#define CARMILLA_SECOND_OF(first, second, ...) second
#define CARMILLA_PROBE_FIELD(member, name) ~, FIELD
#define CARMILLA_KIND_OF(item) CARMILLA_SECOND(CARMILLA_PROBE_FIELD item, MEMBER, ~)
#define CARMILLA_JOIN(a, b) CARMILLA_JOIN_EXPANDED(a, b)
#define CARMILLA_JOIN_EXPANDED(a, b) a##b
#define CARMILLA_VISIT(type, item) \
  CARMILLA_JOIN(CARMILLA_VISIT_, CARMILLA_KIND_OF(item))(type, item)
#define CARMILLA_VISIT_MEMBER(type, item) \
  visitor(::carmilla::Member<&type::item>{}, ::std::string_view(#item));
#define CARMILLA_VISIT_FIELD(type, item) CARMILLA_VISIT_NAMED(type, CARMILLA_UNPACK item)
#define CARMILLA_UNPACK(member, name) member, name
#define CARMILLA_VISIT_NAMED(...) CARMILLA_VISIT_NAMED_PAIR(__VA_ARGS__)
#define CARMILLA_VISIT_NAMED_PAIR(type, item, name) \
  visitor(::carmilla::Member<&type::item>{}, ::std::string_view(name));

#define CARMILLA_CHECK_COUNT(type, ...)                                                \
  static_assert(                                                                       \
      ::carmilla::internal::CountItems(#__VA_ARGS__) <= ::carmilla::kMaxMembers, #type \
      " has more than 300 members: put some of them into "                             \
      "a struct of its own")

#define CARMILLA_CHECK_MEMBER(type, item) \
  CARMILLA_CHECK_MEMBER_OF(type, CARMILLA_NAME_OF(item))
#define CARMILLA_CHECK_MEMBER_OF(...) CARMILLA_CHECK_ONE_MEMBER(__VA_ARGS__)
#define CARMILLA_CHECK_ONE_MEMBER(type, item)                                 \
  static_assert(::carmilla::internal::kIsWritable<decltype(type::item)>,      \
                #type "::" #item                                              \
                      ": no column can hold its type: use one of those that " \
                      "docs/tasks.md lists, or std::optional of one");
#define CARMILLA_NAME_OF(item) \
  CARMILLA_JOIN(CARMILLA_NAME_OF_, CARMILLA_KIND_OF(item))(item)
#define CARMILLA_NAME_OF_MEMBER(item) item
#define CARMILLA_NAME_OF_FIELD(item) CARMILLA_FIRST item
#define CARMILLA_FIRST(member, name) member

/// Tells the members of a struct that a task writes, in the order of the columns. Stands
/// in the namespace of the struct.
#define CARMILLA_RECORD(type, ...)                                         \
  CARMILLA_CHECK_COUNT(type, __VA_ARGS__);                                 \
  CARMILLA_FOR_EACH(CARMILLA_CHECK_MEMBER, type, __VA_ARGS__)              \
  template <typename Visitor>                                              \
  constexpr void VisitMembers(const type* /*record*/, Visitor&& visitor) { \
    CARMILLA_FOR_EACH(CARMILLA_VISIT, type, __VA_ARGS__)                   \
  }                                                                        \
  static_assert(true)
