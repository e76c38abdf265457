#include "aws/athena_engine.h"

#include <arrow/array.h>
#include <arrow/io/memory.h>
#include <arrow/record_batch.h>

#include <deque>
#include <map>
#include <string>

#include "aws/athena_unload.h"
#include "core/json.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

/// Answers each operation with what was prepared for it, the last answer again and again.
class ScriptedAthena : public HttpTransport {
 public:
  HttpOutcome Exchange(const HttpRequest& request,
                       const std::stop_token& /*stop*/) override {
    std::string operation;
    for (const auto& [name, value] : request.headers) {
      if (name == "X-Amz-Target") operation = value.substr(value.find('.') + 1);
    }
    calls.push_back(operation);
    bodies.emplace_back(request.body);
    if (on_call) on_call(operation);
    std::deque<std::string>& prepared = answers[operation];
    if (prepared.empty()) return {.response = {.status = 200, .body = "{}"}};
    const std::string body = prepared.front();
    if (prepared.size() > 1) prepared.pop_front();
    if (body.empty()) {
      return {.status = MakeError(ErrorKind::kConnectionLost, "the answer was lost")};
    }
    const bool is_error = body.find("__type") != std::string::npos;
    return {.response = {.status = is_error ? 400 : 200, .body = body}};
  }

  std::map<std::string, std::deque<std::string>> answers;
  std::vector<std::string> calls;
  std::vector<std::string> bodies;
  std::function<void(const std::string&)> on_call;
};

std::string State(const std::string& state, const std::string& more = "") {
  return R"({"QueryExecution": {"Status": {"State": ")" + state + "\"" + more +
         R"(}, "ResultConfiguration": {"OutputLocation": "s3://results/q.csv"},
         "Statistics": {"DataScannedInBytes": 4096}}})";
}

constexpr char kColumns[] = R"({"ColumnInfo": [
    {"Name": "id", "Type": "bigint"}, {"Name": "note", "Type": "varchar"}]})";

std::string Page(const std::string& rows, const std::string& next = "") {
  return R"({"ResultSet": {"Rows": [)" + rows + R"(], "ResultSetMetadata": )" + kColumns +
         "}" + (next.empty() ? "" : R"(, "NextToken": ")" + next + "\"") + "}";
}

class AthenaEngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    athena_->answers = {{"StartQueryExecution", {R"({"QueryExecutionId": "q"})"}},
                        {"GetQueryExecution", {State("SUCCEEDED")}},
                        {"GetQueryResults", {Page("")}}};
  }

  AthenaEngine Engine(AthenaOptions options = {.database = "raw"}) {
    return {Client(std::move(options)), OpenObject()};
  }

  AthenaUnload Unload() { return {Client({.database = "raw"}), OpenObject()}; }

  std::shared_ptr<AthenaClient> Client(AthenaOptions options) {
    auto client = std::make_shared<AwsClient>(
        athena_,
        FixedAwsCredentials(
            {.access_key_id = "AKIDEXAMPLE", .secret_access_key = Secret("none")}),
        AwsClientOptions{.service = "athena",
                         .region = "eu-west-1",
                         .endpoint = "https://athena.test",
                         .max_attempts = 3,
                         .first_wait = std::chrono::milliseconds(1),
                         .longest_wait = std::chrono::milliseconds(2)});
    return std::make_shared<AthenaClient>(std::move(client), std::move(options));
  }

  AthenaEngine::OpenObject OpenObject() {
    return [this](const std::string& uri)
               -> arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> {
      opened_ = uri;
      return std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(csv_));
    };
  }

  /// All rows as text, `id|note`, NULL as `-`.
  arrow::Result<std::vector<std::string>> Rows(const std::string& sql = "SELECT 1") {
    AthenaEngine engine = Engine();
    ARROW_ASSIGN_OR_RAISE(const auto result, engine.Execute(sql, {}));
    std::vector<std::string> rows;
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const auto batch, result->Next({}));
      if (batch == nullptr) return rows;
      const auto& ids = static_cast<const arrow::Int64Array&>(*batch->column(0));
      const auto& notes = static_cast<const arrow::StringArray&>(*batch->column(1));
      for (int64_t i = 0; i < batch->num_rows(); ++i) {
        rows.push_back((ids.IsNull(i) ? "-" : std::to_string(ids.Value(i))) + "|" +
                       (notes.IsNull(i) ? "-" : notes.GetString(i)));
      }
    }
  }

  std::shared_ptr<ScriptedAthena> athena_ = std::make_shared<ScriptedAthena>();
  std::string csv_;
  std::string opened_;
};

