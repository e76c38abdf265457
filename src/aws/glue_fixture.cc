#include "aws/glue_fixture.h"

#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr size_t kPage = 2;

HttpResponse Ok(const Json& json) { return {.status = 200, .body = DumpJson(json)}; }

HttpResponse Invalid() { return GlueError("InvalidInputException"); }

size_t LimitOf(std::string_view operation) {
  return operation == "BatchDeletePartition" ? 25 : 100;
}

Json Failure(const Json& values, std::string_view code) {
  return {{"PartitionValues", values},
          {"ErrorDetail", {{"ErrorCode", code}, {"ErrorMessage", "of a test"}}}};
}

}  // namespace

HttpResponse GlueError(std::string_view code, int status) {
  return {.status = status,
          .headers = {{"x-amzn-RequestId", "4711"}},
          .body = DumpJson({{"__type", code}, {"Message", "of a test"}})};
}

HttpOutcome GlueInMemory::Exchange(const HttpRequest& request,
                                   const std::stop_token& /*stop*/) {
  std::string operation;
  for (const auto& [name, value] : request.headers) {
    if (name == "X-Amz-Target") operation = value.substr(value.find('.') + 1);
  }
  std::optional<HttpResponse> planned;
  if (before) planned = before(operation);
  if (planned.has_value() && planned->status != 0) return {.response = *planned};
  operations.push_back(operation);
  HttpResponse answer = Answer(operation, *ParseJson(request.body, "a test's request"));
  if (planned.has_value()) {
    return {.status = MakeError(ErrorKind::kConnectionLost, "the answer was lost")};
  }
  return {.response = std::move(answer)};
}

HttpResponse GlueInMemory::Answer(std::string_view operation, const Json& parameters) {
  if (operation == "GetDatabase") {
    const std::string name = parameters["Name"];
    if (!databases.contains(name)) return GlueError("EntityNotFoundException");
    return Ok({{"Database", {{"Name", name}}}});
  }
  if (operation == "CreateDatabase") {
    const bool is_new = databases.insert(parameters["DatabaseInput"]["Name"]).second;
    return is_new ? Ok(Json::object()) : GlueError("AlreadyExistsException");
  }
  if (!databases.contains(parameters["DatabaseName"])) {
    return GlueError("EntityNotFoundException");
  }
  if (operation == "GetTable") {
    const auto found = tables.find(parameters["Name"]);
    if (found == tables.end()) return GlueError("EntityNotFoundException");
    return Ok({{"Table", found->second}});
  }
  if (operation == "CreateTable") return ChangeTable(parameters, /*is_new=*/true);
  if (operation == "UpdateTable") return ChangeTable(parameters, /*is_new=*/false);
  if (operation == "GetPartitions") return ListPartitions(parameters);
  return ChangePartitions(operation, parameters);
}

HttpResponse GlueInMemory::ChangeTable(const Json& parameters, bool is_new) {
  Json input = parameters["TableInput"];
  const std::string name = input["Name"];
  const auto found = tables.find(name);
  if (is_new && found != tables.end()) return GlueError("AlreadyExistsException");
  if (!is_new && found == tables.end()) return GlueError("EntityNotFoundException");
  int version = 0;
  if (!is_new) {
    const Json& current = found->second["VersionId"];
    if (parameters["VersionId"] != current || parameters["SkipArchive"] != true) {
      return GlueError("ConcurrentModificationException");
    }
    version = std::stoi(current.get<std::string>()) + 1;
  }
  input["VersionId"] = std::to_string(version);
  tables[name] = std::move(input);
  return Ok(Json::object());
}

HttpResponse GlueInMemory::ListPartitions(const Json& parameters) {
  const auto& all = partitions[parameters["TableName"]];
  size_t first = 0;
  if (parameters.contains("NextToken")) {
    first = std::stoul(parameters["NextToken"].get<std::string>());
  }
  Json page = Json::array();
  size_t index = 0;
  for (const auto& [values, partition] : all) {
    if (index >= first && index < first + kPage) {
      Json told = partition;
      if (parameters["ExcludeColumnSchema"] == true) {
        told["StorageDescriptor"].erase("Columns");
      }
      page.push_back(std::move(told));
    }
    ++index;
  }
  Json answer = {{"Partitions", std::move(page)}};
  if (first + kPage < all.size()) answer["NextToken"] = std::to_string(first + kPage);
  return Ok(answer);
}

HttpResponse GlueInMemory::ChangePartitions(std::string_view operation,
                                            const Json& parameters) {
  auto& all = partitions[parameters["TableName"]];
  const bool is_create = operation == "BatchCreatePartition";
  const bool is_update = operation == "BatchUpdatePartition";
  const char* list = is_create   ? "PartitionInputList"
                     : is_update ? "Entries"
                                 : "PartitionsToDelete";
  const Json& elements = parameters[list];
  if (elements.empty() || elements.size() > LimitOf(operation)) return Invalid();
  Json errors = Json::array();
  for (const Json& element : elements) {
    const Json& values = is_update ? element["PartitionValueList"] : element["Values"];
    if (is_create == all.contains(values)) {
      errors.push_back(Failure(
          values, is_create ? "AlreadyExistsException" : "EntityNotFoundException"));
    } else if (is_create || is_update) {
      all[values] = is_create ? element : element["PartitionInput"];
    } else {
      all.erase(values);
    }
  }
  return Ok({{"Errors", std::move(errors)}});
}

std::vector<std::string> GlueInMemory::Locations(const std::string& table) const {
  std::vector<std::string> locations;
  const auto found = partitions.find(table);
  if (found == partitions.end()) return locations;
  for (const auto& [values, partition] : found->second) {
    locations.push_back(partition["StorageDescriptor"]["Location"]);
  }
  return locations;
}

std::shared_ptr<AwsClient> ClientOf(std::shared_ptr<GlueInMemory> glue) {
  return std::make_shared<AwsClient>(
      std::move(glue),
      FixedAwsCredentials(
          {.access_key_id = "AKIDEXAMPLE", .secret_access_key = Secret("not a secret")}),
      AwsClientOptions{.service = "glue",
                       .region = "eu-west-1",
                       .endpoint = "https://glue.test",
                       .max_attempts = 3,
                       .first_wait = std::chrono::milliseconds(1),
                       .longest_wait = std::chrono::milliseconds(2)});
}

}  // namespace carmilla
