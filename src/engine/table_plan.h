#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <arrow/status.h>

#include "engine/run_report.h"
#include "plan/configuration.h"
#include "postgres/copy_reader.h"
#include "postgres/range_plan.h"
#include "postgres/session.h"
#include "transform/batch_transform.h"
#include "types/column_mask.h"
#include "types/storage_choice.h"
#include "types/table_description.h"
#include "types/type_mapping.h"

namespace carmilla {

/// One column as it will be read and written.
struct ColumnPlan {
  ColumnDescription description;
  /// Its name in files and catalog where it is not PostgreSQL's; else "".
  std::string written_as;
  TypeMapping mapping;
  ValuePolicies policies;
  /// `payload $.campaign.id`, of a column that is made from JSON; else "".
  std::string derived_from;
  ValuePolicy on_misfit = ValuePolicy::kError;  ///< Of a column that is made from JSON.
  std::optional<ColumnMask> mask;

  const std::string& WrittenName() const {
    return written_as.empty() ? description.name : written_as;
  }
};

/// One table of a run: what is read, how, and what it becomes.
struct TablePlan {
  std::string name;        ///< Its one name: folder, catalog, SQL.
  TableDescription table;  ///< With the selected columns only.
  std::string query;       ///< The user's SELECT instead of a relation, or "".
  /// The task that writes the table, instead of a relation, or ""; `table` has no columns
  /// then, and those of `columns` have no type of PostgreSQL.
  std::string task;
  std::vector<std::string> task_inputs;  ///< What the task read, `schema.table`.
  std::string where;
  std::vector<ColumnPlan> columns;  ///< As they are written.
  /// Where each of `columns` comes from; empty when they are written as they are read.
  std::vector<ColumnTransform> transforms;
  std::vector<ColumnPlan> read;  ///< As they are read, where there are transforms.
  Secret mask_key;               ///< Of the transforms.
  std::vector<LeafPlan> leaves;  ///< One entry with one open range for a stream.
  ScanMethod method = ScanMethod::kStream;
  bool is_single_file = false;  ///< One file (per partition), written by one writer.
  std::optional<PartitionBy> partition_by;
  Compression compression = Compression::kZstd;
  Proof proof = Proof::kStructural;
  Layout layout = Layout::kVersioned;
  int64_t range_bytes = 0;
  /// Stored size from which the rows of a partition go on in another file, where no
  /// ranges cut them; 0: never.
  int64_t file_bytes = 0;
  int64_t limit = -1;
  std::vector<std::string> warnings;

  /// Number of ranges, that is of files when every range has rows and nothing is
  /// partitioned.
  int NumRanges() const;

  /// Where the rows come from, for people: `schema.table`, `query` or `task NAME`.
  std::string Origin() const;

  const std::vector<ColumnPlan>& ReadColumns() const {
    return transforms.empty() ? columns : read;
  }
};

/// A table that cannot be run, and why.
struct RefusedTable {
  std::string name;
  arrow::Status reason;
  std::string relation;  ///< `schema.table`; "" if there is none.
};

/// Everything decided before the first row is read.
struct RunPlan {
  ServerIdentity server;
  std::string source;  ///< `user@host:port/database`.
  std::vector<TablePlan> tables;
  std::vector<RefusedTable> refused;
  std::vector<std::string> notes;       ///< On no table of its own.
  std::vector<RelationName> ignored;    ///< Left out by `new_tables: ignore`.
  std::vector<VanishedTable> vanished;  ///< Of PlanOptions::lake.
  std::vector<std::string> not_run;     ///< Configured `schema.table`s that nobody named.
  /// The one names of all configured tables, read or not: no task may write one.
  std::set<std::string> configured;
  Gentleness gentleness = Gentleness::kGentle;
  Consistency consistency = Consistency::kRun;  ///< Never kAuto.
  std::string consistency_reason;
  std::chrono::seconds max_snapshot_age{900};
  int workers = 1;
  std::vector<std::string> tasks;  ///< Names of those that run after the tables.
  Proof proof_of_tasks = Proof::kStructural;  ///< Of what these write.
  int64_t memory_bytes = 256LL << 20;
  int64_t worker_bytes = 0;  ///< What one worker may hold in all.
  int64_t row_group_bytes = 0;
  int64_t max_row_bytes = 0;
};

/// The Arrow schema of the files of `plan`.
std::shared_ptr<arrow::Schema> SchemaOf(const TablePlan& plan);

/// Bytes that the catalog expects to be read: heap and TOAST.
int64_t EstimatedBytes(const RunPlan& plan);

}  // namespace carmilla
