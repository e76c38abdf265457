#include "aws/glue_crawler.h"

#include <algorithm>
#include <array>
#include <limits>

#include "aws/json_answer.h"
#include "core/error.h"
#include "core/retry.h"

namespace carmilla {
namespace {

/// What lies beside the stable names: manifests and files of all versions, and folders of
/// runs of a table that once had the versioned layout.
constexpr auto kOwnFiles =
    std::to_array<std::string_view>({"_carmilla/**", "**20[0-9]*T[0-9]*Z-*/**"});

/// The crawler is at work, or somebody else changed it; a repetition meets it otherwise.
bool IsBusy(std::string_view code) {
  constexpr auto kCodes = std::to_array<std::string_view>(
      {"CrawlerRunningException", "CrawlerStoppingException", "AlreadyExistsException",
       "ConcurrentModificationException", "VersionMismatchException",
       "ResourceNotReadyException"});
  return std::ranges::find(kCodes, code) != kCodes.end();
}

std::string WithoutSlash(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path;
}

void ExcludeOwnFiles(Json* target) {
  Json& exclusions = (*target)["Exclusions"];
  if (!exclusions.is_array()) exclusions = Json::array();
  for (const std::string_view own : kOwnFiles) {
    const bool has_it = std::ranges::find(exclusions, Json(own)) != exclusions.end();
    if (!has_it) exclusions.push_back(own);
  }
}

}  // namespace

Json CrawlerTargets(const Json& targets, const std::string& root,
                    const std::vector<std::string>& tables) {
  Json all = targets.is_object() ? targets : Json::object();
  Json& of_s3 = all["S3Targets"];
  if (!of_s3.is_array()) of_s3 = Json::array();
  for (const std::string& table : tables) {
    const std::string folder = root + "/" + table;
    const auto found = std::ranges::find_if(of_s3, [&folder](const Json& target) {
      return WithoutSlash(TextOf(target, "Path")) == folder;
    });
    if (found != of_s3.end()) {
      ExcludeOwnFiles(&*found);
      continue;
    }
    Json target = {{"Path", folder + "/"}};
    ExcludeOwnFiles(&target);
    of_s3.push_back(std::move(target));
  }
  return all;
}

AwsAnswer GlueCrawlerCatalog::Call(std::string_view operation, const Json& parameters,
                                   const std::stop_token& stop) const {
  return client_->CallJson("glue:" + std::string(operation), "crawler " + options_.name,
                           "AWSGlue." + std::string(operation), DumpJson(parameters),
                           "1.1", stop);
}

/// Null if there is none.
arrow::Result<Json> GlueCrawlerCatalog::Get(const std::stop_token& stop) const {
  const AwsAnswer answer = Call("GetCrawler", {{"Name", options_.name}}, stop);
  if (answer.error_code == "EntityNotFoundException") return Json();
  ARROW_RETURN_NOT_OK(answer.status);
  const std::string what = "the answer of glue:GetCrawler";
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(answer.response.body, what));
  ARROW_ASSIGN_OR_RAISE(const Json* crawler,
                        JsonObjectReader(json, what).Object("Crawler"));
  return *crawler;
}

/// False where it has to be read again how it is.
arrow::Result<bool> GlueCrawlerCatalog::Change(std::string_view operation,
                                               const Json& parameters,
                                               const std::stop_token& stop) const {
  const AwsAnswer answer = Call(operation, parameters, stop);
  if (answer.status.ok()) return true;
  if (IsBusy(answer.error_code) || answer.is_outcome_unknown) return false;
  return answer.status;
}

arrow::Status GlueCrawlerCatalog::CheckIsOurs(const Json& crawler) const {
  if (crawler.is_null()) {
    if (!options_.role.empty()) return arrow::Status::OK();
    return MakeError(ErrorKind::kConfiguration,
                     "looking for the crawler: there is none of this name, and no role "
                     "to make it with: " +
                         options_.name,
                     "add `role: NAME` of a role that Glue may take on and that reads "
                     "the lake, or make the crawler");
  }
  const std::string database = TextOf(crawler, "DatabaseName");
  if (database == database_) return arrow::Status::OK();
  return MakeError(ErrorKind::kConfiguration,
                   "looking for the crawler: the one of this name writes into another "
                   "database, " +
                       database + ": " + options_.name,
                   "name another crawler, or write `database: " + database + "`");
}

arrow::Status GlueCrawlerCatalog::Prepare() {
  ARROW_RETURN_NOT_OK(direct_.Prepare());
  ARROW_ASSIGN_OR_RAISE(const Json crawler, Get({}));
  return CheckIsOurs(crawler);
}

arrow::Status GlueCrawlerCatalog::Follow(std::string_view /*table*/,
                                         const ReadCurrent& current) {
  return current().status();
}

