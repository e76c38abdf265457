#pragma once

#include <cstddef>
#include <vector>

#include "engine/table_plan.h"

namespace carmilla {

/// Ranges of one leaf, read in one transaction.
struct LeafScan {
  LeafDescription leaf;
  std::vector<BlockRange> ranges;
  int first_range = 0;  ///< Index of ranges[0] among all ranges of the table.
};

/// What one worker reads in one go. Its files stand alone: a failed unit is repeated as a
/// whole under the same snapshot without touching the others.
struct ScanUnit {
  size_t table = 0;  ///< Index in RunPlan::tables.
  std::vector<LeafScan> scans;
};

/// Cuts a run into units, in the order of the tables and their ranges: a unit per range
/// for kBlockRange, per leaf otherwise; a table of one file is one unit.
std::vector<ScanUnit> CutIntoUnits(const std::vector<TablePlan>& tables);

}  // namespace carmilla
