// Forty columns from the JSON of a table of clicks, a third of them nested; without a
// server.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <benchmark/benchmark.h>

#include "transform/batch_transform.h"

namespace carmilla {
namespace {

constexpr int64_t kRows = 4096;
constexpr int kColumns = 40;
constexpr const char* kTypes[] = {"bigint", "text", "double", "decimal(18,4)"};

/// `"field_7": <value>,` of a row.
std::string Member(int column, int64_t row) {
  const std::string key = "\"field_" + std::to_string(column) + "\": ";
  const std::string number = std::to_string(row * 977 + column);
  switch (column % 4) {
    case 0:
      return key + number + ", ";
    case 1:
      return key + "\"text of row " + number + "\", ";
    case 2:
      return key + number + ".125, ";
    default:
      return key + number + ".5, ";
  }
}

std::string Document(int64_t row) {
  std::string inner;
  std::string outer;
  for (int i = 0; i < kColumns; ++i) (i % 3 == 0 ? inner : outer) += Member(i, row);
  return R"({"page": {)" + inner + R"("url": "https://example.org/"}, )" + outer +
         R"("referrer": "https://example.com/a?b=c"})";
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> Clicks() {
  arrow::StringBuilder builder;
  for (int64_t row = 0; row < kRows; ++row) {
    ARROW_RETURN_NOT_OK(builder.Append(Document(row)));
  }
  ARROW_ASSIGN_OR_RAISE(auto payload, builder.Finish());
  return arrow::RecordBatch::Make(arrow::schema({arrow::field("payload", arrow::utf8())}),
                                  kRows, {std::move(payload)});
}

arrow::Result<std::vector<ColumnTransform>> Columns(int count, JsonTrust trust) {
  std::vector<ColumnTransform> columns;
  for (int i = 0; i < count; ++i) {
    const std::string name = "field_" + std::to_string(i);
    JsonDerivation derivation;
    ARROW_ASSIGN_OR_RAISE(derivation.type, ParseDeclaredType(kTypes[i % 4]));
    ARROW_ASSIGN_OR_RAISE(derivation.path,
                          ParseJsonPath((i % 3 == 0 ? "$.page." : "$.") + name));
    columns.push_back({.name = name,
                       .type = ArrowTypeOf(derivation.type),
                       .source = 0,
                       .source_name = "payload",
                       .derivation = derivation,
                       .trust = trust});
  }
  return columns;
}

arrow::Status Run(benchmark::State& state, JsonTrust trust) {
  const auto count = static_cast<int>(state.range(0));
  ARROW_ASSIGN_OR_RAISE(const auto clicks, Clicks());
  ARROW_ASSIGN_OR_RAISE(auto columns, Columns(count, trust));
  ARROW_ASSIGN_OR_RAISE(auto transform, BatchTransform::Make(std::move(columns), ""));
  for (auto _ : state) {
    ARROW_ASSIGN_OR_RAISE(const auto rows, transform->Apply(*clicks));
    for (const auto& column : rows->columns()) {
      if (column->null_count() > 0) return arrow::Status::Invalid("a value is missing");
    }
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  state.counters["bytes_per_row"] =
      static_cast<double>(clicks->column(0)->data()->buffers[2]->size()) / kRows;
  return arrow::Status::OK();
}

void Derive(benchmark::State& state, JsonTrust trust) {
  const arrow::Status status = Run(state, trust);
  if (!status.ok()) state.SkipWithError(status.ToString().c_str());
}

BENCHMARK_CAPTURE(Derive, jsonb, JsonTrust::kBinary)->Arg(1)->Arg(10)->Arg(kColumns);
BENCHMARK_CAPTURE(Derive, json, JsonTrust::kJson)->Arg(1)->Arg(10)->Arg(kColumns);
BENCHMARK_CAPTURE(Derive, text, JsonTrust::kNone)->Arg(1)->Arg(10)->Arg(kColumns);

}  // namespace
}  // namespace carmilla

BENCHMARK_MAIN();
