#include "carmilla/member.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carmilla {
namespace {

struct Report {
  int64_t id = 0;
  std::string type_;
  double share = 0;
};
CARMILLA_RECORD(Report, id, CARMILLA_FIELD(type_, "type"), share);

struct One {
  int only = 0;
};
CARMILLA_RECORD(One, only);

struct Untold {
  int member = 0;
};

template <typename T>
std::vector<std::string> NamesOf() {
  std::vector<std::string> names;
  VisitMembers(static_cast<const T*>(nullptr),
               [&](auto, std::string_view name) { names.emplace_back(name); });
  return names;
}

TEST(MemberTest, ARecordTellsItsMembersInOrder) {
  EXPECT_THAT(NamesOf<Report>(), testing::ElementsAre("id", "type", "share"));
  EXPECT_THAT(NamesOf<One>(), testing::ElementsAre("only"));
}

TEST(MemberTest, AMemberReachesItsValue) {
  Report report{.id = 7, .type_ = "a", .share = 0.5};
  std::string values;
  VisitMembers(&std::as_const(report), [&]<typename M>(M, std::string_view) {
    if constexpr (std::is_same_v<typename M::Type, std::string>) {
      values += M::Of(report);
      M::Of(report) = "b";
    } else {
      values += std::to_string(static_cast<int64_t>(M::Of(report) * 10));
    }
  });
  EXPECT_EQ(values, "70a5");
  EXPECT_EQ(report.type_, "b");
}

TEST(MemberTest, OnlyWhatIsToldIsARecord) {
  static_assert(Record<Report>);
  static_assert(!Record<Untold>);
  static_assert(!Record<int>);
}

// The most members that there may be, made by the macro itself.
#define CARMILLA_TEN(macro, p)                                                        \
  macro(p##0) macro(p##1) macro(p##2) macro(p##3) macro(p##4) macro(p##5) macro(p##6) \
      macro(p##7) macro(p##8) macro(p##9)
#define CARMILLA_HUNDRED(macro, p) \
  CARMILLA_TEN(macro, p##0)        \
  CARMILLA_TEN(macro, p##1)        \
  CARMILLA_TEN(macro, p##2)        \
  CARMILLA_TEN(macro, p##3)        \
  CARMILLA_TEN(macro, p##4)        \
  CARMILLA_TEN(macro, p##5)        \
  CARMILLA_TEN(macro, p##6)        \
  CARMILLA_TEN(macro, p##7) CARMILLA_TEN(macro, p##8) CARMILLA_TEN(macro, p##9)
#define CARMILLA_DECLARE(name) int name = 0;
#define CARMILLA_AND_NAME(name) , name
struct Wide {
  int first = 0;
  CARMILLA_HUNDRED(CARMILLA_DECLARE, a)
  CARMILLA_HUNDRED(CARMILLA_DECLARE, b)
  CARMILLA_HUNDRED(CARMILLA_DECLARE, c)
};
#define CARMILLA_WIDE(...) CARMILLA_RECORD(Wide, __VA_ARGS__)
CARMILLA_WIDE(
    a00 CARMILLA_HUNDRED(CARMILLA_AND_NAME, b) CARMILLA_HUNDRED(CARMILLA_AND_NAME, c)
        CARMILLA_TEN(CARMILLA_AND_NAME, a1) CARMILLA_TEN(CARMILLA_AND_NAME, a2)
            CARMILLA_TEN(CARMILLA_AND_NAME, a3) CARMILLA_TEN(CARMILLA_AND_NAME, a4)
                CARMILLA_TEN(CARMILLA_AND_NAME, a5) CARMILLA_TEN(CARMILLA_AND_NAME, a6)
                    CARMILLA_TEN(CARMILLA_AND_NAME, a7)
                        CARMILLA_TEN(CARMILLA_AND_NAME, a8)
                            CARMILLA_TEN(CARMILLA_AND_NAME, a9),
    a01, a02, a03, a04, a05, a06, a07, a08, a09);

TEST(MemberTest, ThreeHundredMembersAreTold) {
  const std::vector<std::string> names = NamesOf<Wide>();
  EXPECT_EQ(names.size(), kMaxMembers);
  EXPECT_EQ(names.front(), "a00");
  EXPECT_EQ(names.back(), "a09");
}

TEST(MemberTest, ItemsAreCountedAsTheMacroTakesThem) {
  EXPECT_EQ(internal::CountItems("a"), 1U);
  EXPECT_EQ(internal::CountItems("a, (b, \"c\"), d"), 3U);
}

}  // namespace
}  // namespace carmilla
