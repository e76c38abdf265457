#include "carmilla/rows.h"

#include <array>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carmilla/context.h"
#include "carmilla/testing.h"
#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Order {
  int64_t id;
  std::optional<int64_t> user_id;
  double amount;
  std::optional<std::string_view> email;
  struct Columns {
    static constexpr Column<int64_t> id{"id", "bigint"};
    static constexpr NullableColumn<int64_t> user_id{"user_id", "bigint"};
    static constexpr Column<double> amount{"amount", "double precision"};
    static constexpr NullableColumn<std::string_view> email{"email", "text"};
  };
  static constexpr Columns columns{};
  static constexpr Relation kRelation{
      .schema = "public", .name = "orders", .query = "", .fingerprint = ""};
};
CARMILLA_MODEL(Order, id, user_id, amount, email);

struct User {
  int64_t id;
  std::string_view name;
  struct Columns {
    static constexpr Column<int64_t> id{"id", "bigint"};
    static constexpr Column<std::string_view> name{"name", "text"};
  };
  static constexpr Columns columns{};
  static constexpr Relation kRelation{
      .schema = "public", .name = "users", .query = "", .fingerprint = ""};
};
CARMILLA_MODEL(User, id, name);

struct Report {
  int64_t order_id;
  std::string_view name;
  std::optional<std::string> note;
  bool is_large;
  bool operator==(const Report&) const = default;
};
CARMILLA_RECORD(Report, order_id, name, note, CARMILLA_FIELD(is_large, "large"));

struct Id {
  int64_t id;
  bool operator==(const Id&) const = default;
};
CARMILLA_RECORD(Id, id);

std::vector<Order> Orders(int64_t count) {
  std::vector<Order> orders;
  for (int64_t id = 0; id < count; ++id) {
    orders.push_back({.id = id, .user_id = id % 10, .amount = 1.5, .email = {}});
  }
  return orders;
}

class RowsTest : public testing::Test {
 protected:
  TestTask test_;
};

TEST_F(RowsTest, AStreamIsFilteredTransformedAndWritten) {
  test_.Give<Order>({{1, 10, 200.5, "a@x.com"}, {2, {}, 3, {}}, {3, 11, 5, "c@x.com"}});
  const WriteResult result =
      test_.context()
          .Stream<Order>()
          .Filter([](const Order& order) { return order.user_id.has_value(); })
          .Transform([](const Order& order) -> Report {
            return {.order_id = order.id,
                    .name = *order.email,
                    .note = order.id == 3 ? std::optional<std::string>("third")
                                          : std::nullopt,
                    .is_large = order.amount > 100};
          })
          .WriteParquet("report");
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->rows, 2);
  EXPECT_EQ(result->files.size(), 1U);
  const auto written = test_.Written<Report>("report");
  ASSERT_THAT(written, IsOk());
  EXPECT_THAT(*written, ElementsAre(Report{1, "a@x.com", {}, true},
                                    Report{3, "c@x.com", "third", false}));
}

TEST_F(RowsTest, ARowMayBecomeNoneOrMany) {
  test_.Give(Orders(4));
  ASSERT_TRUE(test_.context()
                  .Stream<Order>()
                  .Transform([](const Order& order) {
                    return std::vector<Id>(static_cast<size_t>(order.id), Id{order.id});
                  })
                  .Transform([](const Id& id) -> std::optional<Id> {
                    return id.id == 2 ? std::nullopt : std::optional(id);
                  })
                  .WriteParquet("ids")
                  .ok());
  EXPECT_THAT(*test_.Written<Id>("ids"), ElementsAre(Id{1}, Id{3}, Id{3}, Id{3}));
}

