#include "columnar/hidden_elements.h"

#include <utility>

#include <arrow/array/array_nested.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/util.h>
#include <arrow/compute/api_vector.h>
#include <arrow/type.h>
#include <arrow/util/bitmap_ops.h>

namespace carmilla {
namespace {

using ArrayResult = arrow::Result<std::shared_ptr<arrow::Array>>;

bool HasLists(const arrow::DataType& type) {
  if (type.id() == arrow::Type::LIST || type.id() == arrow::Type::MAP) return true;
  for (const auto& field : type.fields()) {
    if (HasLists(*field->type())) return true;
  }
  return false;
}

bool HidesElements(const arrow::ListArray& lists) {
  if (lists.null_count() == 0) return false;
  for (int64_t i = 0; i < lists.length(); ++i) {
    if (lists.IsNull(i) && lists.value_length(i) > 0) return true;
  }
  return false;
}

/// Taking all rows builds them anew.
ArrayResult Rebuild(const arrow::Array& array) {
  arrow::Int64Builder rows;
  ARROW_RETURN_NOT_OK(rows.Reserve(array.length()));
  for (int64_t row = 0; row < array.length(); ++row) rows.UnsafeAppend(row);
  ARROW_ASSIGN_OR_RAISE(const auto all, rows.Finish());
  return arrow::compute::Take(array, *all);
}

ArrayResult InLists(std::shared_ptr<arrow::Array> array) {
  if (HidesElements(static_cast<const arrow::ListArray&>(*array))) {
    ARROW_ASSIGN_OR_RAISE(array, Rebuild(*array));
  }
  const auto elements = arrow::MakeArray(array->data()->child_data[0]);
  ARROW_ASSIGN_OR_RAISE(const auto shown, DropHiddenElements(elements));
  if (shown == elements) return array;
  const auto data = array->data()->Copy();
  data->child_data[0] = shown->data();
  return arrow::MakeArray(data);
}

ArrayResult InStruct(std::shared_ptr<arrow::Array> array) {
  const auto& members = static_cast<const arrow::StructArray&>(*array);
  // NULL where the struct is.
  ARROW_ASSIGN_OR_RAISE(auto flattened, members.Flatten());
  bool is_changed = false;
  for (auto& member : flattened) {
    ARROW_ASSIGN_OR_RAISE(auto shown, DropHiddenElements(member));
    is_changed = is_changed || shown != member;
    member = std::move(shown);
  }
  if (!is_changed) return array;
  std::shared_ptr<arrow::Buffer> validity;
  if (array->null_count() > 0) {
    ARROW_ASSIGN_OR_RAISE(
        validity, arrow::internal::CopyBitmap(arrow::default_memory_pool(),
                                              array->null_bitmap_data(), array->offset(),
                                              array->length()));
  }
  return std::make_shared<arrow::StructArray>(array->type(), array->length(), flattened,
                                              std::move(validity), array->null_count());
}

}  // namespace

ArrayResult DropHiddenElements(std::shared_ptr<arrow::Array> array) {
  if (!HasLists(*array->type())) return array;
  switch (array->type_id()) {
    case arrow::Type::LIST:
    case arrow::Type::MAP:
      return InLists(std::move(array));
    case arrow::Type::STRUCT:
      return InStruct(std::move(array));
    default:
      return array;
  }
}

}  // namespace carmilla
