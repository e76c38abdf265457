#pragma once

#include <functional>
#include <memory>
#include <optional>
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

/// The calls of the Glue Data Catalog that a lake needs, on one database. Changes answer
/// whether they were made; false means that the catalog is not as the caller saw it, or
/// that the answer was lost, and has to be read again. Thread safe.
///
/// Errors: as AwsClient; a refusal by Lake Formation says which grant is missing.
class GlueClient {
 public:
  GlueClient(std::shared_ptr<AwsClient> client, std::string database)
      : client_(std::move(client)), database_(std::move(database)) {}

  const std::string& database() const { return database_; }

  arrow::Result<bool> HasDatabase();
  arrow::Result<bool> CreateDatabase();

  arrow::Result<std::optional<GlueTable>> GetTable(std::string_view name);
  arrow::Result<bool> CreateTable(const Json& input);
  /// Replaces the table if its version is still `version_id`; the older version is not
  /// archived, of which an account may have only so many.
  arrow::Result<bool> UpdateTable(const Json& input, std::string_view version_id);

  /// Calls `visit` for each partition, page by page, without the columns.
  arrow::Status GetPartitions(std::string_view table,
                              const std::function<arrow::Status(const Json&)>& visit);
  /// Any number of partitions, in batches as large as the API takes. Every element of
  /// each answer is looked at.
  arrow::Result<bool> CreatePartitions(std::string_view table,
                                       const std::vector<Json>& inputs);
  arrow::Result<bool> UpdatePartitions(std::string_view table,
                                       const std::vector<Json>& inputs);
  /// Takes lists of values.
  arrow::Result<bool> DeletePartitions(std::string_view table,
                                       const std::vector<Json>& values);

 private:
  AwsAnswer Call(std::string_view operation, std::string_view table, Json parameters);
  arrow::Result<bool> Change(std::string_view operation, std::string_view table,
                             Json parameters);
  arrow::Result<bool> ChangeInBatches(std::string_view operation, std::string_view table,
                                      std::string_view list, const std::vector<Json>& all,
                                      size_t batch);
  std::string ResourceOf(std::string_view table) const;

  const std::shared_ptr<AwsClient> client_;
  const std::string database_;
};

}  // namespace carmilla
