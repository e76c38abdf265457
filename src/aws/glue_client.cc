#include "aws/glue_client.h"

#include <algorithm>
#include <array>

#include "aws/json_answer.h"
#include "core/error.h"
#include "core/retry.h"

namespace carmilla {
namespace {

// Limits of the API: partitions in one call.
constexpr size_t kCreateBatch = 100;
constexpr size_t kUpdateBatch = 100;
constexpr size_t kDeleteBatch = 25;
constexpr int kPartitionsInPage = 1000;

// The catalog is not as the caller saw it; reading it again tells how it is.
bool IsStale(std::string_view code) {
  constexpr std::array<std::string_view, 5> kCodes = {
      "AlreadyExistsException", "ConcurrentModificationException",
      "EntityNotFoundException", "VersionMismatchException", "ResourceNotReadyException"};
  return std::ranges::find(kCodes, code) != kCodes.end();
}

}  // namespace

std::string GlueClient::ResourceOf(std::string_view table) const {
  return table.empty() ? "database " + database_
                       : "table " + database_ + "." + std::string(table);
}

AwsAnswer GlueClient::Call(std::string_view operation, std::string_view table,
                           const Json& parameters) {
  const std::string body = DumpJson(parameters);
  AwsAnswer answer = client_->Finish(
      AwsClient::JsonRequest("glue:" + std::string(operation), ResourceOf(table),
                             "AWSGlue." + std::string(operation), body),
      stop_);
  if (!answer.status.ok() && KindOf(answer.status) == ErrorKind::kPermission &&
      answer.status.message().find("Lake Formation") != std::string::npos) {
    answer.status = MakeError(ErrorKind::kPermission, answer.status.message(),
                              "grant this role CREATE_TABLE on database " + database_ +
                                  ", and ALTER on its tables, in Lake Formation");
  }
  return answer;
}

void GlueClient::Wait(int attempt) const {
  const AwsClientOptions& options = client_->options();
  SleepUnlessStopped(
      WaitBefore({.first_wait = options.first_wait, .longest_wait = options.longest_wait},
                 attempt, RandomFraction()),
      stop_);
}

arrow::Result<GlueChange> GlueClient::Change(std::string_view operation,
                                             std::string_view table,
                                             const Json& parameters) {
  const AwsAnswer answer = Call(operation, table, parameters);
  if (answer.status.ok()) return GlueChange{.is_made = true};
  if (IsStale(answer.error_code)) return GlueChange{};
  // Done or not, reading tells.
  if (answer.is_outcome_unknown) return GlueChange{.problem = answer.status};
  return answer.status;
}

arrow::Result<bool> GlueClient::HasDatabase() {
  const AwsAnswer answer = Call("GetDatabase", "", {{"Name", database_}});
  if (answer.error_code == "EntityNotFoundException") return false;
  ARROW_RETURN_NOT_OK(answer.status);
  return true;
}

arrow::Result<GlueChange> GlueClient::CreateDatabase() {
  return Change("CreateDatabase", "",
                {{"DatabaseInput",
                  {{"Name", database_}, {"Description", "Tables of a Carmilla lake"}}}});
}

arrow::Result<std::optional<GlueTable>> GlueClient::GetTable(std::string_view name) {
  const AwsAnswer answer =
      Call("GetTable", name, {{"DatabaseName", database_}, {"Name", name}});
  if (answer.error_code == "EntityNotFoundException") return std::nullopt;
  ARROW_RETURN_NOT_OK(answer.status);
  const std::string what = "the answer of glue:GetTable";
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(answer.response.body, what));
  ARROW_ASSIGN_OR_RAISE(const Json* table, JsonObjectReader(json, what).Object("Table"));
  return GlueTable{.table = *table, .version_id = TextOf(*table, "VersionId")};
}

arrow::Result<GlueChange> GlueClient::CreateTable(const Json& input) {
  ARROW_ASSIGN_OR_RAISE(GlueChange change,
                        Change("CreateTable", TextOf(input, "Name"),
                               {{"DatabaseName", database_}, {"TableInput", input}}));
  if (change.is_made || !change.problem.ok()) return change;
  // There is a table now, or there never was a database for it.
  ARROW_ASSIGN_OR_RAISE(const bool has_database, HasDatabase());
  if (has_database) return change;
  return MakeError(ErrorKind::kConfiguration,
                   "making a table of the catalog: its database is gone: " + database_,
                   "`carmilla run` makes it again, or correct its name: lake: {catalog: "
                   "{glue: {database: ...}}}");
}

