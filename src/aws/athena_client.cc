#include "aws/athena_client.h"

#include <algorithm>
#include <array>
#include <random>

#include "aws/json_answer.h"
#include "core/error.h"
#include "core/hidden_values.h"
#include "core/json.h"
#include "core/log.h"
#include "core/retry.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;

// Most small queries take a second; a long one is not hurt by a wait of two.
constexpr std::chrono::milliseconds kFirstPoll{100};
constexpr std::chrono::milliseconds kLongestPoll{2000};
// AthenaError.ErrorCategory of docs.aws.amazon.com/athena/latest/ug/error-reference.html.
constexpr int64_t kUserError = 2;

// The same token starts a statement only once, whatever becomes of the answers.
std::string RequestToken() {
  std::random_device random;
  std::string token = "carmilla-";
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int i = 0; i < 32; ++i) token += kDigits[random() % kDigits.size()];
  return token;
}

constexpr char kOutputHint[] =
    "name a workgroup that there is, and a place for results: athena: {workgroup: ..., "
    "output: s3://...}";

bool HasAny(std::string text, std::initializer_list<std::string_view> phrases) {
  std::ranges::transform(text, text.begin(), ::tolower);
  return std::ranges::any_of(phrases, [&text](std::string_view phrase) {
    return text.find(phrase) != std::string::npos;
  });
}

// Takes the cell values out of what a statement failed with while it read rows. Its own
// mistakes begin with their place in it.
std::string WithoutItsValues(const std::string& reason) {
  constexpr std::array<std::string_view, 3> kCodes = {
      "INVALID_CAST_ARGUMENT: ", "INVALID_FUNCTION_ARGUMENT: ",
      "NUMERIC_VALUE_OUT_OF_RANGE: "};
  for (const std::string_view code : kCodes) {
    if (!reason.starts_with(code)) continue;
    return std::string(code) +
           WithoutValues(std::string_view(reason).substr(code.size()));
  }
  return reason;
}

// Why a query that ran has failed. Athena has no codes for what was not allowed to it.
arrow::Status Failure(const Json& status) {
  const Json& error = MemberOf(status, "AthenaError");
  std::string reason = TextOf(status, "StateChangeReason");
  if (reason.empty()) reason = TextOf(error, "ErrorMessage");
  const std::string message = "running the query on Athena: " + WithoutItsValues(reason);
  // Words of a statement may be anything; its errors begin with their place in it.
  const bool is_about_statement = reason.starts_with("line ");
  if (!is_about_statement && HasAny(reason, {"lake formation"})) {
    return MakeError(ErrorKind::kPermission, message,
                     "grant SELECT on the table to this role in Lake Formation");
  }
  if (!is_about_statement &&
      HasAny(reason, {"access denied", "accessdenied", "insufficient permissions"})) {
    return MakeError(ErrorKind::kPermission, message,
                     "Athena reads with the rights of who asks: allow the action and the "
                     "bucket that it names");
  }
  if (error.empty() || IntegerOf(error, "ErrorCategory") == kUserError) {
    return MakeError(ErrorKind::kQuery, message);
  }
  return MakeError(ErrorKind::kUnavailable, message,
                   "Athena had a problem of its own; run it again");
}

// Athena gives one code to a wrong statement, workgroup and place for results.
arrow::Status Refusal(const AwsAnswer& answer) {
  const AwsError error = ReadAwsError(answer.response);
  const bool is_about_statement = error.message.starts_with("line ");
  if (!is_about_statement &&
      HasAny(error.message, {"workgroup", "output location", "outputlocation",
                             "output bucket", "output path"})) {
    return MakeError(ErrorKind::kConfiguration, answer.status.message(), kOutputHint);
  }
  return MakeError(ErrorKind::kQuery, answer.status.message());
}

AthenaExecution ExecutionOf(const Json& execution, std::string id) {
  const std::string output =
      TextOf(MemberOf(execution, "ResultConfiguration"), "OutputLocation");
  const Json& statistics = MemberOf(execution, "Statistics");
  return {.id = std::move(id),
          .output = output,
          .manifest = TextOf(statistics, "DataManifestLocation"),
          .scanned_bytes = IntegerOf(statistics, "DataScannedInBytes")};
}

AthenaColumn ColumnOf(const Json& column) {
  return {.name = TextOf(column, "Name"),
          .type = TextOf(column, "Type"),
          .precision = static_cast<int32_t>(IntegerOf(column, "Precision")),
          .scale = static_cast<int32_t>(IntegerOf(column, "Scale"))};
}

std::vector<AthenaCell> CellsOf(const Json& row) {
  std::vector<AthenaCell> cells;
  for (const Json& cell : MemberOf(row, "Data")) {
    const std::string* value = FindText(cell, "VarCharValue");
    cells.push_back(value == nullptr ? AthenaCell() : AthenaCell(*value));
  }
  return cells;
}

}  // namespace

