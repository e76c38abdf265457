#include "aws/glue_catalog.h"

#include <optional>
#include <string>

#include "aws/glue_fixture.h"
#include "aws/glue_format.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

class GlueCatalogTest : public ::testing::Test {
 protected:
  static CatalogTable Version(const std::string& run_id,
                              const std::vector<std::string>& days = {}) {
    CatalogTable table{.table = "t",
                       .run_id = run_id,
                       .location = "s3://lake/t/" + run_id + "/",
                       .columns = {{.name = "id", .type = "int"}}};
    if (days.empty()) return table;
    table.location = "s3://lake/t/";
    table.partition_columns = {{.name = "dt", .type = "date"}};
    for (const std::string& day : days) {
      table.partitions.push_back(
          {.values = {day}, .location = "s3://lake/t/dt=" + day + "/" + run_id + "/"});
    }
    return table;
  }

  Catalog::ReadCurrent Pointer() {
    return [this]() -> arrow::Result<std::optional<CatalogTable>> { return pointer_; };
  }

  arrow::Status Follow(GlueCatalogOptions options = {}) {
    return GlueCatalog(ClientOf(glue_), "raw", std::move(options)).Follow("t", Pointer());
  }

  std::string ShownRun() {
    const auto found = glue_->tables.find("t");
    if (found == glue_->tables.end()) return "none";
    return found->second["Parameters"].value(kGlueRunMarker, "somebody's");
  }

  void SetUp() override { glue_->databases = {"raw"}; }

  std::optional<CatalogTable> pointer_ = Version("1");
  std::shared_ptr<GlueInMemory> glue_ = std::make_shared<GlueInMemory>();
};

TEST_F(GlueCatalogTest, MakesAMissingDatabaseOnce) {
  glue_->databases.clear();
  GlueCatalog catalog(ClientOf(glue_), "raw");
  EXPECT_OK(catalog.Prepare());
  EXPECT_THAT(glue_->databases, ElementsAre("raw"));
  glue_->operations.clear();
  EXPECT_OK(catalog.Prepare());
  EXPECT_THAT(glue_->operations, ElementsAre("GetDatabase"));
}

TEST_F(GlueCatalogTest, ADatabaseThatAnotherRunMadeMeanwhileIsFine) {
  glue_->databases.clear();
  glue_->before = [this](std::string_view operation) -> std::optional<HttpResponse> {
    if (operation == "CreateDatabase") glue_->databases.insert("raw");
    return std::nullopt;
  };
  EXPECT_OK(GlueCatalog(ClientOf(glue_), "raw").Prepare());
}

TEST_F(GlueCatalogTest, FollowsVersionAfterVersion) {
  EXPECT_OK(Follow());
  EXPECT_EQ(ShownRun(), "1");
  pointer_ = Version("2");
  EXPECT_OK(Follow());
  EXPECT_EQ(ShownRun(), "2");
  EXPECT_EQ(glue_->tables["t"]["StorageDescriptor"]["Location"], "s3://lake/t/2/");
}

TEST_F(GlueCatalogTest, ChangesNothingWhenThereIsNothingToDo) {
  pointer_ = Version("1", {"2024-05-01", "2024-05-02"});
  ASSERT_OK(Follow());
  glue_->operations.clear();
  EXPECT_OK(Follow());
  EXPECT_THAT(glue_->operations, ElementsAre("GetTable", "GetPartitions"));
}

TEST_F(GlueCatalogTest, ATableThatWasNeverPublishedIsNotMade) {
  pointer_ = std::nullopt;
  EXPECT_OK(Follow());
  EXPECT_EQ(ShownRun(), "none");
}

TEST_F(GlueCatalogTest, PartitionsComeMoveAndGo) {
  pointer_ = Version("1", {"2024-05-01", "2024-05-02", "2024-05-03"});
  ASSERT_OK(Follow());
  EXPECT_THAT(glue_->Locations("t"),
              ElementsAre("s3://lake/t/dt=2024-05-01/1/", "s3://lake/t/dt=2024-05-02/1/",
                          "s3://lake/t/dt=2024-05-03/1/"));
  pointer_ = Version("2", {"2024-05-02", "2024-05-03", "2024-05-04"});
  ASSERT_OK(Follow());
  EXPECT_THAT(glue_->Locations("t"),
              ElementsAre("s3://lake/t/dt=2024-05-02/2/", "s3://lake/t/dt=2024-05-03/2/",
                          "s3://lake/t/dt=2024-05-04/2/"));
}

TEST_F(GlueCatalogTest, ManyPartitionsGoInBatchesThatTheApiTakes) {
  std::vector<std::string> days;
  for (int day = 100; day < 330; ++day) days.push_back(std::to_string(day));
  pointer_ = Version("1", days);
  ASSERT_OK(Follow());
  EXPECT_EQ(glue_->Locations("t").size(), 230);
  pointer_ = Version("2", {"100"});
  EXPECT_OK(Follow());
  EXPECT_THAT(glue_->Locations("t"), ElementsAre("s3://lake/t/dt=100/2/"));
}

