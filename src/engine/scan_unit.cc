#include "engine/scan_unit.h"

namespace carmilla {

std::vector<ScanUnit> CutIntoUnits(const std::vector<TablePlan>& tables) {
  std::vector<ScanUnit> units;
  for (size_t index = 0; index < tables.size(); ++index) {
    const TablePlan& table = tables[index];
    if (table.is_single_file) units.push_back({.table = index, .scans = {}});
    int first_range = 0;
    for (const LeafPlan& leaf : table.leaves) {
      const int num_ranges = static_cast<int>(leaf.ranges.size());
      if (table.is_single_file) {
        units.back().scans.push_back({leaf.leaf, leaf.ranges, first_range});
      } else if (table.method == ScanMethod::kBlockRange) {
        for (int i = 0; i < num_ranges; ++i) {
          const BlockRange& range = leaf.ranges[static_cast<size_t>(i)];
          units.push_back({index, {{leaf.leaf, {range}, first_range + i}}});
        }
      } else {
        units.push_back({index, {{leaf.leaf, leaf.ranges, first_range}}});
      }
      first_range += num_ranges;
    }
  }
  return units;
}

}  // namespace carmilla
