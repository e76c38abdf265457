#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "http/aws_client.h"
#include "http/http_transport.h"

namespace carmilla {

/// A Glue Data Catalog in memory, as a transport: versions are compared, batches have
/// their limits, pages are short. Faults are put in by `before`.
class GlueInMemory : public HttpTransport {
 public:
  HttpOutcome Exchange(const HttpRequest& request, const std::stop_token& stop) override;

  /// Called with each operation (`UpdateTable`) before it is done; what it returns is the
  /// answer. A status of 0 stands for an answer that was lost after the operation was
  /// done, nothing for none of its business.
  std::function<std::optional<HttpResponse>(std::string_view operation)> before;

  std::set<std::string> databases;
  std::map<std::string, Json> tables;                      ///< With VersionId.
  std::map<std::string, std::map<Json, Json>> partitions;  ///< By table and values.
  std::vector<std::string> operations;                     ///< All that were done.

  /// Locations of the partitions of a table, in the order of their values.
  std::vector<std::string> Locations(const std::string& table) const;

 private:
  HttpResponse Answer(std::string_view operation, const Json& parameters);
  HttpResponse ChangeTable(const Json& parameters, bool is_new);
  HttpResponse ListPartitions(const Json& parameters);
  HttpResponse ChangePartitions(std::string_view operation, const Json& parameters);
};

/// A client of `glue` with keys of no worth and short waits.
std::shared_ptr<AwsClient> ClientOf(std::shared_ptr<GlueInMemory> glue);

/// An error as the JSON services write it.
HttpResponse GlueError(std::string_view code, int status = 400);

}  // namespace carmilla
