#include <utility>
#include <vector>

#include <arrow/api.h>

#include "postgres/plain_value.h"

namespace carmilla {
namespace {

using Bytes = std::optional<std::string>;

/// Takes fields off the front of the bytes of a value.
class PlainFields {
 public:
  explicit PlainFields(const std::string& bytes, size_t begin)
      : bytes_(bytes), next_(begin) {}

  size_t rest() const { return bytes_.size() - next_; }
  uint64_t TakeNumber() {
    next_ += 4;
    return Unsigned(bytes_, next_ - 4, 4);
  }
  arrow::Result<Bytes> TakeField() {
    if (rest() < 4) return Malformed();
    const auto size = static_cast<int32_t>(TakeNumber());
    if (size == -1) return std::nullopt;
    if (size < 0 || std::cmp_greater(size, rest())) return Malformed();
    next_ += static_cast<size_t>(size);
    return bytes_.substr(next_ - static_cast<size_t>(size), static_cast<size_t>(size));
  }

 private:
  const std::string& bytes_;
  size_t next_;
};

/// Bytes that a NULL takes in memory, or only those that no composite within counts.
int64_t BytesOf(const TypeMapping& mapping, bool counts_composites) {
  int64_t parts = 0;
  for (const TypeMapping& part : mapping.parts) parts += BytesOf(part, counts_composites);
  switch (mapping.wire) {
    case WireForm::kStruct:
      return counts_composites ? parts : 0;
    case WireForm::kRange:
      return 2 * parts + 3;
    case WireForm::kIntervalParts:
    case WireForm::kUuidBytes:
    case WireForm::kInt64Decimal:
    case WireForm::kUint64Decimal:
      return 16;
    case WireForm::kBoolean:
      return 1;
    case WireForm::kInt16:
      return 2;
    case WireForm::kInt64:
    case WireForm::kUint32:
    case WireForm::kDouble:
    case WireForm::kNumericDouble:
    case WireForm::kTimestamp:
    case WireForm::kTimeMicros:
      return 8;
    case WireForm::kNumericDecimal:
      return mapping.precision > 18 ? 16 : mapping.precision > 9 ? 8 : 4;
    default:
      return 4;  // a number of four bytes, or where something begins
  }
}

/// Composites of many members count the memory of their NULLs, those within too.
bool CountsNulls(const TypeMapping& mapping, const PlainContext& context) {
  return context.counts_nulls || BytesOf(mapping, /*counts_composites=*/true) > 32;
}

void CountNull(const TypeMapping& mapping, PlainContext context) {
  if (mapping.wire == WireForm::kRange) {
    for (int bound = 0; bound < 2; ++bound) CountNull(mapping.parts[0], context);
  }
  if (mapping.wire != WireForm::kStruct) return;
  context.counts_nulls = CountsNulls(mapping, context);
  for (const TypeMapping& part : mapping.parts) {
    if (context.counts_nulls) {
      *context.expansion += BytesOf(part, /*counts_composites=*/false);
    }
    CountNull(part, context);
  }
}

arrow::ArrayBuilder* ChildOf(arrow::ArrayBuilder* builder, int index) {
  return static_cast<arrow::StructBuilder*>(builder)->field_builder(index);
}

/// Where the elements of an array begin, and how many there are.
struct PlainShape {
  bool is_null = false;
  size_t begin = 0;
  int64_t count = 0;
};

arrow::Result<PlainShape> ReadShape(const TypeMapping& mapping, const std::string& bytes,
                                    const PlainContext& context) {
  if (bytes.size() < 12) return Malformed();
  const uint64_t num_dimensions = Unsigned(bytes, 0, 4);
  if (num_dimensions > 6 || bytes.size() < 12 + 8 * num_dimensions) return Malformed();
  PlainShape shape{.begin = 12 + 8 * num_dimensions};
  if (num_dimensions == 0) return shape;
  shape.count = 1;
  for (uint64_t dimension = 0; dimension < num_dimensions; ++dimension) {
    const int64_t length = Signed(bytes, 12 + 8 * dimension, 4);
    if (length < 0 || shape.count < 0 || shape.count * length > 0x7fffffff) {
      shape.count = -1;
    } else {
      shape.count *= length;
    }
  }
  const int64_t lowest = mapping.wire == WireForm::kZeroBasedList ? 0 : 1;
  if (num_dimensions == 1 && Signed(bytes, 16, 4) == lowest) return shape;
  const ValuePolicy policy = context.policies.on_array_shape;
  shape.is_null = policy == ValuePolicy::kNull;
  if (!shape.is_null && policy != ValuePolicy::kFlatten) return Refused();
  ++context.counts->array_shape;
  return shape;
}

arrow::Status AppendMap(PlainFields& fields, int64_t count, PlainContext context,
                        arrow::MapBuilder* builder) {
  const TypeMapping text{.wire = WireForm::kText, .arrow_type = arrow::utf8()};
  ARROW_RETURN_NOT_OK(builder->Append());
  for (; count > 0; --count) {
    ARROW_ASSIGN_OR_RAISE(const Bytes key, fields.TakeField());
    if (!key) return Malformed();
    ARROW_ASSIGN_OR_RAISE(const Bytes item, fields.TakeField());
    context.is_key = true;
    ARROW_RETURN_NOT_OK(AppendPlainly(text, key, context, builder->key_builder()));
    context.is_key = false;
    ARROW_RETURN_NOT_OK(AppendPlainly(text, item, context, builder->item_builder()));
  }
  return arrow::Status::OK();
}

arrow::Status AppendElements(const TypeMapping& element, PlainFields& fields,
                             int64_t count, bool takes_null, const PlainContext& context,
                             arrow::ListBuilder* builder) {
  ARROW_RETURN_NOT_OK(builder->Append());
  for (; count > 0; --count) {
    ARROW_ASSIGN_OR_RAISE(const Bytes field, fields.TakeField());
    if (!field && !takes_null) return Malformed();
    ARROW_RETURN_NOT_OK(AppendPlainly(element, field, context, builder->value_builder()));
  }
  return arrow::Status::OK();
}

/// Arrays, multiranges and maps.
arrow::Status AppendList(const TypeMapping& mapping, const std::string& bytes,
                         const PlainContext& context, arrow::ArrayBuilder* builder) {
  const bool is_map = mapping.wire == WireForm::kTextMap;
  const bool has_count = is_map || mapping.wire == WireForm::kMultirange;
  PlainShape shape{.begin = 4};
  if (has_count) {
    if (bytes.size() < 4) return Malformed();
    shape.count = Signed(bytes, 0, 4);
  } else {
    ARROW_ASSIGN_OR_RAISE(shape, ReadShape(mapping, bytes, context));
  }
  if (shape.is_null) return builder->AppendNull();
  PlainFields fields(bytes, shape.begin);
  // Every element has a length.
  if (shape.count < 0 || std::cmp_greater(shape.count, fields.rest() / 4)) {
    return Malformed();
  }
  ARROW_RETURN_NOT_OK(is_map ? AppendMap(fields, shape.count, context,
                                         static_cast<arrow::MapBuilder*>(builder))
                             : AppendElements(mapping.parts[0], fields, shape.count,
                                              /*takes_null=*/!has_count, context,
                                              static_cast<arrow::ListBuilder*>(builder)));
  return fields.rest() == 0 ? arrow::Status::OK() : Malformed();
}

arrow::Status AppendStruct(const TypeMapping& mapping, const std::string& bytes,
                           PlainContext context, arrow::ArrayBuilder* builder) {
  const auto changed = [] { return MakeError(ErrorKind::kRelationChanged, "changed"); };
  if (bytes.size() < 4) return Malformed();
  PlainFields fields(bytes, 0);
  if (fields.TakeNumber() != mapping.parts.size()) return changed();
  std::vector<Bytes> members;
  for (const uint32_t oid : mapping.member_oids) {
    if (fields.rest() < 8) return Malformed();
    if (fields.TakeNumber() != oid) return changed();
    ARROW_ASSIGN_OR_RAISE(Bytes member, fields.TakeField());
    members.push_back(std::move(member));
  }
  if (fields.rest() != 0) return Malformed();
  context.counts_nulls = CountsNulls(mapping, context);
  ARROW_RETURN_NOT_OK(static_cast<arrow::StructBuilder*>(builder)->Append());
  for (size_t index = 0; index < members.size(); ++index) {
    ARROW_RETURN_NOT_OK(AppendPlainly(mapping.parts[index], members[index], context,
                                      ChildOf(builder, static_cast<int>(index))));
  }
  return arrow::Status::OK();
}

arrow::Status AppendRange(const TypeMapping& mapping, const std::string& bytes,
                          PlainContext context, arrow::ArrayBuilder* builder) {
  if (bytes.empty() || Unsigned(bytes, 0, 1) > 0x1f) return Malformed();
  const uint64_t flags = Unsigned(bytes, 0, 1);
  const bool is_empty = (flags & 1) != 0;
  PlainFields fields(bytes, 1);
  std::vector<Bytes> bounds;
  for (const uint64_t infinite : {8, 16}) {
    bounds.emplace_back();
    if (is_empty || (flags & infinite) != 0) continue;
    ARROW_ASSIGN_OR_RAISE(bounds.back(), fields.TakeField());
    if (!bounds.back()) return Malformed();
  }
  if (fields.rest() != 0) return Malformed();
  context.is_bound = true;
  for (const PolicyField& field : kPolicyFields) {
    ValuePolicy& policy = context.policies.*field.member;
    if (policy == ValuePolicy::kNull) policy = ValuePolicy::kError;
  }
  ARROW_RETURN_NOT_OK(static_cast<arrow::StructBuilder*>(builder)->Append());
  for (int bound = 0; bound < 2; ++bound) {
    ARROW_RETURN_NOT_OK(AppendPlainly(mapping.parts[0],
                                      bounds[static_cast<size_t>(bound)], context,
                                      ChildOf(builder, bound)));
  }
  for (const auto& [index, flag] : {std::pair(2, 2U), {3, 4U}, {4, 1U}}) {
    ARROW_RETURN_NOT_OK(static_cast<arrow::BooleanBuilder*>(ChildOf(builder, index))
                            ->Append((flags & flag) != 0));
  }
  return arrow::Status::OK();
}

arrow::Status AppendFloats(const std::string& bytes, arrow::ArrayBuilder* builder) {
  if (bytes.size() < 4 || bytes.size() != 4 + 4 * Unsigned(bytes, 0, 2)) {
    return Malformed();
  }
  auto* const list = static_cast<arrow::ListBuilder*>(builder);
  ARROW_RETURN_NOT_OK(list->Append());
  const TypeMapping number{.wire = WireForm::kFloat, .arrow_type = arrow::float32()};
  for (size_t begin = 4; begin < bytes.size(); begin += 4) {
    ARROW_RETURN_NOT_OK(
        AppendPlainly(number, bytes.substr(begin, 4), {}, list->value_builder()));
  }
  return arrow::Status::OK();
}

arrow::Status AppendInterval(const std::string& bytes, const PlainContext& context,
                             arrow::ArrayBuilder* builder) {
  ARROW_ASSIGN_OR_RAISE(const auto interval, ReadPlainInterval(bytes, context));
  if (!interval) return builder->AppendNull();
  ARROW_RETURN_NOT_OK(static_cast<arrow::StructBuilder*>(builder)->Append());
  ARROW_RETURN_NOT_OK(static_cast<arrow::Int32Builder*>(ChildOf(builder, 0))
                          ->Append(static_cast<int32_t>(interval->months)));
  ARROW_RETURN_NOT_OK(static_cast<arrow::Int32Builder*>(ChildOf(builder, 1))
                          ->Append(static_cast<int32_t>(interval->days)));
  return static_cast<arrow::Int64Builder*>(ChildOf(builder, 2))->Append(interval->micros);
}

PlainCell ReadCell(const TypeMapping& mapping, const std::string& bytes,
                   const PlainContext& context) {
  for (const auto read : {ReadPlainNumber, ReadPlainTime, ReadPlainText}) {
    PlainCell cell = read(mapping, bytes, context);
    if (cell.ok() || KindOf(cell.status()) != ErrorKind::kBug) return cell;
  }
  return MakeError(ErrorKind::kBug, "the plain decoder does not know this form");
}

}  // namespace

arrow::Status AppendPlainly(const TypeMapping& mapping, const Bytes& bytes,
                            const PlainContext& context, arrow::ArrayBuilder* builder) {
  if (!bytes) {
    CountNull(mapping, context);
    return builder->AppendNull();
  }
  switch (mapping.wire) {
    case WireForm::kList:
    case WireForm::kZeroBasedList:
    case WireForm::kMultirange:
    case WireForm::kTextMap:
      return AppendList(mapping, *bytes, context, builder);
    case WireForm::kStruct:
      return AppendStruct(mapping, *bytes, context, builder);
    case WireForm::kRange:
      return AppendRange(mapping, *bytes, context, builder);
    case WireForm::kFloatList:
      return AppendFloats(*bytes, builder);
    case WireForm::kIntervalParts:
      return AppendInterval(*bytes, context, builder);
    default:
      break;
  }
  ARROW_ASSIGN_OR_RAISE(const auto cell, ReadCell(mapping, *bytes, context));
  return cell->is_valid ? builder->AppendScalar(*cell) : builder->AppendNull();
}

}  // namespace carmilla
