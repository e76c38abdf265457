#include "engine/table_plan.h"

#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "stream/field_metadata.h"

namespace carmilla {

int TablePlan::NumRanges() const {
  int count = 0;
  for (const LeafPlan& leaf : leaves) count += static_cast<int>(leaf.ranges.size());
  return count;
}

std::string TablePlan::Origin() const {
  if (!task.empty()) return "task " + task;
  return query.empty() ? table.name.ToString() : "query";
}

std::shared_ptr<arrow::Schema> SchemaOf(const TablePlan& plan) {
  arrow::FieldVector fields;
  fields.reserve(plan.columns.size());
  for (const ColumnPlan& column : plan.columns) {
    auto field = arrow::field(column.WrittenName(), column.mapping.arrow_type);
    if (column.mapping.srid > 0) {
      field = field->WithMetadata(arrow::key_value_metadata(
          {std::string(kSridKey)}, {std::to_string(column.mapping.srid)}));
    }
    fields.push_back(std::move(field));
  }
  return arrow::schema(std::move(fields));
}

int64_t EstimatedBytes(const RunPlan& plan) {
  int64_t bytes = 0;
  for (const TablePlan& table : plan.tables) bytes += table.table.total_bytes;
  return bytes;
}

}  // namespace carmilla
