#pragma once

#include <functional>
#include <memory>
#include <string>

#include <arrow/io/interfaces.h>

#include "aws/athena_client.h"
#include "stream/query_engine.h"

namespace carmilla {

/// Runs SQL on Athena, over the tables of the Glue Data Catalog. Answers are streamed
/// from the file that Athena writes, or read in pages where it writes none that can be
/// read.
class AthenaEngine : public QueryEngine {
 public:
  /// Opens an object of S3 by its URI.
  using OpenObject =
      std::function<arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>>(
          const std::string& uri)>;

  AthenaEngine(std::shared_ptr<AthenaClient> client, OpenObject open_object)
      : client_(std::move(client)), open_object_(std::move(open_object)) {}

  /// As AthenaClient::Run. Statements that have no rows have no columns.
  arrow::Result<std::unique_ptr<QueryResult>> Execute(std::string_view sql,
                                                      std::stop_token stop) override;

 private:
  const std::shared_ptr<AthenaClient> client_;
  const OpenObject open_object_;
};

}  // namespace carmilla
