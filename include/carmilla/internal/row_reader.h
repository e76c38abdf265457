#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/record_batch.h>
#include <arrow/status.h>

#include "carmilla/internal/backend.h"
#include "carmilla/internal/column_reader.h"
#include "carmilla/internal/nested_column.h"
#include "carmilla/model.h"

namespace carmilla::internal {

/// kStaleHeader where a batch is not what the struct's member reads.
arrow::Status CheckColumn(const arrow::ArrayData& column, const arrow::DataType& type,
                          bool is_nullable, std::string_view name);

/// kStaleHeader: the column holds what the struct's member has no room for.
arrow::Status ReadFailed(std::string_view column, std::exception_ptr thrown);

/// Calls `visit(member, name)` for each member of a model or a record.
template <typename T, typename Visit>
constexpr void VisitNamedMembers(Visit&& visit) {
  constexpr const T* kType = nullptr;
  if constexpr (Model<T>) {
    VisitColumns(kType, [&](auto member, const auto& column) {
      visit(member, std::string_view(column.name));
    });
  } else {
    VisitMembers(kType, visit);
  }
}

/// What the members of T read.
template <typename T>
std::vector<ReadColumn> ReadColumnsOf() {
  std::vector<ReadColumn> columns;
  const auto add = [&]<typename M>(M, std::string_view name, std::string_view type) {
    using Value = typename WithoutOptional<typename M::Type>::Type;
    columns.push_back({.name = std::string(name),
                       .type = std::string(type),
                       .is_nullable = !std::same_as<Value, typename M::Type>,
                       .declared = Slot<Value>::Declared(),
                       .in_rows = Slot<Value>::Type()});
  };
  constexpr const T* kType = nullptr;
  if constexpr (Model<T>) {
    VisitColumns(kType, [&](auto member, const auto& column) {
      add(member, column.name, column.type);
    });
  } else {
    VisitMembers(kType, [&](auto member, auto name) { add(member, name, ""); });
  }
  return columns;
}

/// What T asks of the server.
template <Model T>
ReadRequest RequestFor() {
  constexpr const T* kType = nullptr;
  const Relation& relation = RelationOf(kType);
  return {.kind = relation.query.empty() ? ReadKind::kRelation : ReadKind::kQuery,
          .schema = std::string(relation.schema),
          .name = std::string(relation.name),
          .query = std::string(relation.query),
          .parameters = {},
          .columns = ReadColumnsOf<T>(),
          .where = {}};
}

/// Refuses what has no members that rows could be read into, with a sentence.
template <typename T>
constexpr void CheckReadable() {
  static_assert(Model<T> || Record<T>,
                "rows are read into a struct of a generated header, or into one of your "
                "own whose members CARMILLA_RECORD tells");
}

/// Rows of anything else into T: of the SQL `query`, or of the table `name`.
template <typename T>
ReadRequest RequestFor(ReadKind kind, std::string_view name, std::string_view query) {
  return {.kind = kind,
          .schema = "",
          .name = std::string(name),
          .query = std::string(query),
          .parameters = {},
          .columns = ReadColumnsOf<T>(),
          .where = {}};
}

/// Fails if the columns of `batch`, in order, are not what the members of T read.
template <typename T>
arrow::Status CheckBatch(const arrow::RecordBatch& batch) {
  arrow::Status status;
  int index = 0;
  VisitNamedMembers<T>([&]<typename M>(M, std::string_view name) {
    using Value = typename WithoutOptional<typename M::Type>::Type;
    if (!status.ok()) return;
    status = CheckColumn(*batch.column_data(index++), *Slot<Value>::Type(),
                         !std::same_as<Value, typename M::Type>, name);
  });
  return status;
}

/// Fills `rows` with the rows of `batch` from `begin` on, column by column: what is read
/// views the batch. kStaleHeader, naming the column, for what a member has no room for.
template <typename T>
arrow::Status FillRows(const arrow::RecordBatch& batch, int64_t begin,
                       std::vector<T>* rows) {
  arrow::Status status;
  int index = 0;
  VisitNamedMembers<T>([&]<typename M>(M, std::string_view name) {
    if (!status.ok()) return;
    try {
      const ColumnReader<typename M::Type> column(*batch.column_data(index++));
      int64_t row = begin;
      for (T& filled : *rows) M::Of(filled) = column.Read(row++);
    } catch (...) {
      status = ReadFailed(name, std::current_exception());
    }
  });
  return status;
}

}  // namespace carmilla::internal