TEST_F(RowsTest, ManyBlocksKeepTheirOrderAlsoOnSeveralThreads) {
  constexpr int64_t kCount = 100'000;
  test_.Give(Orders(kCount));
  Context& context = test_.context();
  const WriteResult result =
      context.Stream<Order>()
          .ParallelTransform([&](const Order& order) -> Report {
            return {.order_id = order.id,
                    .name = context.Text("order ", std::to_string(order.id)),
                    .note = {},
                    .is_large = false};
          })
          .WriteParquet("report");
  ASSERT_THAT(result, IsOk());
  const auto written = test_.Written<Report>("report");
  ASSERT_THAT(written, IsOk());
  ASSERT_EQ(written->size(), static_cast<size_t>(kCount));
  for (int64_t id = 0; id < kCount; ++id) {
    const Report& report = (*written)[static_cast<size_t>(id)];
    ASSERT_EQ(report.order_id, id);
    ASSERT_EQ(report.name, "order " + std::to_string(id));
  }
}

TEST_F(RowsTest, RowsAreJoinedWithAnIndex) {
  test_.Give(Orders(30));
  test_.Give<User>({{3, "three"}, {7, "seven"}});
  const auto users = test_.context().Load<User>();
  ASSERT_THAT(users, IsOk());
  const auto by_id = users->IndexBy(&User::id);
  ASSERT_THAT(by_id, IsOk());
  ASSERT_TRUE(test_.context()
                  .Stream<Order>()
                  .Join(*by_id, &Order::user_id,
                        [](const Order& order, const User& user) -> Report {
                          return {order.id, user.name, {}, false};
                        })
                  .WriteParquet("report")
                  .ok());
  const auto written = test_.Written<Report>("report");
  ASSERT_EQ(written->size(), 6U);
  EXPECT_EQ((*written)[1], (Report{7, "seven", {}, false}));
}

TEST_F(RowsTest, AMissFailsTheTaskOnRequest) {
  test_.Give(Orders(3));
  const auto users = test_.context().Load<User>();
  const auto status =
      test_.context()
          .Stream<Order>()
          .Join(
              *users->IndexBy(&User::id), &Order::user_id,
              [](const Order& order, const User&) { return Id{order.id}; }, OnMiss::kFail)
          .WriteParquet("report");
  EXPECT_THAT(status, HasKind(ErrorKind::kTask));
  EXPECT_THAT(status.status().message(), HasSubstr("row 1"));
}

TEST_F(RowsTest, AJoinWithAPointerGetsEveryRow) {
  test_.Give(Orders(3));
  test_.Give<User>({{1, "one"}});
  const auto users = test_.context().Load<User>();
  ASSERT_TRUE(test_.context()
                  .Stream<Order>()
                  .Join(*users->IndexBy(&User::id), &Order::user_id,
                        [](const Order& order, const User* user) -> Report {
                          return {order.id, user == nullptr ? "" : user->name, {}, false};
                        })
                  .WriteParquet("report")
                  .ok());
  EXPECT_THAT(*test_.Written<Report>("report"),
              ElementsAre(Report{0, "", {}, false}, Report{1, "one", {}, false},
                          Report{2, "", {}, false}));
}

TEST_F(RowsTest, AJoinTakesWhatATransformTakes) {
  test_.Give(Orders(4));
  test_.Give<User>({{1, "one"}, {2, "two"}, {3, "three"}});
  const auto users = test_.context().Load<User>();
  const auto by_id = *users->IndexBy(&User::id);
  const auto ids = [&](auto function) {
    const auto made =
        test_.context().Stream<Order>().Join(by_id, &Order::user_id, function).Collect();
    std::vector<int64_t> found;
    for (const Id& id : *made) found.push_back(id.id);
    return found;
  };
  EXPECT_THAT(ids([](const auto& order, const auto& user) {
                return Id{order.id + 10 * user.id};
              }),
              ElementsAre(11, 22, 33));
  EXPECT_THAT(ids([](const Order&, const User& user) {
                return user.id == 2 ? std::nullopt : std::optional(Id{user.id});
              }),
              ElementsAre(1, 3));
  EXPECT_THAT(ids([](const Order&, const User& user) {
                return std::vector<Id>(static_cast<size_t>(user.id - 1), Id{user.id});
              }),
              ElementsAre(2, 3, 3));
  EXPECT_THAT(ids([](const Order&, const User& user) -> arrow::Result<Id> {
                return Id{user.id};
              }),
              ElementsAre(1, 2, 3));
  const auto failed =
      test_.context()
          .Stream<Order>()
          .Join(by_id, &Order::user_id,
                [](const Order&, const User&) -> arrow::Result<std::optional<Id>> {
                  return arrow::Status::Invalid("no rate for it");
                })
          .Collect();
  EXPECT_EQ(failed.status().message(), "computing row 2: no rate for it");
}