TEST_F(AthenaEngineTest, StreamsTheFileOfASelect) {
  csv_ =
      "\"id\",\"note\"\n"
      "\"1\",\"plain\"\n"
      "\"2\",\"quoted \"\"word\"\", comma\nand line\"\n"
      "\"3\",\"\"\n"
      ",\n";
  EXPECT_THAT(Rows(), IsOkAndHolds(ElementsAre(
                          "1|plain", "2|quoted \"word\", comma\nand line", "3|", "-|-")));
  EXPECT_EQ(opened_, "s3://results/q.csv");
}

TEST_F(AthenaEngineTest, TellsTypesAndWhatWasScanned) {
  csv_ = "\"id\",\"note\"\n";
  AthenaEngine engine = Engine();
  ASSERT_OK_AND_ASSIGN(const auto result, engine.Execute("SELECT 1", {}));
  EXPECT_THAT(result->type_names(), ElementsAre("bigint", "varchar"));
  EXPECT_EQ(result->scanned_bytes(), 4096);
}

TEST_F(AthenaEngineTest, ALongFileIsReadInPieces) {
  csv_ = "\"id\",\"note\"\n";
  const std::string note(700, 'x');
  for (int i = 0; i < 5000; ++i) {
    csv_ += "\"" + std::to_string(i) + "\",\"" + note + "\"\n";
  }
  ASSERT_OK_AND_ASSIGN(const auto rows, Rows());
  ASSERT_EQ(rows.size(), 5000);
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(rows[i], std::to_string(i) + "|" + note);
}

TEST_F(AthenaEngineTest, RefusesAFileThatIsNotWhole) {
  for (const char* damaged :
       {"\"id\",\"note\"\n\"1\",\"cut", "\"id\",\"note\"\n\"1\"\n",
        "\"id\",\"note\"\n\"1\",\"a\",\"b\"\n", "\"id\",\"note\"\n\"1\"x,\"a\"\n"}) {
    csv_ = damaged;
    EXPECT_THAT(Rows(), HasKind(ErrorKind::kCorruptData)) << damaged;
  }
}

TEST_F(AthenaEngineTest, ReadsPagesWhereThereIsNoFile) {
  std::string kept = State("SUCCEEDED");
  kept.replace(kept.find("q.csv"), 5, "q.txt");
  athena_->answers["GetQueryExecution"] = {kept};
  const std::string first = R"({"Data": [{"VarCharValue": "1"}, {}]})";
  const std::string second = R"({"Data": [{}, {"VarCharValue": "b"}]})";
  athena_->answers["GetQueryResults"] = {Page(first), Page(first, "more"), Page(second)};
  EXPECT_THAT(Rows("SHOW TABLES"), IsOkAndHolds(ElementsAre("1|-", "-|b")));
}

TEST_F(AthenaEngineTest, TheNamesOfASelectsColumnsAreNoRow) {
  std::string kept = State("SUCCEEDED");
  kept.replace(kept.find("s3://results/q.csv"), 18, "");
  athena_->answers["GetQueryExecution"] = {kept};
  const std::string names =
      R"({"Data": [{"VarCharValue": "id"}, {"VarCharValue": "note"}]})";
  const std::string row = R"({"Data": [{"VarCharValue": "1"}, {"VarCharValue": ""}]})";
  athena_->answers["GetQueryResults"] = {Page(names), Page(names + "," + row)};
  EXPECT_THAT(Rows(), IsOkAndHolds(ElementsAre("1|")));
}

TEST_F(AthenaEngineTest, WaitsWhileTheQueryRuns) {
  csv_ = "\"id\",\"note\"\n";
  athena_->answers["GetQueryExecution"] = {State("QUEUED"), State("RUNNING"),
                                           State("SUCCEEDED")};
  EXPECT_OK(Rows());
}

