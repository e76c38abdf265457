#include "aws/glue_crawler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "aws/glue_fixture.h"
#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kRoot[] = "s3://lake/raw";

HttpResponse Ok(const Json& json) { return {.status = 200, .body = DumpJson(json)}; }

/// A Glue with one crawler, whose crawls end when they are looked at often enough.
class GlueCrawlerTest : public ::testing::Test {
 protected:
  GlueCrawlerTest() {
    glue_->databases.insert("raw");
    glue_->before = [this](std::string_view operation) { return Answer(operation); };
  }

  std::optional<HttpResponse> Answer(std::string_view operation) {
    if (operation.find("Crawler") == std::string_view::npos) return std::nullopt;
    calls_.emplace_back(operation);
    if (lost_ == operation) {
      lost_.clear();
      if (operation == "StartCrawler") Begin();
      if (operation == "CreateCrawler") is_there_ = true;
      return GlueError("InternalServiceException", 500);
    }
    if (operation == "GetCrawler") return Show();
    if (looks_until_ready_ > 0) return GlueError("CrawlerRunningException");
    if (operation == "StartCrawler") Begin();
    if (operation == "CreateCrawler" && std::exchange(is_there_, true)) {
      return GlueError("AlreadyExistsException");
    }
    return Ok(Json::object());
  }

  HttpResponse Show() {
    if (!is_there_) return GlueError("EntityNotFoundException");
    const bool is_ready = looks_until_ready_ == 0;
    if (!is_ready && --looks_until_ready_ == 0) ++crawls_;
    Json crawler = {{"Name", "lake"},
                    {"DatabaseName", database_},
                    {"Targets", targets_},
                    {"State", is_ready ? "READY" : "RUNNING"}};
    if (crawls_ > 0) {
      crawler["LastCrawl"] = {{"StartTime", crawls_},
                              {"Status", status_},
                              {"ErrorMessage", "no access"},
                              {"LogGroup", "/aws-glue/crawlers"},
                              {"LogStream", "lake"}};
    }
    return Ok({{"Crawler", crawler}});
  }

  void Begin() { looks_until_ready_ = 2; }

  arrow::Status Settle(std::vector<std::string> tables = {"orders"}) {
    GlueCrawlerOptions options{.name = "lake",
                               .role = "glue",
                               .root = kRoot,
                               .time_limit = time_limit_,
                               .first_wait = milliseconds(1),
                               .longest_wait = milliseconds(2)};
    return GlueCrawlerCatalog(ClientOf(glue_), "raw", options).Settle(tables, tables, {});
  }

  int64_t Count(std::string_view operation) const {
    return std::ranges::count(calls_, operation);
  }

  std::shared_ptr<GlueInMemory> glue_ = std::make_shared<GlueInMemory>();
  std::vector<std::string> calls_;
  std::string lost_;  ///< The operation whose first answer is lost.
  std::string database_ = "raw";
  std::string status_ = "SUCCEEDED";
  Json targets_ = CrawlerTargets(Json::object(), kRoot, {"orders"});
  bool is_there_ = true;
  int looks_until_ready_ = 0;
  int crawls_ = 7;
  std::chrono::seconds time_limit_{60};
};

TEST_F(GlueCrawlerTest, StartsAndWaitsForTheEnd) {
  ASSERT_OK(Settle());
  EXPECT_EQ(Count("StartCrawler"), 1);
  EXPECT_EQ(Count("UpdateCrawler"), 0) << "nothing was missing";
  EXPECT_EQ(crawls_, 8);
}

TEST_F(GlueCrawlerTest, ACrawlThatIsGoingOnIsFollowedByAnother) {
  looks_until_ready_ = 5;
  ASSERT_OK(Settle());
  EXPECT_EQ(crawls_, 9) << "the first one may have passed a table before it was there";
}

TEST_F(GlueCrawlerTest, TargetsAreAddedAlsoWhileItIsAtWork) {
  looks_until_ready_ = 4;
  ASSERT_OK(Settle({"orders", "items"}));
  EXPECT_EQ(crawls_, 9);
  EXPECT_GE(Count("UpdateCrawler"), 2) << "refused at first";
}

