#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include <arrow/result.h>

#include "engine/destination.h"
#include "engine/extraction.h"
#include "engine/run_report.h"
#include "engine/table_plan.h"
#include "lake/lake.h"
#include "postgres/snapshot.h"

namespace carmilla {

/// Publishes what a run has read or what its tasks have written, table by table. Any
/// thread.
class TablePublisher {
 public:
  /// `destination` must outlive the publisher. `models`: files of SQL, by name.
  TablePublisher(const Destination& destination,
                 std::map<std::string, std::string> models);

  Lake& lake() { return lake_; }

  /// Follows what an earlier run may have left undone and remembers the version to
  /// replace; nothing for plain files. kConfiguration if the table of the lake belongs to
  /// somebody else (a relation, a model, a task), kConflict if it holds rows of a later
  /// moment that came since this publisher was made.
  arrow::Result<std::optional<CurrentTable>> ReadExpected(const TablePlan& table,
                                                          const SnapshotToken& snapshot,
                                                          const ServerIdentity& server);

  /// Publishes `extraction` and tells how it went; one that has failed is only told of.
  TableOutcome Publish(const RunPlan& run, const TablePlan& table,
                       const TableExtraction& extraction, const SnapshotToken& snapshot,
                       const std::optional<CurrentTable>& expected,
                       const std::stop_token& stop);

 private:
  arrow::Status CheckOwner(const TablePlan& table,
                           const std::optional<CurrentTable>& current) const;
  bool IsUnpublished(const std::string& table) const;

  const Destination& destination_;
  const std::string begun_at_;  ///< As Manifest::created_at.
  Lake lake_;
  const std::map<std::string, std::string> models_;
};

}  // namespace carmilla
