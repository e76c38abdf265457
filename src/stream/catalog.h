#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <arrow/status.h>

namespace carmilla {

struct CatalogColumn {
  std::string name;
  std::string type;  ///< Hive type, such as `decimal(12,2)`.
  std::string comment;

  bool operator==(const CatalogColumn&) const = default;
};

/// What files hold: of a table, or of one of its partitions.
struct CatalogStatistics {
  int64_t files = 0;
  int64_t rows = 0;
  int64_t bytes = 0;  ///< Stored size.

  bool operator==(const CatalogStatistics&) const = default;
};

struct CatalogPartition {
  std::vector<std::string> values;  ///< In the order of the partition columns.
  std::string location;             ///< URI of the folder of its files.
  CatalogStatistics statistics;

  bool operator==(const CatalogPartition&) const = default;
};

/// One version of a table as a catalog shows it.
struct CatalogTable {
  std::string table;   ///< Its one name.
  std::string run_id;  ///< Of the version.
  std::string comment;
  std::string source;    ///< `schema.table`, or the query.
  std::string location;  ///< URI of the folder of its files, or of its partitions.
  std::vector<CatalogColumn> columns;  ///< Without partition columns.
  std::vector<CatalogColumn> partition_columns;
  std::vector<CatalogPartition> partitions;
  CatalogStatistics statistics;
};

/// A catalog in which query engines look tables up: AWS Glue. It follows the pointers of
/// a lake and is never the truth.
///
/// Threads: all methods may be called from several threads at once.
class Catalog {
 public:
  /// Reads what the pointer of the table says now; nothing if it was never published.
  using ReadCurrent = std::function<arrow::Result<std::optional<CatalogTable>>()>;

  virtual ~Catalog() = default;

  /// Makes ready what tables need here, such as their database. kPermission, or
  /// kNotFound, if it is missing and may not be made.
  virtual arrow::Status Prepare() = 0;

  /// Makes the catalog show `table` as its pointer says. `current` is called after the
  /// state of the catalog was read, and again until both agree: a process that was
  /// stopped in between never moves the table back, and puts right the partitions that it
  /// moved. The table switches at once, then each partition by itself; a crash in between
  /// leaves a state that the next call heals. Cheap when there is nothing to do.
  ///
  /// kConfiguration if the catalog has somebody else's table of that name, also when
  /// `current` has nothing.
  virtual arrow::Status Follow(std::string_view table, const ReadCurrent& current) = 0;

  /// Called once after a run has published the tables `published`, with the names of all
  /// `tables` of the lake; returns when the catalog shows those that were published,
  /// which may take minutes. Where Follow does everything there is nothing left to do.
  virtual arrow::Status Settle(const std::vector<std::string>& /*tables*/,
                               const std::vector<std::string>& /*published*/,
                               const std::stop_token& /*stop*/) {
    return arrow::Status::OK();
  }
  /// Whom Settle waits for, for people; "" if it does not wait.
  virtual std::string SettledBy(const std::vector<std::string>& /*published*/) const {
    return "";
  }
};

}  // namespace carmilla
