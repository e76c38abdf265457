#include "operations/table_measures.h"

#include <array>

#include <arrow/type.h>

#include "operations/lake_sql.h"

namespace carmilla {
namespace {

/// Ten thousand million values of that many digits still have a sum of 38, which is what
/// engines can hold.
constexpr int32_t kMaxSummedDigits = 28;

constexpr auto kNames = std::to_array<std::string_view>(
    {"rows", "values", "sum", "true", "days", "characters"});

/// The sum that two copies of `column` must share; nothing for types without one.
std::optional<TableMeasure> SumOf(const std::string& name, const arrow::DataType& type) {
  const std::string column = QuotedInLakeSql(name);
  switch (type.id()) {
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:  // Athena's sum of bigint is a bigint, which overflows.
      return TableMeasure{name, MeasureKind::kSum,
                          "sum(cast(" + column + " as decimal(38, 0)))"};
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128:
      if (static_cast<const arrow::DecimalType&>(type).precision() > kMaxSummedDigits) {
        return std::nullopt;
      }
      return TableMeasure{name, MeasureKind::kSum, "sum(" + column + ")"};
    case arrow::Type::BOOL:
      return TableMeasure{name, MeasureKind::kTrue,
                          "sum(cast(" + column + " as integer))"};
    case arrow::Type::DATE32:
      return TableMeasure{name, MeasureKind::kDays,
                          "sum(date_diff('day', date '1970-01-01', " + column + "))"};
    case arrow::Type::STRING:
      return TableMeasure{name, MeasureKind::kCharacters, "sum(length(" + column + "))"};
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string_view NameOf(MeasureKind kind) { return kNames[static_cast<size_t>(kind)]; }

std::vector<TableMeasure> MeasuresOf(const arrow::Schema& schema) {
  std::vector<TableMeasure> measures = {{"", MeasureKind::kRows, "count(*)"}};
  for (const auto& field : schema.fields()) {
    measures.push_back({field->name(), MeasureKind::kValues,
                        "count(" + QuotedInLakeSql(field->name()) + ")"});
    std::optional<TableMeasure> sum = SumOf(field->name(), *field->type());
    if (sum.has_value()) measures.push_back(*std::move(sum));
  }
  return measures;
}

std::string MeasureSql(const std::string& table, std::span<const TableMeasure> measures) {
  std::string list;
  for (const TableMeasure& measure : measures) {
    list += (list.empty() ? "cast(" : ", cast(") + measure.expression + " as varchar)";
  }
  return "SELECT " + list + " FROM " + InLakeSql(table);
}

}  // namespace carmilla
