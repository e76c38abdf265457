#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/record_batch.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "carmilla/internal/backend.h"
#include "carmilla/internal/column_writer.h"
#include "carmilla/internal/nested_column.h"
#include "carmilla/internal/row_reader.h"

namespace carmilla::internal {

/// A schema of these columns, each of which may be NULL, as everywhere in a lake.
std::shared_ptr<arrow::Schema> SchemaOf(const NamedTypes& columns);

/// The columns that the members of T are written as.
template <typename T>
std::shared_ptr<arrow::Schema> SchemaFor() {
  NamedTypes columns;
  VisitNamedMembers<T>([&]<typename M>(M, std::string_view name) {
    using Value = typename WithoutOptional<typename M::Type>::Type;
    columns.emplace_back(name, Slot<Value>::Type());
  });
  return SchemaOf(columns);
}

/// A value without one, such as an overflow, that was met while a column was written.
struct InvalidCell {
  std::string column;
  int64_t row = 0;      ///< Of those given to Append.
  std::string problem;  ///< `overflow`.
};

/// Turns records into batches, column by column.
template <typename T>
class RecordWriter {
 public:
  RecordWriter() : schema_(SchemaFor<T>()) {
    VisitNamedMembers<T>([&]<typename M>(M, std::string_view) {
      columns_.push_back(std::make_unique<ColumnWriter<typename M::Type>>());
    });
  }

  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  int64_t rows() const { return rows_; }
  int64_t bytes() const {
    int64_t sum = 0;
    for (const auto& column : columns_) sum += column->bytes();
    return sum;
  }

  /// Appends rows; what they view is copied. Cells without a value become NULL and are
  /// told in `invalid`.
  void Append(const std::vector<T>& records, std::vector<InvalidCell>* invalid) {
    size_t index = 0;
    VisitNamedMembers<T>([&]<typename M>(M, std::string_view name) {
      auto& column = static_cast<ColumnWriter<typename M::Type>&>(*columns_[index++]);
      for (const T& record : records) column.Append(M::Of(record));
      FindInvalid<M>(records, name, invalid);
    });
    rows_ += static_cast<int64_t>(records.size());
  }

  /// The rows as a batch; begins anew.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Finish() {
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (const auto& column : columns_) {
      ARROW_ASSIGN_OR_RAISE(auto data, column->Finish());
      columns.push_back(std::move(data));
    }
    return arrow::RecordBatch::Make(schema_, std::exchange(rows_, 0), std::move(columns));
  }

 private:
  template <typename M>
  static void FindInvalid(const std::vector<T>& records, std::string_view name,
                          std::vector<InvalidCell>* invalid) {
    using Value = typename WithoutOptional<typename M::Type>::Type;
    if constexpr (requires(const Value& value) { value.problem(); }) {
      for (size_t row = 0; row < records.size(); ++row) {
        const Value* const value = Pointer(M::Of(records[row]));
        if (value == nullptr || value->is_valid()) continue;
        invalid->push_back(
            {std::string(name), static_cast<int64_t>(row), Describe(value->problem())});
      }
    }
  }
  template <typename V>
  static const V* Pointer(const V& value) {
    return &value;
  }
  template <typename V>
  static const V* Pointer(const std::optional<V>& value) {
    return value.has_value() ? &*value : nullptr;
  }

  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::unique_ptr<AnyColumnWriter>> columns_;
  int64_t rows_ = 0;
};

}  // namespace carmilla::internal