TEST_F(RowsTest, MembersStandWhereFunctionsDo) {
  test_.Give<User>({{1, "one"}, {0, "none"}, {3, "three"}});
  const auto names =
      test_.context().Stream<User>().Filter(&User::id).Transform(&User::name).Collect();
  ASSERT_THAT(names, IsOk());
  EXPECT_THAT(std::vector<std::string_view>(names->begin(), names->end()),
              ElementsAre("one", "three"));
}

TEST_F(RowsTest, AKeyThatTwoRowsHaveIsRefusedUnlessAskedFor) {
  test_.Give<User>({{1, "one"}, {2, "two"}, {1, "uno"}});
  const auto users = test_.context().Load<User>();
  EXPECT_THAT(users->IndexBy(&User::id), HasKind(ErrorKind::kTask));
  const auto all = users->IndexByMulti(&User::id);
  ASSERT_THAT(all, IsOk());
  ASSERT_EQ(all->FindAll(1).size(), 2U);
  EXPECT_EQ(all->FindAll(1)[1]->name, "uno");
  EXPECT_TRUE(all->FindAll(3).empty());
}

TEST_F(RowsTest, WhatAFunctionThrowsFailsTheTaskAndNamesTheRow) {
  test_.Give(Orders(3000));
  const auto make = [](const Order& order) {
    if (order.id == 2000) throw std::runtime_error("no rate for it");
    return Id{order.id};
  };
  const auto status = test_.context().Stream<Order>().Transform(make).WriteParquet("ids");
  EXPECT_THAT(status, HasKind(ErrorKind::kTask));
  EXPECT_EQ(status.status().message(), "computing row 2,001: no rate for it");
  const auto parallel =
      test_.context().Stream<Order>().ParallelTransform(make).WriteParquet("again");
  EXPECT_EQ(parallel.status().message(), "computing row 2,001: no rate for it");
  EXPECT_THAT(test_.Written<Id>("ids"), HasKind(ErrorKind::kUnknownRelation));
}

TEST_F(RowsTest, WhatAnEndOfAChainThrowsNamesTheRowToo) {
  test_.Give(Orders(3000));
  const auto failing = [](const Order& order) {
    if (order.id == 2000) throw std::runtime_error("no rate for it");
  };
  EXPECT_EQ(test_.context().Stream<Order>().ForEach(failing).message(),
            "computing row 2,001: no rate for it");
  const auto groups = test_.context().Stream<Order>().GroupBy(
      &Order::user_id, 0, [&](int&, const Order& order) { failing(order); });
  EXPECT_EQ(groups.status().message(), "computing row 2,001: no rate for it");
}

enum class Mood { sad, happy };

}  // namespace

template <>
struct EnumLabels<Mood> {
  static constexpr std::array<std::string_view, 2> kLabels{"sad", "happy"};
};