arrow::Result<bool> GlueCrawlerCatalog::ShowTargets(
    const std::vector<std::string>& tables, const std::stop_token& stop) const {
  ARROW_ASSIGN_OR_RAISE(const Json crawler, Get(stop));
  ARROW_RETURN_NOT_OK(CheckIsOurs(crawler));
  const Json& targets = MemberOf(crawler, "Targets");
  const Json wanted = CrawlerTargets(targets, options_.root, tables);
  if (!crawler.is_null()) {
    if (targets == wanted) return true;
    return Change("UpdateCrawler", {{"Name", options_.name}, {"Targets", wanted}}, stop);
  }
  const Json settings = {
      {"Version", 1.0},
      {"Grouping", {{"TableGroupingPolicy", "CombineCompatibleSchemas"}}},
      {"CrawlerOutput", {{"Partitions", {{"AddOrUpdateBehavior", "InheritFromTable"}}}}}};
  return Change("CreateCrawler",
                {{"Name", options_.name},
                 {"Role", options_.role},
                 {"DatabaseName", database_},
                 {"Description", "Tables of a Carmilla lake"},
                 {"Targets", wanted},
                 {"SchemaChangePolicy",
                  {{"UpdateBehavior", "UPDATE_IN_DATABASE"}, {"DeleteBehavior", "LOG"}}},
                 {"RecrawlPolicy", {{"RecrawlBehavior", "CRAWL_EVERYTHING"}}},
                 {"Configuration", DumpJson(settings)}},
                stop);
}

arrow::Result<bool> GlueCrawlerCatalog::Start(const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const Json crawler, Get(stop));
  if (TextOf(crawler, "State") != "READY") return false;
  crawl_before_ = MemberOf(crawler, "LastCrawl");
  const AwsAnswer answer = Call("StartCrawler", {{"Name", options_.name}}, stop);
  // It was ready after everything was published, so whoever was faster (an attempt of
  // ours whose answer was lost, or another run) began a crawl that will see it.
  if (answer.status.ok() || answer.error_code == "CrawlerRunningException") return true;
  if (IsBusy(answer.error_code) || answer.is_outcome_unknown) return false;
  return answer.status;
}

arrow::Result<bool> GlueCrawlerCatalog::HasEnded(const std::stop_token& stop) const {
  ARROW_ASSIGN_OR_RAISE(const Json crawler, Get(stop));
  const Json& crawl = MemberOf(crawler, "LastCrawl");
  if (TextOf(crawler, "State") != "READY" || crawl == crawl_before_) return false;
  const std::string status = TextOf(crawl, "Status");
  if (status == "SUCCEEDED") return true;
  const std::string doing = "waiting for crawler " + options_.name + ": ";
  if (status == "CANCELLED") {
    return MakeError(ErrorKind::kServerCancelled,
                     doing +
                         "somebody stopped it; the tables are published, and the "
                         "catalog may not show them yet",
                     "run it again, or start the crawler");
  }
  return MakeError(ErrorKind::kUnavailable,
                   doing + "the tables are published, and the crawl ended as " + status +
                       ": " + TextOf(crawl, "ErrorMessage"),
                   "read its log " + TextOf(crawl, "LogGroup") + ", " +
                       TextOf(crawl, "LogStream") +
                       "; its role must read the lake and write the database");
}

/// Does `action` until it is done.
template <typename Action>
arrow::Status GlueCrawlerCatalog::Repeat(const Action& action, int max_attempts,
                                         Clock::time_point end,
                                         const std::stop_token& stop) const {
  auto wait = options_.first_wait;
  for (int attempt = 1;; ++attempt) {
    ARROW_ASSIGN_OR_RAISE(const bool is_done, action());
    if (is_done) return arrow::Status::OK();
    if (attempt == max_attempts || Clock::now() + wait > end) {
      return MakeError(ErrorKind::kTimeout,
                       "waiting for the crawler: the tables are published, and it is "
                       "still at work: " +
                           options_.name,
                       "the catalog shows them after the crawler's next run: `carmilla "
                       "run` starts one, or raise its `time_limit`");
    }
    if (!SleepUnlessStopped(wait, stop)) {
      return MakeError(
          ErrorKind::kInterrupted,
          "waiting for the crawler: stopped; the tables are published: " + options_.name);
    }
    wait = std::min(2 * wait, options_.longest_wait);
  }
}

arrow::Status GlueCrawlerCatalog::Settle(const std::vector<std::string>& tables,
                                         const std::vector<std::string>& /*published*/,
                                         const std::stop_token& stop) {
  constexpr int kNoLimit = std::numeric_limits<int>::max();
  const auto end = Clock::now() + options_.time_limit;
  const int attempts = options_.max_attempts;
  ARROW_RETURN_NOT_OK(
      Repeat([&] { return ShowTargets(tables, stop); }, attempts, end, stop));
  ARROW_RETURN_NOT_OK(Repeat([&] { return Start(stop); }, attempts, end, stop));
  return Repeat([&] { return HasEnded(stop); }, kNoLimit, end, stop);
}

}  // namespace carmilla