TEST_F(GlueCatalogTest, OtherColumnsReachPartitionsThatStayWhereTheyAre) {
  pointer_ = Version("1", {"2024-05-01"});
  ASSERT_OK(Follow());
  pointer_->run_id = "2";
  pointer_->columns[0].type = "bigint";
  ASSERT_OK(Follow());
  const Json partition = glue_->partitions["t"].begin()->second;
  EXPECT_EQ(partition["StorageDescriptor"]["Columns"][0]["Type"], "bigint");
}

TEST_F(GlueCatalogTest, RefusesSomebodyElsesTableEvenBeforeTheFirstVersion) {
  glue_->tables["t"] = {{"Name", "t"}, {"VersionId", "0"}};
  for (const bool is_published : {true, false}) {
    if (!is_published) pointer_ = std::nullopt;
    const arrow::Status refused = Follow();
    EXPECT_THAT(refused, HasKind(ErrorKind::kConfiguration));
    EXPECT_THAT(refused, StatusMessageHas("raw.t"));
    EXPECT_THAT(refused, StatusHintHas("adopt: true"));
  }
  EXPECT_EQ(glue_->tables["t"].size(), 2) << "untouched";
}

TEST_F(GlueCatalogTest, AdoptsATableWhenToldTo) {
  glue_->tables["t"] = {
      {"Name", "t"}, {"VersionId", "0"}, {"Parameters", {{"owner", "ada"}}}};
  EXPECT_OK(Follow({.is_adopting = true}));
  EXPECT_EQ(ShownRun(), "1");
  EXPECT_EQ(glue_->tables["t"]["Parameters"]["owner"], "ada");
  EXPECT_OK(Follow()) << "it is ours now";
}

TEST_F(GlueCatalogTest, AViewIsNeverTakenOver) {
  glue_->tables["t"] = {{"Name", "t"}, {"VersionId", "0"}, {"TableType", "VIRTUAL_VIEW"}};
  EXPECT_THAT(Follow({.is_adopting = true}), HasKind(ErrorKind::kConfiguration));
}

TEST_F(GlueCatalogTest, SaysThatPartitionColumnsCannotChange) {
  ASSERT_OK(Follow());
  pointer_ = Version("2", {"2024-05-01"});
  const arrow::Status refused = Follow();
  EXPECT_THAT(refused, HasKind(ErrorKind::kUnsupported));
  EXPECT_THAT(refused, StatusHintHas("delete the table in Glue"));
}

TEST_F(GlueCatalogTest, AProcessThatSleptDoesNotMoveTheTableBack) {
  ASSERT_OK(Follow());
  pointer_ = Version("2");
  bool slept = false;
  glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
    if (operation != "UpdateTable" || std::exchange(slept, true)) return std::nullopt;
    // Between the read of the pointer and the update, another run publishes.
    pointer_ = Version("3");
    EXPECT_OK(Follow());
    return std::nullopt;
  };
  EXPECT_OK(Follow());
  EXPECT_EQ(ShownRun(), "3");
}

TEST_F(GlueCatalogTest, AProcessThatSleptPutsRightThePartitionsThatItMoved) {
  pointer_ = Version("1", {"2024-05-01"});
  ASSERT_OK(Follow());
  pointer_ = Version("2", {"2024-05-01", "2024-05-02"});
  bool slept = false;
  glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
    if (operation != "BatchUpdatePartition" || std::exchange(slept, true)) {
      return std::nullopt;
    }
    pointer_ = Version("3", {"2024-05-01"});
    EXPECT_OK(Follow());
    return std::nullopt;
  };
  EXPECT_OK(Follow());
  EXPECT_EQ(ShownRun(), "3");
  EXPECT_THAT(glue_->Locations("t"), ElementsAre("s3://lake/t/dt=2024-05-01/3/"));
}

TEST_F(GlueCatalogTest, LostAnswersAreFoundOutByReading) {
  for (const std::string lost : {"CreateTable", "UpdateTable", "BatchCreatePartition",
                                 "BatchUpdatePartition", "BatchDeletePartition"}) {
    glue_ = std::make_shared<GlueInMemory>();
    glue_->databases = {"raw"};
    if (lost != "CreateTable") {
      pointer_ = Version("1", {"2024-05-01", "2024-05-02"});
      ASSERT_OK(Follow());
    }
    pointer_ = Version("2", {"2024-05-02", "2024-05-03"});
    int times = 0;
    glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
      if (operation != lost || ++times > 2) return std::nullopt;
      return HttpResponse{};
    };
    EXPECT_OK(Follow()) << lost;
    EXPECT_GE(times, 1) << lost;
    EXPECT_EQ(ShownRun(), "2") << lost;
    EXPECT_THAT(glue_->Locations("t"), ElementsAre("s3://lake/t/dt=2024-05-02/2/",
                                                   "s3://lake/t/dt=2024-05-03/2/"))
        << lost;
  }
}

