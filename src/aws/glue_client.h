#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "core/json.h"
#include "http/aws_client.h"

namespace carmilla {

/// A table of the Glue Data Catalog and the version that an update must name.
struct GlueTable {
  Json table;  ///< As GetTable tells it.
  std::string version_id;
};

/// What became of a change. One that was not made, or of which that is not known, has to
/// be followed by reading the catalog again.
struct GlueChange {
  bool is_made = false;
  /// Why it may not be made; OK if the catalog is not as the caller saw it.
  arrow::Status problem;
};

/// The calls of the Glue Data Catalog that a lake needs, on one database. Thread safe.
/// `stop` ends no call, so that what was published is shown; it makes the calls brief.
///
/// Errors: as AwsClient; a refusal by Lake Formation says which grant is missing. What
/// the service failed to do, or did without an answer, is no error but a GlueChange.
class GlueClient {
 public:
  GlueClient(std::shared_ptr<AwsClient> client, std::string database,
             std::stop_token stop = {})
      : client_(std::move(client)),
        database_(std::move(database)),
        stop_(std::move(stop)) {}

  const std::string& database() const { return database_; }

  /// Waits before the catalog is read again after `attempt` (from 1) changes that others
  /// were faster with, or that failed.
  void Wait(int attempt) const;

  arrow::Result<bool> HasDatabase();
  arrow::Result<GlueChange> CreateDatabase();

  arrow::Result<std::optional<GlueTable>> GetTable(std::string_view name);
  /// kConfiguration if there is no such database.
  arrow::Result<GlueChange> CreateTable(const Json& input);
  /// Replaces the table if its version is still `version_id`; the older version is not
  /// archived, of which an account may have only so many.
  arrow::Result<GlueChange> UpdateTable(const Json& input, std::string_view version_id);

  /// Calls `visit` for each partition, page by page, without the columns.
  arrow::Status GetPartitions(std::string_view table,
                              const std::function<arrow::Status(const Json&)>& visit);
  /// Any number of partitions, in batches as large as the API takes. Every element of
  /// each answer is looked at.
  arrow::Result<GlueChange> CreatePartitions(std::string_view table,
                                             const std::vector<Json>& inputs);
  arrow::Result<GlueChange> UpdatePartitions(std::string_view table,
                                             const std::vector<Json>& inputs);
  /// Takes lists of values.
  arrow::Result<GlueChange> DeletePartitions(std::string_view table,
                                             const std::vector<Json>& values);

 private:
  AwsAnswer Call(std::string_view operation, std::string_view table,
                 const Json& parameters);
  arrow::Result<GlueChange> Change(std::string_view operation, std::string_view table,
                                   const Json& parameters);
  arrow::Result<GlueChange> ChangeInBatches(std::string_view operation,
                                            std::string_view table, std::string_view list,
                                            const std::vector<Json>& all, size_t batch);
  arrow::Status ReadErrors(std::string_view operation, std::string_view table,
                           const AwsAnswer& answer, GlueChange* change) const;
  std::string ResourceOf(std::string_view table) const;

  const std::shared_ptr<AwsClient> client_;
  const std::string database_;
  const std::stop_token stop_;
};

}  // namespace carmilla