TEST_F(GlueCrawlerTest, ACrawlerThatIsAlwaysAtWorkIsGivenUpAfterTwentyAttempts) {
  looks_until_ready_ = 1000;
  const arrow::Status status = Settle();
  EXPECT_THAT(status, HasKind(ErrorKind::kTimeout));
  EXPECT_THAT(status.message(), HasSubstr("the tables are published"));
  EXPECT_EQ(Count("GetCrawler"), 1 + 20);
  EXPECT_EQ(Count("StartCrawler"), 0);
}

TEST_F(GlueCrawlerTest, TheTimeLimitHolds) {
  time_limit_ = std::chrono::seconds(0);
  EXPECT_THAT(Settle(), HasKind(ErrorKind::kTimeout));
  EXPECT_EQ(Count("StartCrawler"), 1);
}

TEST_F(GlueCrawlerTest, ALostAnswerOfStartIsFoundOut) {
  lost_ = "StartCrawler";
  ASSERT_OK(Settle());
  EXPECT_EQ(crawls_, 8) << "the crawl that was begun is the one that counts";
}

TEST_F(GlueCrawlerTest, AMissingCrawlerIsMade) {
  is_there_ = false;
  crawls_ = 0;
  ASSERT_OK(Settle());
  EXPECT_THAT(calls_, ::testing::IsSupersetOf({"CreateCrawler", "StartCrawler"}));
  EXPECT_EQ(crawls_, 1);
}

TEST_F(GlueCrawlerTest, ALostAnswerOfCreateIsFoundOut) {
  is_there_ = false;
  lost_ = "CreateCrawler";
  ASSERT_OK(Settle());
  EXPECT_EQ(Count("StartCrawler"), 1);
  EXPECT_EQ(Count("CreateCrawler"), 2) << "the second one met the first";
}

TEST_F(GlueCrawlerTest, AFailedCrawlIsTold) {
  status_ = "FAILED";
  const arrow::Status status = Settle();
  EXPECT_THAT(status, HasKind(ErrorKind::kUnavailable));
  EXPECT_THAT(status.message(), HasSubstr("the crawl ended as FAILED: no access"));
  status_ = "CANCELLED";
  EXPECT_THAT(Settle(), HasKind(ErrorKind::kServerCancelled));
}

TEST_F(GlueCrawlerTest, WhatCannotBeShownIsRefused) {
  GlueCrawlerCatalog catalog(ClientOf(glue_), "raw", {.name = "lake", .root = kRoot});
  ASSERT_OK(catalog.Follow("orders", [] { return std::optional<CatalogTable>(); }));
  const auto refuse = []() -> arrow::Result<std::optional<CatalogTable>> {
    return MakeError(ErrorKind::kConfiguration, "versions of two layouts");
  };
  EXPECT_THAT(catalog.Follow("orders", refuse), HasKind(ErrorKind::kConfiguration));
}

TEST_F(GlueCrawlerTest, ACrawlerOfAnotherDatabaseIsRefused) {
  database_ = "theirs";
  EXPECT_THAT(Settle(), HasKind(ErrorKind::kConfiguration));
  EXPECT_EQ(Count("UpdateCrawler") + Count("StartCrawler"), 0);
}

TEST(CrawlerTargetsTest, KeepsWhatIsThereAndLeavesOwnFilesOut) {
  const Json theirs = {{"S3Targets",
                        {{{"Path", "s3://other/data"}, {"Exclusions", Json::array()}},
                         {{"Path", "s3://lake/raw/gone"}, {"Exclusions", {"x"}}},
                         {{"Path", "s3://lake/raw/orders"}}}},
                       {"JdbcTargets", {{{"ConnectionName", "db"}}}}};
  const Json all = CrawlerTargets(theirs, kRoot, {"items", "orders"});
  EXPECT_EQ(all["JdbcTargets"], theirs["JdbcTargets"]);
  const Json own = {"_carmilla/**", "**20[0-9]*T[0-9]*Z-*/**"};
  EXPECT_EQ(all["S3Targets"],
            Json::array({theirs["S3Targets"][0],
                         theirs["S3Targets"][1],
                         {{"Path", "s3://lake/raw/orders"}, {"Exclusions", own}},
                         {{"Path", "s3://lake/raw/items/"}, {"Exclusions", own}}}));
  EXPECT_EQ(CrawlerTargets(all, kRoot, {"orders"}), all) << "a part narrows nothing";
}

}  // namespace
}  // namespace carmilla
