#include "codegen/cpp_type.h"

#include <arrow/type.h>

#include "codegen/cpp_name.h"
#include "types/built_in_oid.h"
#include "types/type_mapping.h"

namespace carmilla {
namespace {

constexpr char kText[] = "std::string_view";

std::string ListOf(const std::string& element) {
  return "carmilla::List<" + element + ">";
}

std::string DecimalOf(const arrow::DataType& type) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(type);
  return "carmilla::Decimal<" + std::to_string(decimal.precision()) + ", " +
         std::to_string(decimal.scale()) + ">";
}

std::string TimestampOf(const arrow::DataType& type) {
  const bool is_moment =
      !static_cast<const arrow::TimestampType&>(type).timezone().empty();
  return is_moment ? "carmilla::TimestampTz" : "carmilla::Timestamp";
}

bool IsDocument(const BaseType& base) {
  return base.Is(built_in_oid::kJson) || base.Is(built_in_oid::kJsonb);
}

bool IsPrintedWhole(PostgresTypeKind kind) {
  return kind == PostgresTypeKind::kComposite || kind == PostgresTypeKind::kRange ||
         kind == PostgresTypeKind::kMultirange;
}

/// The reader can be told to read a column of these otherwise, but not their arrays.
bool IsTextInLists(const TypeMapping& element) {
  return element.wire == WireForm::kTimeText || element.wire == WireForm::kIntervalText ||
         element.wire == WireForm::kUuidText;
}

std::string PlainType(const BaseType& base, const TypeMapping& mapping) {
  switch (mapping.wire) {
    case WireForm::kBoolean:
      return "bool";
    case WireForm::kInt16:
      return "int16_t";
    case WireForm::kInt32:
      return "int32_t";
    case WireForm::kInt64:
    case WireForm::kUint32:
      return "int64_t";
    case WireForm::kFloat:
      return "float";
    case WireForm::kDouble:
      return "double";
    case WireForm::kNumericDecimal:
    case WireForm::kInt64Decimal:
    case WireForm::kUint64Decimal:
      return DecimalOf(*mapping.arrow_type);
    case WireForm::kBytes:
      return "carmilla::Bytes";
    case WireForm::kDate:
      return "carmilla::Date";
    case WireForm::kTimeText:
      return "carmilla::Time";
    case WireForm::kTimestamp:
      return TimestampOf(*mapping.arrow_type);
    case WireForm::kIntervalText:
      return "carmilla::Interval";
    case WireForm::kUuidText:
      return "carmilla::Uuid";
    case WireForm::kFloatList:
      return ListOf("float");
    case WireForm::kZeroBasedList:
      return ListOf(base.Is(built_in_oid::kInt2Vector) ? "int16_t" : "int64_t");
    default:
      return IsDocument(base) ? "carmilla::Json" : kText;
  }
}

}  // namespace

std::string CppEnumName(const PostgresType& type) {
  return CppNamespace(type.schema) + "::" + CppName(type.name);
}

arrow::Result<CppType> CppTypeOf(const PostgresType& type, int32_t typmod,
                                 std::string_view column) {
  const BaseType base = BaseOf(type, typmod);
  if (IsPrintedWhole(base.type->kind)) return CppType{.text = kText};
  if (base.type->kind == PostgresTypeKind::kEnum) {
    return CppType{.text = CppEnumName(*base.type), .enumeration = base.type};
  }
  ARROW_ASSIGN_OR_RAISE(const TypeMapping mapping,
                        MapType(*base.type, base.typmod, column));
  if (mapping.wire != WireForm::kList) {
    return CppType{.text = PlainType(base, mapping)};
  }
  const BaseType element = BaseOf(*base.type->element, base.typmod);
  const bool is_printed = IsPrintedWhole(element.type->kind) ||
                          element.type->kind == PostgresTypeKind::kArray ||
                          mapping.parts.empty() ||
                          mapping.parts.front().wire == WireForm::kTextMap;
  if (is_printed) return CppType{.text = kText};
  ARROW_ASSIGN_OR_RAISE(CppType list, CppTypeOf(*element.type, element.typmod, column));
  list.text = ListOf(IsTextInLists(mapping.parts.front()) ? kText : list.text);
  return list;
}

}  // namespace carmilla