AwsRequest AthenaClient::Request(std::string_view operation,
                                 std::string_view body) const {
  return AwsClient::JsonRequest("athena:" + std::string(operation),
                                "workgroup " + options_.workgroup,
                                "AmazonAthena." + std::string(operation), body);
}

arrow::Result<std::string> AthenaClient::Start(std::string_view sql,
                                               const std::stop_token& stop) {
  Json request = {{"QueryString", sql},
                  {"ClientRequestToken", RequestToken()},
                  {"WorkGroup", options_.workgroup}};
  if (!options_.database.empty()) {
    request["QueryExecutionContext"] = {{"Database", options_.database}};
  }
  if (!options_.output.empty()) {
    request["ResultConfiguration"] = {{"OutputLocation", options_.output}};
  }
  const std::string body = DumpJson(request);
  // Not stopped half-way: without the id nobody could cancel what may run.
  const AwsAnswer answer = client_->Finish(Request("StartQueryExecution", body), stop);
  if (answer.error_code == "InvalidRequestException") return Refusal(answer);
  ARROW_RETURN_NOT_OK(answer.status);
  const std::string what = "the answer of athena:StartQueryExecution";
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(answer.response.body, what));
  return JsonObjectReader(json, what).String("QueryExecutionId");
}

arrow::Result<Json> AthenaClient::Poll(const std::string& id,
                                       const std::stop_token& stop) {
  const std::string request = DumpJson({{"QueryExecutionId", id}});
  const AwsAnswer answer = client_->Call(Request("GetQueryExecution", request), stop);
  ARROW_RETURN_NOT_OK(answer.status);
  const std::string what = "the answer of athena:GetQueryExecution";
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(answer.response.body, what));
  ARROW_ASSIGN_OR_RAISE(const Json* execution,
                        JsonObjectReader(json, what).Object("QueryExecution"));
  return *execution;
}

void AthenaClient::Cancel(const std::string& id) {
  const std::string request = DumpJson({{"QueryExecutionId", id}});
  const AwsAnswer answer = client_->CallBriefly(Request("StopQueryExecution", request));
  if (!answer.status.ok()) {
    LogWarning("the query still runs on Athena: " + answer.status.message());
  }
}

arrow::Result<AthenaExecution> AthenaClient::Run(std::string_view sql,
                                                 const std::stop_token& stop) {
  const auto end = Clock::now() + options_.time_limit;
  ARROW_ASSIGN_OR_RAISE(const std::string id, Start(sql, stop));
  auto wait = kFirstPoll;
  for (;;) {
    const auto execution = Poll(id, stop);
    if (execution.ok()) {
      const Json& status = MemberOf(*execution, "Status");
      const std::string state = TextOf(status, "State");
      if (state == "SUCCEEDED") return ExecutionOf(*execution, id);
      if (state == "FAILED") return Failure(status);
      if (state == "CANCELLED") {
        return MakeError(ErrorKind::kServerCancelled,
                         "running the query on Athena: somebody cancelled it: " + id);
      }
    } else if (!stop.stop_requested()) {
      Cancel(id);
      return execution.status();
    }
    if (stop.stop_requested() || !SleepUnlessStopped(wait, stop)) {
      Cancel(id);
      return MakeError(ErrorKind::kInterrupted,
                       "running the query on Athena: stopped, also there");
    }
    if (Clock::now() > end) {
      Cancel(id);
      return MakeError(ErrorKind::kTimeout,
                       "running the query on Athena: it was stopped after " +
                           std::to_string(options_.time_limit.count()) + " s: " + id,
                       "ask for less: a partition, fewer columns");
    }
    wait = std::min(wait * 2, kLongestPoll);
  }
}

arrow::Result<AthenaPage> AthenaClient::ReadPage(const std::string& id,
                                                 const std::string& token, int num_rows,
                                                 const std::stop_token& stop) {
  Json request = {{"QueryExecutionId", id}, {"MaxResults", num_rows}};
  if (!token.empty()) request["NextToken"] = token;
  const std::string body = DumpJson(request);
  const AwsAnswer answer = client_->Call(Request("GetQueryResults", body), stop);
  ARROW_RETURN_NOT_OK(answer.status);
  const std::string what = "the answer of athena:GetQueryResults";
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(answer.response.body, what));
  const JsonObjectReader reader(json, what);
  ARROW_ASSIGN_OR_RAISE(const Json* set, reader.Object("ResultSet"));
  AthenaPage page;
  ARROW_ASSIGN_OR_RAISE(page.next_token, reader.OptionalString("NextToken"));
  for (const Json& column : MemberOf(MemberOf(*set, "ResultSetMetadata"), "ColumnInfo")) {
    page.columns.push_back(ColumnOf(column));
  }
  for (const Json& row : MemberOf(*set, "Rows")) {
    page.rows.push_back(CellsOf(row));
  }
  return page;
}

}  // namespace carmilla
