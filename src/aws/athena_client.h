#pragma once

#include <chrono>
#include <cstdint>
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

struct AthenaOptions {
  std::string workgroup = "primary";
  std::string output;    ///< Where results go (`s3://...`); "": as the workgroup says.
  std::string database;  ///< In which names without one are looked up.
  std::chrono::seconds time_limit = std::chrono::minutes(10);
};

/// One column of an answer, as Athena describes it.
struct AthenaColumn {
  std::string name;
  std::string type;  ///< `bigint`, `decimal`, `varchar`, `row`...
  int32_t precision = 0;
  int32_t scale = 0;
};

/// A statement that has succeeded.
struct AthenaExecution {
  std::string id;
  std::string output;    ///< URI of the file of its rows; "" if Athena keeps them.
  std::string manifest;  ///< URI of the list of the files that it wrote; "" for none.
  int64_t scanned_bytes = 0;
};

/// A cell's text; nothing is NULL.
using AthenaCell = std::optional<std::string>;

/// Some rows of an answer, and where the next ones are.
struct AthenaPage {
  std::vector<AthenaColumn> columns;
  std::vector<std::vector<AthenaCell>> rows;
  std::string next_token;  ///< "" after the last page.
};

/// The calls of Athena that a query needs. Thread safe.
class AthenaClient {
 public:
  AthenaClient(std::shared_ptr<AwsClient> client, AthenaOptions options)
      : client_(std::move(client)), options_(std::move(options)) {}

  /// Starts `sql` and waits for its end. A lost answer starts it no second time. kQuery
  /// with Athena's own words if the statement is wrong; kConfiguration if the workgroup
  /// or the place for results is; kTimeout after the time limit and kInterrupted soon
  /// after `stop` is requested, both when Athena was told to stop.
  arrow::Result<AthenaExecution> Run(std::string_view sql, const std::stop_token& stop);

  /// Reads a page of at most `num_rows` (1 to 1,000) of the answer. The first row of the
  /// first page of a SELECT holds the names of the columns.
  arrow::Result<AthenaPage> ReadPage(const std::string& id, const std::string& token,
                                     int num_rows, const std::stop_token& stop);

 private:
  arrow::Result<std::string> Start(std::string_view sql, const std::stop_token& stop);
  arrow::Result<Json> Poll(const std::string& id, const std::stop_token& stop);
  void Cancel(const std::string& id);
  AwsRequest Request(std::string_view operation, std::string_view body) const;

  const std::shared_ptr<AwsClient> client_;
  const AthenaOptions options_;
};

}  // namespace carmilla
