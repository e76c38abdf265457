#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/glue_catalog.h"
#include "core/json.h"
#include "http/aws_client.h"
#include "stream/catalog.h"

namespace carmilla {

struct GlueCrawlerOptions {
  std::string name;
  std::string role;  ///< Name or ARN, with which a missing crawler is made; "": none.
  std::string root;  ///< URI of the lake, without a slash at its end.
  /// For one crawl, with what it waits for.
  std::chrono::seconds time_limit = std::chrono::minutes(30);
  /// How often a crawler that is at work is asked to begin.
  int max_attempts = 20;
  std::chrono::milliseconds first_wait = std::chrono::seconds(1);
  std::chrono::milliseconds longest_wait = std::chrono::seconds(30);
};

/// A database of the Glue Data Catalog whose tables a crawler finds in the stable names
/// of a lake. Nothing is registered here: types and partitions are what the crawler makes
/// of the files, and a version is seen when it has been there.
///
/// Errors: as AwsClient; kConfiguration for a crawler of that name that writes into
/// another database, and for one that is missing where no role is told; kTimeout when it
/// is at work for too long, kUnavailable or kServerCancelled when a crawl did not
/// succeed. What was published stays published.
class GlueCrawlerCatalog : public Catalog {
 public:
  GlueCrawlerCatalog(const std::shared_ptr<AwsClient>& client, std::string database,
                     GlueCrawlerOptions options)
      : client_(client),
        database_(std::move(database)),
        direct_(client, database_),
        options_(std::move(options)) {}

  /// Makes the database if it is missing, and looks at the crawler.
  arrow::Status Prepare() override;
  /// Only proves that the table can be shown: what the crawler leaves out is read by
  /// Athena all the same, if it lies below the folder of the table.
  arrow::Status Follow(std::string_view table, const ReadCurrent& current) override;

  /// Makes the crawler if it is missing, adds the folders of `tables` to its targets,
  /// starts it, and waits for its end. Targets that it has are kept, whoever added them.
  /// A crawl that is going on may have passed a table before it was published, so another
  /// one is started after it.
  arrow::Status Settle(const std::vector<std::string>& tables,
                       const std::vector<std::string>& published,
                       const std::stop_token& stop) override;
  std::string SettledBy(const std::vector<std::string>& /*published*/) const override {
    return "crawler " + options_.name;
  }

 private:
  using Clock = std::chrono::steady_clock;

  AwsAnswer Call(std::string_view operation, const Json& parameters,
                 const std::stop_token& stop) const;
  arrow::Result<Json> Get(const std::stop_token& stop) const;
  arrow::Result<bool> Change(std::string_view operation, const Json& parameters,
                             const std::stop_token& stop) const;
  arrow::Status CheckIsOurs(const Json& crawler) const;
  arrow::Result<bool> ShowTargets(const std::vector<std::string>& tables,
                                  const std::stop_token& stop) const;
  arrow::Result<bool> Start(const std::stop_token& stop);
  arrow::Result<bool> HasEnded(const std::stop_token& stop) const;
  template <typename Action>
  arrow::Status Repeat(const Action& action, int max_attempts, Clock::time_point end,
                       const std::stop_token& stop) const;

  const std::shared_ptr<AwsClient> client_;
  const std::string database_;
  GlueCatalog direct_;
  const GlueCrawlerOptions options_;
  Json crawl_before_;  ///< The last one before that which Start began.
};

/// The targets of a crawler with those of `tables` below `root`: what it has is kept, and
/// our own folders are left out. The same if nothing is missing.
Json CrawlerTargets(const Json& targets, const std::string& root,
                    const std::vector<std::string>& tables);

}  // namespace carmilla
