#pragma once

#include <cstdint>
#include <memory>
#include <span>
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

/// Whether values of T, or inside of T, may be none.
template <typename T>
inline constexpr bool kMayBeInvalid =
    Slot<T>::kForm == SlotForm::kRecord || Slot<T>::kForm == SlotForm::kList;
template <typename T>
inline constexpr bool kMayBeInvalid<std::optional<T>> = kMayBeInvalid<T>;
template <int P, int S>
inline constexpr bool kMayBeInvalid<Decimal<P, S>> = true;

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
  void Append(std::span<const T> records, std::vector<InvalidCell>* invalid) {
    size_t index = 0;
    VisitNamedMembers<T>([&]<typename M>(M, std::string_view name) {
      auto& column = static_cast<ColumnWriter<typename M::Type>&>(*columns_[index++]);
      if constexpr (kMayBeInvalid<typename M::Type>) {
        AppendChecked<M>(records, name, &column, invalid);
      } else {
        for (const T& record : records) column.Append(M::Of(record));
      }
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
  static void AppendChecked(std::span<const T> records, std::string_view name,
                            ColumnWriter<typename M::Type>* column,
                            std::vector<InvalidCell>* invalid) {
    for (size_t row = 0; row < records.size(); ++row) {
      column->Append(M::Of(records[row]));
      const InvalidValues found = column->TakeInvalid();
      if (found.count == 0) [[likely]]
        continue;
      invalid->push_back({.column = std::string(name),
                          .row = static_cast<int64_t>(row),
                          .problem = Describe(found.problem)});
    }
  }

  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::unique_ptr<AnyColumnWriter>> columns_;
  int64_t rows_ = 0;
};

}  // namespace carmilla::internal
