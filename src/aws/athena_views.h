#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include <arrow/status.h>

#include "aws/athena_client.h"
#include "aws/glue_client.h"

namespace carmilla {

/// Views of ours in a database of the Glue Data Catalog, made by Athena.
///
/// Athena keeps no parameters of a view, so ours are known by their SQL: it is all in one
/// subquery, whose alias says so. That mark is made by the statement that makes the view,
/// and cannot be missing after a crash.
class AthenaViews {
 public:
  AthenaViews(std::shared_ptr<AthenaClient> athena, std::shared_ptr<AwsClient> glue,
              std::string database, bool is_adopting)
      : athena_(std::move(athena)),
        glue_(std::move(glue), std::move(database)),
        is_adopting_(is_adopting) {}

  /// Makes the view `name` of one SELECT without a semicolon, or replaces ours.
  /// kConfiguration if the name is that of a table, or of somebody else's view that may
  /// not be adopted; else as AthenaClient::Run.
  arrow::Status Replace(const std::string& name, const std::string& select,
                        const std::stop_token& stop);

 private:
  arrow::Status CheckMayReplace(const std::string& name);

  const std::shared_ptr<AthenaClient> athena_;
  GlueClient glue_;
  const bool is_adopting_;
};

/// Whether a table of the catalog, as GetTable tells it, is a view of ours.
bool IsViewOfOurs(const Json& table);

}  // namespace carmilla