TEST_F(GlueCatalogTest, ThrottlingIsWaitedOut) {
  int times = 0;
  glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
    if (operation != "CreateTable" || ++times > 2) return std::nullopt;
    return GlueError("ThrottlingException");
  };
  EXPECT_OK(Follow());
  EXPECT_EQ(ShownRun(), "1");
}

TEST_F(GlueCatalogTest, LooksAtEveryElementOfAPartlyFailedBatch) {
  pointer_ = Version("1", {"2024-05-01", "2024-05-02"});
  glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
    if (operation != "BatchCreatePartition") return std::nullopt;
    return HttpResponse{
        .status = 200,
        .body = R"({"Errors": [{"PartitionValues": ["2024-05-02"], "ErrorDetail":
                 {"ErrorCode": "ResourceNumberLimitExceededException",
                  "ErrorMessage": "too many partitions"}}]})"};
  };
  const arrow::Status failed = Follow();
  EXPECT_THAT(failed, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(failed, StatusMessageHas("too many partitions"));
  EXPECT_THAT(failed, StatusMessageHas("glue:BatchCreatePartition"));
}

TEST_F(GlueCatalogTest, RepeatsTheElementsOfABatchThatTheServiceFailed) {
  pointer_ = Version("1", {"2024-05-01", "2024-05-02"});
  int times = 0;
  glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
    if (operation != "BatchCreatePartition" || ++times > 2) return std::nullopt;
    return HttpResponse{
        .status = 200,
        .body = R"({"Errors": [{"PartitionValues": ["2024-05-02"], "ErrorDetail":
                 {"ErrorCode": "InternalServiceException", "ErrorMessage": "oops"}}]})"};
  };
  EXPECT_OK(Follow());
  EXPECT_EQ(times, 3);
  EXPECT_EQ(glue_->Locations("t").size(), 2);
}

TEST_F(GlueCatalogTest, SaysWhatTheServiceSaidWhenItNeverMakesAChange) {
  glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
    if (operation != "CreateTable") return std::nullopt;
    return GlueError("InternalServiceException", 500);
  };
  const arrow::Status failed = Follow();
  EXPECT_THAT(failed, HasKind(ErrorKind::kUnavailable));
  EXPECT_THAT(failed, StatusMessageHas("glue:CreateTable"));
  EXPECT_THAT(failed, StatusMessageHas("InternalServiceException"));
}

TEST_F(GlueCatalogTest, ADatabaseThatIsGoneIsNoConflict) {
  glue_->databases.clear();
  const arrow::Status failed = Follow();
  EXPECT_THAT(failed, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(failed, StatusMessageHas("its database is gone: raw"));
}

TEST_F(GlueCatalogTest, AStopDoesNotKeepWhatWasPublishedFromBeingShown) {
  std::stop_source source;
  glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
    if (operation == "CreateTable") source.request_stop();
    return std::nullopt;
  };
  pointer_ = Version("1", {"2024-05-01"});
  EXPECT_OK(Follow({.stop = source.get_token()}));
  EXPECT_EQ(glue_->Locations("t").size(), 1);
}

TEST_F(GlueCatalogTest, DeniedActionsAreNamed) {
  for (const std::string denied : {"GetTable", "CreateTable"}) {
    glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
      if (operation != denied) return std::nullopt;
      return GlueError("AccessDeniedException");
    };
    const arrow::Status refused = Follow();
    EXPECT_THAT(refused, HasKind(ErrorKind::kPermission)) << denied;
    EXPECT_THAT(refused, StatusMessageHas("glue:" + denied));
  }
  EXPECT_THAT(glue_->operations, Not(Contains("CreateTable")));
}

TEST_F(GlueCatalogTest, LakeFormationsRefusalSaysWhatToGrant) {
  glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
    if (operation != "CreateTable") return std::nullopt;
    return HttpResponse{.status = 400,
                        .body = R"({"__type": "AccessDeniedException", "Message":
                        "Insufficient Lake Formation permission(s) on raw"})"};
  };
  EXPECT_THAT(Follow(), StatusHintHas("CREATE_TABLE on database raw"));
}

TEST_F(GlueCatalogTest, GivesUpWhenOthersNeverStopChangingTheTable) {
  ASSERT_OK(Follow());
  pointer_ = Version("2");
  glue_->before = [&](std::string_view operation) -> std::optional<HttpResponse> {
    if (operation != "UpdateTable") return std::nullopt;
    return GlueError("ConcurrentModificationException");
  };
  EXPECT_THAT(Follow(), HasKind(ErrorKind::kConflict));
}

}  // namespace
}  // namespace carmilla