TEST_F(AthenaEngineTest, SaysInAthenasWordsWhatIsWrong) {
  athena_->answers["GetQueryExecution"] = {
      State("FAILED", R"(, "StateChangeReason": "line 1:8: Column 'x' cannot be resolved",
            "AthenaError": {"ErrorCategory": 2})")};
  const auto rows = Rows();
  EXPECT_THAT(rows, HasKind(ErrorKind::kQuery));
  EXPECT_THAT(rows.status(), StatusMessageHas("Column 'x' cannot be resolved"));
}

TEST_F(AthenaEngineTest, TellsAthenasOwnTroubleFromAWrongStatement) {
  athena_->answers["GetQueryExecution"] = {State(
      "FAILED", R"(, "AthenaError": {"ErrorCategory": 1, "ErrorMessage": "oops"})")};
  EXPECT_THAT(Rows(), HasKind(ErrorKind::kUnavailable));
  athena_->answers["GetQueryExecution"] = {State("CANCELLED")};
  EXPECT_THAT(Rows(), HasKind(ErrorKind::kServerCancelled));
  athena_->answers["StartQueryExecution"] = {
      R"({"__type": "InvalidRequestException", "Message": "Only one sql statement"})"};
  EXPECT_THAT(Rows(), HasKind(ErrorKind::kQuery));
}

TEST_F(AthenaEngineTest, TellsAWrongWorkgroupOrOutputFromAWrongStatement) {
  const auto kind_of = [this](const std::string& message) {
    athena_->answers["StartQueryExecution"] = {
        R"({"__type": "InvalidRequestException", "Message": ")" + message + "\"}"};
    return Rows().status();
  };
  for (const char* message :
       {"WorkGroup reports is not found.", "WorkGroup is disabled.",
        "No output location provided. An output location is required either through the "
        "Workgroup result configuration setting or as an API input.",
        "Unable to verify/create output bucket answers"}) {
    EXPECT_THAT(kind_of(message), HasKind(ErrorKind::kConfiguration)) << message;
    EXPECT_THAT(kind_of(message), StatusHintHas("athena: {workgroup")) << message;
  }
  EXPECT_THAT(kind_of("line 1:8: mismatched input 'workgroup'"),
              HasKind(ErrorKind::kQuery));
}

TEST_F(AthenaEngineTest, NamesWhatAthenaWasNotAllowed) {
  const auto failure_of = [this](const std::string& reason) {
    athena_->answers["GetQueryExecution"] = {
        State("FAILED", R"(, "StateChangeReason": ")" + reason +
                            R"(", "AthenaError": {"ErrorCategory": 2})")};
    return Rows().status();
  };
  EXPECT_THAT(failure_of("Access denied when writing output to url: s3://answers/1.csv"),
              HasKind(ErrorKind::kPermission));
  EXPECT_THAT(failure_of("Insufficient Lake Formation permission(s) on orders"),
              StatusHintHas("grant SELECT"));
  EXPECT_THAT(failure_of("line 1:8: Column 'access denied' cannot be resolved"),
              HasKind(ErrorKind::kQuery));
}

TEST_F(AthenaEngineTest, WhatHasEndedIsNotStopped) {
  for (const char* state : {"FAILED", "CANCELLED"}) {
    athena_->answers["GetQueryExecution"] = {
        State(state, R"(, "AthenaError": {"ErrorCategory": 1})")};
    EXPECT_FALSE(Rows().ok());
  }
  EXPECT_THAT(athena_->calls, Not(Contains("StopQueryExecution")));
}

TEST_F(AthenaEngineTest, ALostAnswerStartsTheQueryOnlyOnce) {
  csv_ = "\"id\",\"note\"\n";
  athena_->answers["StartQueryExecution"] = {"", R"({"QueryExecutionId": "q"})"};
  EXPECT_OK(Rows());
  ASSERT_GE(athena_->calls.size(), 2);
  EXPECT_EQ(athena_->calls[1], "StartQueryExecution");
  const auto token = [](const std::string& body) {
    return ParseJson(body, "request")->at("ClientRequestToken").get<std::string>();
  };
  EXPECT_EQ(token(athena_->bodies[0]), token(athena_->bodies[1]));
  EXPECT_GE(token(athena_->bodies[0]).size(), 32);
}

TEST_F(AthenaEngineTest, TellsAthenaToStopAfterTheTimeLimit) {
  athena_->answers["GetQueryExecution"] = {State("RUNNING")};
  AthenaEngine engine = Engine({.time_limit = std::chrono::seconds(0)});
  EXPECT_THAT(engine.Execute("SELECT 1", {}), HasKind(ErrorKind::kTimeout));
  EXPECT_THAT(athena_->calls, Contains("StopQueryExecution"));
}

