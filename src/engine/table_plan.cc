#include "engine/table_plan.h"

#include <arrow/type.h>

namespace carmilla {

int TablePlan::NumRanges() const {
  int count = 0;
  for (const LeafPlan& leaf : leaves) count += static_cast<int>(leaf.ranges.size());
  return count;
}

std::shared_ptr<arrow::Schema> SchemaOf(const TablePlan& plan) {
  arrow::FieldVector fields;
  fields.reserve(plan.columns.size());
  for (const ColumnPlan& column : plan.columns) {
    fields.push_back(arrow::field(column.WrittenName(), column.mapping.arrow_type));
  }
  return arrow::schema(std::move(fields));
}

int64_t EstimatedBytes(const RunPlan& plan) {
  int64_t bytes = 0;
  for (const TablePlan& table : plan.tables) bytes += table.table.total_bytes;
  return bytes;
}

}  // namespace carmilla
