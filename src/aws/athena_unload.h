#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "aws/athena_client.h"
#include "aws/athena_engine.h"

namespace carmilla {

/// What Athena tells of a SELECT before it is run.
struct AthenaSelect {
  std::vector<AthenaColumn> columns;
  std::string answers;  ///< URI of the folder of answers, with a slash at its end.
};

/// Has Athena write the rows of a SELECT into Parquet files (UNLOAD), which leaves
/// nothing in the catalog.
class AthenaUnload {
 public:
  AthenaUnload(std::shared_ptr<AthenaClient> client, AthenaEngine::OpenObject open_object)
      : client_(std::move(client)), open_object_(std::move(open_object)) {}

  /// Asks for the columns of one SELECT without a semicolon; no row is read.
  /// kConfiguration if Athena keeps answers to itself, so that there is no place for
  /// files; else as AthenaClient::Run.
  arrow::Result<AthenaSelect> Describe(const std::string& select,
                                       const std::stop_token& stop);

  /// Runs `select` and returns the URIs of its files in `folder`, which must be empty and
  /// end with a slash; none if there are no rows. Files in which a failed query ended
  /// stay. kCorruptData if Athena does not tell which files it wrote; else as
  /// AthenaClient::Run.
  arrow::Result<std::vector<std::string>> Run(const std::string& select,
                                              const std::string& folder,
                                              const std::stop_token& stop);

 private:
  const std::shared_ptr<AthenaClient> client_;
  const AthenaEngine::OpenObject open_object_;
};

}  // namespace carmilla