arrow::Result<GlueChange> GlueClient::UpdateTable(const Json& input,
                                                  std::string_view version_id) {
  return Change("UpdateTable", TextOf(input, "Name"),
                {{"DatabaseName", database_},
                 {"TableInput", input},
                 {"SkipArchive", true},
                 {"VersionId", version_id}});
}

arrow::Status GlueClient::GetPartitions(
    std::string_view table, const std::function<arrow::Status(const Json&)>& visit) {
  const std::string what = "the answer of glue:GetPartitions";
  Json parameters = {{"DatabaseName", database_},
                     {"TableName", table},
                     {"ExcludeColumnSchema", true},
                     {"MaxResults", kPartitionsInPage}};
  for (;;) {
    const AwsAnswer answer = Call("GetPartitions", table, parameters);
    ARROW_RETURN_NOT_OK(answer.status);
    ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(answer.response.body, what));
    const JsonObjectReader page(json, what);
    ARROW_ASSIGN_OR_RAISE(const Json* partitions, page.Array("Partitions"));
    for (const Json& partition : *partitions) ARROW_RETURN_NOT_OK(visit(partition));
    ARROW_ASSIGN_OR_RAISE(std::string next, page.OptionalString("NextToken"));
    if (next.empty()) return arrow::Status::OK();
    parameters["NextToken"] = std::move(next);
  }
}

// Looks at every element of a batch that failed, although the answer is a success.
arrow::Status GlueClient::ReadErrors(std::string_view operation, std::string_view table,
                                     const AwsAnswer& answer, GlueChange* change) const {
  const std::string action = "glue:" + std::string(operation);
  const std::string what = "the answer of " + action;
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(answer.response.body, what));
  for (const Json& error : MemberOf(json, "Errors")) {
    const Json& detail = MemberOf(error, "ErrorDetail");
    const std::string code = TextOf(detail, "ErrorCode");
    change->is_made = false;
    if (IsStale(code)) continue;
    const arrow::Status problem =
        AwsStatus({.code = code, .message = TextOf(detail, "ErrorMessage")},
                  answer.response.status, action, ResourceOf(table));
    if (CureOf(code, answer.response.status) == AwsCure::kNone) return problem;
    change->problem = problem;
  }
  return arrow::Status::OK();
}

arrow::Result<GlueChange> GlueClient::ChangeInBatches(std::string_view operation,
                                                      std::string_view table,
                                                      std::string_view list,
                                                      const std::vector<Json>& all,
                                                      size_t batch) {
  GlueChange change{.is_made = true};
  for (size_t first = 0; first < all.size(); first += batch) {
    Json parameters = {{"DatabaseName", database_}, {"TableName", table}};
    Json& some = parameters[std::string(list)] = Json::array();
    for (size_t i = first; i < std::min(all.size(), first + batch); ++i) {
      some.push_back(all[i]);
    }
    const AwsAnswer answer = Call(operation, table, parameters);
    if (answer.status.ok()) {
      ARROW_RETURN_NOT_OK(ReadErrors(operation, table, answer, &change));
    } else if (IsStale(answer.error_code)) {
      change.is_made = false;
    } else if (answer.is_outcome_unknown) {
      return GlueChange{.problem = answer.status};
    } else {
      return answer.status;
    }
  }
  return change;
}

arrow::Result<GlueChange> GlueClient::CreatePartitions(std::string_view table,
                                                       const std::vector<Json>& inputs) {
  return ChangeInBatches("BatchCreatePartition", table, "PartitionInputList", inputs,
                         kCreateBatch);
}

arrow::Result<GlueChange> GlueClient::UpdatePartitions(std::string_view table,
                                                       const std::vector<Json>& inputs) {
  std::vector<Json> entries;
  entries.reserve(inputs.size());
  for (const Json& input : inputs) {
    entries.push_back(
        {{"PartitionValueList", input["Values"]}, {"PartitionInput", input}});
  }
  return ChangeInBatches("BatchUpdatePartition", table, "Entries", entries, kUpdateBatch);
}

arrow::Result<GlueChange> GlueClient::DeletePartitions(std::string_view table,
                                                       const std::vector<Json>& values) {
  std::vector<Json> lists;
  lists.reserve(values.size());
  for (const Json& one : values) lists.push_back({{"Values", one}});
  return ChangeInBatches("BatchDeletePartition", table, "PartitionsToDelete", lists,
                         kDeleteBatch);
}

}  // namespace carmilla