namespace {

/// Orders whose texts are the labels of an enum.
struct MoodOfOrder {
  std::optional<Mood> email;
  struct Columns {
    static constexpr NullableColumn<Mood> email{"email", "mood"};
  };
  static constexpr Columns columns{};
  static constexpr Relation kRelation = Order::kRelation;
};
CARMILLA_MODEL(MoodOfOrder, email);

struct EmailOfOrder {
  std::optional<std::string_view> email;
};
CARMILLA_VIEW(EmailOfOrder, Order, email);

TEST_F(RowsTest, ALabelThatTheHeaderLacksNamesItsColumn) {
  test_.Give<EmailOfOrder>({{"sad"}, {"elated"}});
  const auto status = test_.context().Load<MoodOfOrder>().status();
  EXPECT_THAT(status, HasKind(ErrorKind::kStaleHeader));
  EXPECT_EQ(status.message(),
            "reading column email: a label of an enum is not in the generated header");
}

TEST_F(RowsTest, WhatIsWrongWithATableShowsBeforeARowIsRead) {
  test_.Give(Orders(3));
  ASSERT_TRUE(test_.context().Stream<Order>().WriteParquet("orders").ok());
  int read = 0;
  const auto again = test_.context()
                         .Stream<Order>()
                         .Filter([&](const Order&) { return ++read > 0; })
                         .WriteParquet("orders");
  EXPECT_THAT(again, HasKind(ErrorKind::kTask));
  EXPECT_EQ(read, 0);
}

TEST_F(RowsTest, ATestRefusesTablesThatNoLakeCanHave) {
  const auto write = [&](const std::string& name, const WriteOptions& options) {
    return test_.context().From(std::vector<Id>{{1}}).WriteParquet(name, options);
  };
  EXPECT_THAT(write("a/b", {}), HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(write("all", {}), HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(write("ids", {.compression = "zip"}), HasKind(ErrorKind::kTask));
  EXPECT_THAT(write("ids", {.compression = "gzip"}), IsOk());
}

TEST_F(RowsTest, ANullWhereTheStructHasNoRoomIsRefused) {
  internal::RecordWriter<Order> orders;
  std::vector<internal::InvalidCell> invalid;
  orders.Append(std::vector<Order>{{1, {}, 1, {}}}, &invalid);
  const auto batch = orders.Finish();
  ASSERT_THAT(batch, IsOk());
  EXPECT_THAT(internal::CheckColumn(*(*batch)->column_data(1), *arrow::int64(),
                                    /*is_nullable=*/false, "user_id"),
              HasKind(ErrorKind::kStaleHeader));
}

TEST_F(RowsTest, LoadingIsCountedAgainstTheMemory) {
  test_.Give(Orders(10'000));
  ASSERT_THAT(test_.context().Load<Order>(), IsOk());
  EXPECT_GE(test_.reserved_bytes(),
            static_cast<int64_t>(10'000 * (sizeof(Order) + 3 * sizeof(int64_t))));
  test_.set_memory(test_.reserved_bytes() + 1000);
  const auto too_many = test_.context().Load<Order>();
  EXPECT_THAT(too_many, HasKind(ErrorKind::kOutOfMemory));
  EXPECT_THAT(too_many.status().message(), HasSubstr("keeping rows in memory: "));
}

struct Lines {
  std::vector<std::optional<std::string>> lines;
  Report report;
};
CARMILLA_RECORD(Lines, lines, report);

TEST_F(RowsTest, WhatCollectedRowsOwnIsCountedAgainstTheMemory) {
  constexpr int64_t kLong = 1000;
  const std::string text(kLong, 'x');
  const auto bytes_of = [&](const Lines& row) {
    const int64_t before = test_.reserved_bytes();
    EXPECT_THAT(test_.context().From(std::vector<Lines>(100, row)).Collect(), IsOk());
    return test_.reserved_bytes() - before;
  };
  const int64_t none = bytes_of({.lines = {}, .report = {1, "", {}, false}});
  EXPECT_GE(bytes_of({.lines = {}, .report = {1, "", text, false}}), none + 100 * kLong);
  EXPECT_GE(bytes_of({.lines = {text, {}, text}, .report = {1, "", {}, false}}),
            none + 200 * kLong);
  const auto memory = test_.reserved_bytes() + 100 * kLong;
  test_.set_memory(memory);
  EXPECT_THAT(test_.context()
                  .From(std::vector<Id>(100))
                  .Transform([&](const Id&) { return Lines{{text}, {1, "", {}, false}}; })
                  .Collect(),
              HasKind(ErrorKind::kOutOfMemory));
}

TEST_F(RowsTest, WhatIsCollectedIsNotCopied) {
  std::vector<const char*> made;
  const auto rows = test_.context()
                        .From(std::vector<Id>(3000))
                        .Transform([&](const Id&) {
                          Lines lines{{std::string(100, 'x')}, {1, "", {}, false}};
                          made.push_back(lines.lines.front()->data());
                          return lines;
                        })
                        .Collect();
  ASSERT_THAT(rows, IsOk());
  std::vector<const char*> collected;
  for (const Lines& row : *rows) collected.push_back(row.lines.front()->data());
  EXPECT_EQ(collected, made);
}

TEST_F(RowsTest, AnIndexIsCountedAgainstTheMemory) {
  constexpr int64_t kOrders = 10'000;
  test_.Give(Orders(kOrders));
  const auto orders = test_.context().Load<Order>();
  ASSERT_THAT(orders, IsOk());
  const auto bytes_of = [&](const auto& make) {
    const int64_t before = test_.reserved_bytes();
    EXPECT_THAT(make(), IsOk());
    return test_.reserved_bytes() - before;
  };
  const auto by_id = [&] { return orders->IndexBy(&Order::id); };
  const auto by_user = [&] { return orders->IndexByMulti(&Order::user_id); };
  // Places of a hash table, keys, and for each key its row: eight bytes each.
  EXPECT_GE(bytes_of(by_id), kOrders * (2 + 1 + 1) * 8);
  EXPECT_GE(bytes_of(by_user), kOrders * (2 + 1) * 8);
  EXPECT_LT(bytes_of(by_user), bytes_of(by_id) - kOrders * 8);
  test_.set_memory(test_.reserved_bytes() + 1000);
  EXPECT_THAT(by_id(), HasKind(ErrorKind::kOutOfMemory));
  EXPECT_THAT(by_id().status().message(), HasSubstr("indexing 10,000 rows: "));
  EXPECT_THAT(by_user(), HasKind(ErrorKind::kOutOfMemory));
}

TEST_F(RowsTest, TheKeysThatAnIndexOwnsAreCounted) {
  test_.Give(Orders(100));
  const auto orders = test_.context().Load<Order>();
  test_.set_memory(test_.reserved_bytes() + 100 * 1000);
  const auto by_text = orders->IndexBy([](const Order& order) {
    return std::string(1000, 'x') + std::to_string(order.id);
  });
  EXPECT_THAT(by_text, HasKind(ErrorKind::kOutOfMemory));
}

TEST_F(RowsTest, GroupsAreCountedAgainstTheMemory) {
  constexpr int64_t kOrders = 10'000;
  test_.Give(Orders(kOrders));
  const auto bytes_by = [&](const auto& key) {
    const int64_t before = test_.reserved_bytes();
    EXPECT_THAT(test_.context().Stream<Order>().SumBy(key, &Order::amount), IsOk());
    return test_.reserved_bytes() - before;
  };
  EXPECT_GE(bytes_by(&Order::id),
            kOrders * static_cast<int64_t>(2 * sizeof(int64_t) + sizeof(Sum<double>)));
  EXPECT_LT(bytes_by(&Order::user_id), 10'000);
  const auto text_of = [](const Order& order) {
    return std::string(1000, 'x') + std::to_string(order.id % 10);
  };
  EXPECT_GE(bytes_by(text_of), 10 * 1000);
  test_.set_memory(test_.reserved_bytes() + 10'000);
  const auto sums = test_.context().Stream<Order>().SumBy(&Order::id, &Order::amount);
  EXPECT_THAT(sums, HasKind(ErrorKind::kOutOfMemory));
  EXPECT_THAT(sums.status().message(), HasSubstr("grouping rows by 1,024 keys: "));
}

TEST_F(RowsTest, OneRowOfABatchIsCountedAsTheWholeBatch) {
  test_.Give(Orders(100'000));
  const auto one = test_.context()
                       .Stream<Order>()
                       .Filter([](const Order& order) { return order.id == 50'000; })
                       .Collect();
  ASSERT_THAT(one, IsOk());
  ASSERT_EQ(one->size(), 1U);
  EXPECT_GE(test_.reserved_bytes(), static_cast<int64_t>(100'000 * 3 * sizeof(int64_t)));
}

TEST_F(RowsTest, WhatIsCollectedKeepsTheIndexThatItViews) {
  test_.Give(Orders(3000));
  test_.Give<User>({{3, "a name that is too long for a small string"}});
  const auto joined = [&]() -> arrow::Result<Table<Report>> {
    ARROW_ASSIGN_OR_RAISE(const auto users, test_.context().Load<User>());
    ARROW_ASSIGN_OR_RAISE(const auto by_id, users.IndexBy(&User::id));
    return test_.context()
        .Stream<Order>()
        .Join(by_id, &Order::user_id,
              [](const Order& order, const User& user) -> Report {
                return {order.id, user.name, {}, false};
              })
        .Collect();
  }();
  ASSERT_THAT(joined, IsOk());
  ASSERT_EQ(joined->size(), 300U);
  for (const Report& report : *joined) {
    EXPECT_EQ(report.name, "a name that is too long for a small string");
  }
}

TEST_F(RowsTest, RowsAreCountedAsTheyComeAlsoOnSeveralThreads) {
  test_.Give(Orders(10'000));
  const auto status = test_.context()
                          .Stream<Order>()
                          .Filter([](const Order& order) { return order.id % 100 == 0; })
                          .ParallelTransform([](const Order& order) {
                            if (order.id == 2000) throw std::runtime_error("stop");
                            return Id{order.id};
                          })
                          .WriteParquet("ids");
  EXPECT_EQ(status.status().message(), "computing row 21: stop");
}

TEST_F(RowsTest, LargeTextsAreWrittenInSmallBatches) {
  const std::string large(300'000, 'x');
  ASSERT_TRUE(test_.context()
                  .From(std::vector<Report>(1000, Report{1, large, {}, false}))
                  .WriteParquet("report")
                  .ok());
  EXPECT_EQ(test_.Written<Report>("report")->size(), 1000U);
}

TEST_F(RowsTest, AChainIsUsedOnce) {
  auto first = test_.context().Stream<Order>();
  auto second = std::move(first).Filter([](const Order& order) { return order.id > 0; });
  EXPECT_THAT(std::move(first).ForEach([](const Order&) {}), HasKind(ErrorKind::kTask));
  EXPECT_THAT(std::move(second).ForEach([](const Order&) {}), IsOk());
}

TEST_F(RowsTest, ATextThatIsNoUtf8IsRefused) {
  test_.Give(Orders(2));
  const auto status = test_.context()
                          .Stream<Order>()
                          .Transform([](const Order& order) -> Report {
                            return {order.id, order.id == 0 ? "\xC3" : "\xA4", {}, false};
                          })
                          .WriteParquet("report");
  EXPECT_THAT(status, HasKind(ErrorKind::kTask));
}

TEST_F(RowsTest, AMemberIsAddedUpByKey) {
  test_.Give<Order>({{1, 7, 2, {}}, {2, {}, 3, {}}, {3, 7, 4, {}}, {4, 5, 1, {}}});
  const auto sums =
      test_.context().Stream<Order>().SumBy(&Order::user_id, &Order::amount);
  ASSERT_THAT(sums, IsOk());
  ASSERT_EQ(sums->size(), 3U);
  EXPECT_EQ(sums->begin()->first, 7);
  EXPECT_EQ(sums->Find(7)->sum, 6);
  EXPECT_EQ(sums->Find(7)->rows, 2);
  EXPECT_EQ(sums->Find(std::nullopt)->sum, 3);
  EXPECT_EQ(sums->Find(6), nullptr);
}

TEST_F(RowsTest, WhatAFunctionReturnsIsAddedUpToo) {
  const auto sums = test_.context()
                        .From(std::vector<Id>{{1}, {2}, {4}})
                        .SumBy([](const Id& id) { return id.id % 2; },
                               [](const Id& id) { return Round<9, 2>(id.id); });
  ASSERT_THAT(sums, IsOk());
  EXPECT_EQ(sums->Find(0)->sum.ToString(), "6.00");
}

TEST_F(RowsTest, IntegersAddUpExactly) {
  constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
  const auto sums =
      test_.context()
          .From(std::vector<Id>{{kLargest}, {kLargest}})
          .SumBy([](const Id&) { return std::string_view("all"); }, &Id::id);
  ASSERT_THAT(sums, IsOk());
  EXPECT_EQ(sums->Find("all")->sum.ToString(), "18446744073709551614");
}

TEST_F(RowsTest, RowsOfTheTasksOwnMakingAreWritten) {
  ASSERT_TRUE(test_.context()
                  .From(std::vector<Id>(3000, Id{1}))
                  .Filter([](const Id& id) { return id.id == 1; })
                  .WriteParquet("ids")
                  .ok());
  EXPECT_EQ(test_.Written<Id>("ids")->size(), 3000U);
}

struct Money {
  int64_t id;
  Decimal<9, 2> amount;
};
CARMILLA_RECORD(Money, id, amount);

TEST_F(RowsTest, AValueThatIsNoneFailsTheTaskOrIsNull) {
  const auto write = [&](const std::string& name, const WriteOptions& options) {
    return test_.context()
        .From(std::vector<Id>{{1}, {20}, {3}})
        .Transform([](const Id& id) -> Money {
          return {id.id, Round<9, 2>(Round<9, 2>(5) / (id.id - 20))};
        })
        .WriteParquet(name, options);
  };
  const auto failed = write("money", {.key = "id"});
  EXPECT_THAT(failed, HasKind(ErrorKind::kData));
  EXPECT_THAT(
      failed.status().message(),
      HasSubstr("writing money: column amount, row 2 (id 20): a division by zero"));
  EXPECT_THAT(write("more", {}).status().message(), HasSubstr("row 2: a division"));
  test_.set_on_invalid(internal::InvalidValue::kNull);
  ASSERT_TRUE(write("nulls", {}).ok());
  EXPECT_EQ(test_.invalid_cells(), 1);
}

TEST_F(RowsTest, ATableWithoutRowsIsWrittenToo) {
  ASSERT_TRUE(test_.context()
                  .Stream<Order>()
                  .Transform([](const Order& order) { return Id{order.id}; })
                  .WriteParquet("ids")
                  .ok());
  EXPECT_TRUE(test_.Written<Id>("ids")->empty());
}

struct Total {
  std::string name;
  std::optional<int64_t> orders;
  std::optional<std::vector<int64_t>> ids;
  bool operator==(const Total&) const = default;
};
CARMILLA_RECORD(Total, name, CARMILLA_FIELD(orders, "count"), ids);

TEST_F(RowsTest, AQueryIsReadIntoARecordThatOwnsItsTexts) {
  const std::string sql =
      "SELECT name, count(*), array_agg(id) AS ids FROM ... WHERE id > $1 AND name <> $2";
  test_.GiveQuery<Total>(sql, {{"a", 2, {{1, 2}}}, {"b", {}, {}}});
  const auto totals = test_.context().Query<Total>(sql, 5, "text").Collect();
  ASSERT_THAT(totals, IsOk());
  ASSERT_EQ(totals->size(), 2U);
  EXPECT_EQ((*totals)[0], (Total{"a", 2, {{1, 2}}}));
  EXPECT_EQ((*totals)[1], (Total{"b", {}, {}}));
}

TEST_F(RowsTest, AQueryThatNamesOtherValuesThanItIsGivenFailsAsInARun) {
  const std::string sql = "SELECT name FROM users WHERE id = $1";
  test_.GiveQuery<User>(sql, {{1, "Ada"}});
  EXPECT_THAT(test_.context().Query<User>(sql, 1).Collect(), IsOk());
  EXPECT_THAT(test_.context().Query<User>(sql).Collect(), HasKind(ErrorKind::kTask));
  EXPECT_THAT(test_.context().Query<User>(sql, 1, 2).Collect(),
              HasKind(ErrorKind::kTask));
}

TEST_F(RowsTest, AQueryIsReadIntoAModel) {
  test_.GiveQuery<User>("SELECT 1", {{1, "Ada"}});
  const auto users = test_.context().Query<User>("SELECT 1").Collect();
  ASSERT_THAT(users, IsOk());
  EXPECT_EQ((*users)[0].name, "Ada");
}

TEST_F(RowsTest, TheLakeAndAthenaAreReadAsQueriesAre) {
  test_.GiveLake<Id>("ids", {{1}, {2}});
  test_.GiveAthena<Id>("SELECT id FROM ids", {{3}});
  Context& context = test_.context();
  const auto more = [](const Id& id) { return id.id > 1; };
  const auto of_lake = context.Lake<Id>("ids").Filter(more).Collect();
  ASSERT_THAT(of_lake, IsOk());
  ASSERT_EQ(of_lake->size(), 1U);
  EXPECT_EQ((*of_lake)[0], Id{2});
  const auto of_athena = context.Athena<Id>("SELECT id FROM ids").Collect();
  ASSERT_THAT(of_athena, IsOk());
  EXPECT_EQ((*of_athena)[0], Id{3});
  EXPECT_THAT(context.Lake<Id>("id").Collect(), HasKind(ErrorKind::kUnknownRelation));
  EXPECT_THAT(context.Athena<Id>("ids").Collect(), HasKind(ErrorKind::kUnknownRelation));
}

TEST_F(RowsTest, AQueryWithoutRowsOfTheTestFails) {
  const auto totals = test_.context().Query<Total>("SELECT 2").Collect();
  EXPECT_THAT(totals, HasKind(ErrorKind::kUnknownRelation));
  EXPECT_THAT(totals.status().message(), HasSubstr("SELECT 2"));
}

struct MaybeTotal {
  std::optional<std::string> name;
};
CARMILLA_RECORD(MaybeTotal, name);

struct Nested {
  std::vector<std::optional<int64_t>> ids;
};
CARMILLA_RECORD(Nested, ids);
struct Strict {
  std::vector<int64_t> ids;
};
CARMILLA_RECORD(Strict, ids);
struct Name {
  std::string name;
};
CARMILLA_RECORD(Name, name);

TEST_F(RowsTest, ANullWithoutRoomIsNeverReadAsAValue) {
  test_.GiveQuery<MaybeTotal>("a", {{"x"}, {std::nullopt}});
  const auto names = test_.context().Query<Name>("a").Collect();
  EXPECT_THAT(names, HasKind(ErrorKind::kStaleHeader));
  EXPECT_THAT(names.status().message(), HasSubstr("name"));
  test_.GiveQuery<Nested>("b", {{{1, std::nullopt}}});
  EXPECT_THAT(test_.context().Query<Strict>("b").Collect(),
              HasKind(ErrorKind::kStaleHeader));
}

struct NamedUuid {
  Uuid name;
};
CARMILLA_RECORD(NamedUuid, name);

TEST_F(RowsTest, ATextThatIsNoUuidFailsTheTask) {
  test_.GiveQuery<Name>("a", {{"no uuid"}});
  EXPECT_THAT(test_.context().Query<NamedUuid>("a").Collect(),
              HasKind(ErrorKind::kStaleHeader));
}

}  // namespace
}  // namespace carmilla