TEST_F(AthenaEngineTest, TellsAthenaToStopWhenThePersonDoes) {
  std::stop_source source;
  athena_->answers["GetQueryExecution"] = {State("RUNNING")};
  athena_->on_call = [&](const std::string& operation) {
    if (operation == "GetQueryExecution") source.request_stop();
  };
  AthenaEngine engine = Engine();
  EXPECT_THAT(engine.Execute("SELECT 1", source.get_token()),
              HasKind(ErrorKind::kInterrupted));
  EXPECT_THAT(athena_->calls, Contains("StopQueryExecution"));
}

TEST_F(AthenaEngineTest, NamesWorkgroupDatabaseAndOutput) {
  csv_ = "\"id\",\"note\"\n";
  AthenaEngine engine =
      Engine({.workgroup = "reports", .output = "s3://results/", .database = "raw"});
  ASSERT_OK(engine.Execute("SELECT 1", {}));
  const Json request = *ParseJson(athena_->bodies[0], "request");
  EXPECT_EQ(request["WorkGroup"], "reports");
  EXPECT_EQ(request["ResultConfiguration"]["OutputLocation"], "s3://results/");
  EXPECT_EQ(request["QueryExecutionContext"]["Database"], "raw");
  EXPECT_THAT(athena_->calls, Not(Contains("StopQueryExecution")));
}

TEST_F(AthenaEngineTest, CellsThatSpoiledAQueryAreNotShown) {
  athena_->answers["GetQueryExecution"] = {
      State("FAILED", R"(, "StateChangeReason": "INVALID_CAST_ARGUMENT: Cannot cast )"
                      R"('TOPSECRET' to INT", "AthenaError": {"ErrorCategory": 2})")};
  const auto failed = Rows().status();
  EXPECT_THAT(failed, StatusMessageHas("INVALID_CAST_ARGUMENT: Cannot cast ... to INT"));
}

TEST_F(AthenaEngineTest, UnloadTakesThePlaceOfTheAnswerThatTellsTheColumns) {
  ASSERT_OK_AND_ASSIGN(const AthenaSelect select,
                       Unload().Describe("SELECT 1 -- one", {}));
  EXPECT_EQ(select.answers, "s3://results/");
  ASSERT_EQ(select.columns.size(), 2U);
  EXPECT_EQ(select.columns[0].type, "bigint");
  EXPECT_THAT(athena_->bodies.front(), ::testing::HasSubstr(R"(-- one\n) AS)"));
  athena_->answers["GetQueryExecution"] = {
      R"({"QueryExecution": {"Status": {"State": "SUCCEEDED"}}})"};
  EXPECT_THAT(Unload().Describe("SELECT 1", {}), HasKind(ErrorKind::kConfiguration));
}

TEST_F(AthenaEngineTest, UnloadReturnsTheFilesOfItsListAndNoOthers) {
  const std::string list = R"({"QueryExecution": {"Status": {"State": "SUCCEEDED"},
      "Statistics": {"DataManifestLocation": "s3://results/q-manifest.csv"}}})";
  athena_->answers["GetQueryExecution"] = {list};
  csv_ = "s3://results/it's/a\ns3://results/it's/b\n";
  EXPECT_THAT(Unload().Run("SELECT 1", "s3://results/it's/", {}),
              IsOkAndHolds(ElementsAre("s3://results/it's/a", "s3://results/it's/b")));
  EXPECT_EQ(opened_, "s3://results/q-manifest.csv");
  EXPECT_THAT(athena_->bodies.front(), ::testing::HasSubstr("TO 's3://results/it''s/' "));
  csv_ = "";
  EXPECT_THAT(Unload().Run("SELECT 1", "s3://results/it's/", {}),
              IsOkAndHolds(ElementsAre()));
  csv_ = "s3://results/other\n";
  EXPECT_THAT(Unload().Run("SELECT 1", "s3://results/it's/", {}),
              HasKind(ErrorKind::kCorruptData));
  athena_->answers["GetQueryExecution"] = {State("SUCCEEDED")};
  EXPECT_THAT(Unload().Run("SELECT 1", "s3://results/it's/", {}),
              HasKind(ErrorKind::kCorruptData));
}

}  // namespace
}  // namespace carmilla
