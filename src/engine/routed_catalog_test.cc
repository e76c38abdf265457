#include "engine/routed_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Names = std::vector<std::string>;

/// Remembers what it is told.
class RememberingCatalog : public Catalog {
 public:
  explicit RememberingCatalog(std::string settler) : settler_(std::move(settler)) {}

  arrow::Status Prepare() override {
    ++prepared;
    return arrow::Status::OK();
  }
  arrow::Status Follow(std::string_view table, const ReadCurrent& /*current*/) override {
    followed.emplace_back(table);
    return arrow::Status::OK();
  }
  arrow::Status Settle(const Names& tables, const Names& published,
                       const std::stop_token& /*stop*/) override {
    settled = tables;
    settled_for = published;
    if (meeting != nullptr) meeting->arrive_and_wait();
    return outcome;
  }
  std::string SettledBy(const Names& /*published*/) const override { return settler_; }

  int prepared = 0;
  Names followed;
  Names settled;
  Names settled_for;
  arrow::Status outcome;
  std::barrier<>* meeting = nullptr;

 private:
  const std::string settler_;
};

class RoutedCatalogTest : public ::testing::Test {
 protected:
  std::shared_ptr<RememberingCatalog> rest_ =
      std::make_shared<RememberingCatalog>("crawler a");
  std::shared_ptr<RememberingCatalog> finance_ =
      std::make_shared<RememberingCatalog>("crawler b");
  std::shared_ptr<RememberingCatalog> direct_ = std::make_shared<RememberingCatalog>("");
  RoutedCatalog catalog_{
      rest_, {{"bills", finance_}, {"payments", finance_}, {"clicks", direct_}}};
};

TEST_F(RoutedCatalogTest, PreparesEachOnce) {
  ASSERT_OK(catalog_.Prepare());
  EXPECT_EQ(rest_->prepared, 1);
  EXPECT_EQ(finance_->prepared, 1);
  EXPECT_EQ(direct_->prepared, 1);
}

TEST_F(RoutedCatalogTest, FollowsATableInItsOwn) {
  for (const char* table : {"orders", "bills", "clicks"}) {
    ASSERT_OK(catalog_.Follow(table, nullptr));
  }
  EXPECT_THAT(rest_->followed, ElementsAre("orders"));
  EXPECT_THAT(finance_->followed, ElementsAre("bills"));
  EXPECT_THAT(direct_->followed, ElementsAre("clicks"));
}

TEST_F(RoutedCatalogTest, SettlesOnlyWhereSomethingWasPublishedButWithAllTables) {
  const Names all = {"bills", "clicks", "orders", "payments"};
  EXPECT_EQ(catalog_.SettledBy({"bills", "clicks"}), "crawler b");
  ASSERT_OK(catalog_.Settle(all, {"bills", "clicks"}, {}));
  EXPECT_THAT(finance_->settled, ElementsAre("bills", "payments"));
  EXPECT_THAT(finance_->settled_for, ElementsAre("bills"));
  EXPECT_THAT(rest_->settled, IsEmpty());
  EXPECT_THAT(direct_->settled, IsEmpty());
  EXPECT_EQ(catalog_.SettledBy({"clicks"}), "");
}

TEST_F(RoutedCatalogTest, SettlesAllAtOnce) {
  std::barrier meeting(2);
  rest_->meeting = finance_->meeting = &meeting;
  EXPECT_EQ(catalog_.SettledBy({"orders", "bills"}), "crawler a and crawler b");
  ASSERT_OK(catalog_.Settle({"bills", "orders"}, {"orders", "bills"}, {}));
  EXPECT_THAT(rest_->settled, ElementsAre("orders"));
}

TEST_F(RoutedCatalogTest, TellsOfEveryFailure) {
  rest_->outcome = MakeError(ErrorKind::kTimeout, "a is at work", "wait");
  finance_->outcome = MakeError(ErrorKind::kUnavailable, "b failed");
  const arrow::Status status =
      catalog_.Settle({"bills", "orders"}, {"orders", "bills"}, {});
  EXPECT_THAT(status, HasKind(ErrorKind::kTimeout));
  EXPECT_THAT(status.message(), HasSubstr("a is at work; b failed"));
  EXPECT_EQ(HintOf(status), "wait");
}

}  // namespace
}  // namespace carmilla
