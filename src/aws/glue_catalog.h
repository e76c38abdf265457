#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "aws/glue_client.h"
#include "stream/catalog.h"

namespace carmilla {

struct GlueCatalogOptions {
  /// Takes over a table of the same name that is not ours.
  bool is_adopting = false;
  /// Makes calls brief, but ends none: what was published is shown if Glue answers.
  std::stop_token stop;
};

/// Tables in a database of the Glue Data Catalog, registered directly. A table is ours if
/// its parameter `carmilla.table` is its name.
///
/// UpdateTable names the version that was read before the pointer, so an older process
/// cannot move a table back. Partitions have no such guard: they are compared with the
/// pointer's, and once more after they were changed if it has moved meanwhile.
class GlueCatalog : public Catalog {
 public:
  GlueCatalog(std::shared_ptr<AwsClient> client, std::string database,
              GlueCatalogOptions options = {})
      : glue_(std::move(client), std::move(database), options.stop),
        options_(std::move(options)) {}

  arrow::Status Prepare() override;
  arrow::Status Follow(std::string_view table, const ReadCurrent& current) override;

 private:
  arrow::Status CheckMayChange(std::string_view name, const GlueTable& shown) const;
  arrow::Result<GlueChange> ShowTable(const CatalogTable& table,
                                      const std::optional<GlueTable>& shown);
  arrow::Result<GlueChange> ShowPartitions(const CatalogTable& table, bool* has_changed);

  GlueClient glue_;
  const GlueCatalogOptions options_;
};

}  // namespace carmilla
