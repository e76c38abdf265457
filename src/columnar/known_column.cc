#include "columnar/known_column.h"

#include <iterator>
#include <limits>
#include <random>
#include <utility>

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/type.h>
#include <parquet/exception.h>

namespace carmilla {
namespace {

using arrow::Type;

/// Where the middle of a column begins and ends.
bool IsInGap(int64_t row, int64_t num_rows) {
  return row >= num_rows / 16 && row < num_rows - num_rows / 16;
}

/// The largest magnitude of an integer of `type`.
int64_t LimitOf(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::INT16:
      return std::numeric_limits<int16_t>::max();
    case Type::INT32:
    case Type::DATE32:
      return std::numeric_limits<int32_t>::max();
    case Type::DECIMAL32:
      return 999'999'999;
    case Type::DECIMAL64:
      return 999'999'999'999'999'999;
    default:
      return std::numeric_limits<int64_t>::max();
  }
}

/// Makes the values of one column.
class ValueSource {
 public:
  ValueSource(Shape shape, const arrow::DataType& type, int64_t num_rows, uint64_t seed)
      : shape_(shape), type_(type), num_rows_(num_rows), random_(seed) {}

  template <typename Value>
  KnownColumn::Rows<Value> Make() {
    KnownColumn::Rows<Value> rows;
    rows.reserve(static_cast<size_t>(num_rows_));
    for (int64_t row = 0; row < num_rows_; ++row) {
      if (IsNull(row)) {
        rows.emplace_back();
      } else {
        rows.emplace_back(ValueOf(row, Value()));
      }
    }
    return rows;
  }

 private:
  bool IsOneIn(uint64_t chances) { return random_() % chances == 0; }

  bool IsNull(int64_t row) {
    switch (shape_) {
      case Shape::kNothing:
        return true;
      case Shape::kGap:
        return IsInGap(row, num_rows_) || IsOneIn(20);
      case Shape::kScattered:
      case Shape::kNaNs:
      case Shape::kZeros:
      case Shape::kLong:
        return IsOneIn(10);
      default:
        return false;
    }
  }

  int64_t ValueOf(int64_t row, int64_t) {
    const int64_t limit = LimitOf(type_);
    const int64_t rank = (row - num_rows_ / 2) / 2;  // fits all types
    if (shape_ == Shape::kAscending) return rank;
    if (shape_ == Shape::kDescending) return -rank;
    if (shape_ == Shape::kFew) return static_cast<int64_t>(random_() % 7) * (limit / 7);
    if (IsOneIn(2000)) return limit;
    if (IsOneIn(2000)) return arrow::is_decimal(type_.id()) ? -limit : -limit - 1;
    return static_cast<int64_t>(random_()) % limit;
  }

  double ValueOf(int64_t row, double) {
    const double value = Fraction(row);
    return type_.id() == Type::FLOAT ? static_cast<float>(value) : value;
  }

  double Fraction(int64_t row) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    const auto rank = static_cast<double>(2 * row - num_rows_);
    const double somewhere = std::normal_distribution<double>(0, 1e9)(random_);
    switch (shape_) {
      case Shape::kAscending:
        return rank / 4;
      case Shape::kDescending:
        return -rank / 4;
      case Shape::kFew:
        return static_cast<double>(random_() % 7) / 4;
      case Shape::kNaNs:
        return IsInGap(row, num_rows_) ? kNaN : somewhere;
      case Shape::kZeros:
        return Zero(row / 3000, std::abs(somewhere));
      default:
        if (IsOneIn(5000)) return kInfinity;
        if (IsOneIn(5000)) return -kInfinity;
        return IsOneIn(7) ? kNaN : somewhere;
    }
  }

  /// By turns: only +0, only -0, +0 below others, -0 above others.
  double Zero(int64_t turn, double other) {
    const double zero = turn % 2 == 0 ? 0.0 : -0.0;
    if (turn % 4 < 2 || IsOneIn(2)) return zero;
    return turn % 2 == 0 ? other : -other;
  }

  std::string ValueOf(int64_t row, const std::string&) {
    if (shape_ == Shape::kAscending) return std::to_string(10'000'000 + row);
    if (shape_ == Shape::kDescending) return std::to_string(10'000'000 - row);
    if (shape_ == Shape::kFew) return std::string(random_() % 7, 'x');
    if (shape_ == Shape::kLong && IsOneIn(4000)) {
      return std::string(5000, IsOneIn(2) ? 'A' : 'z');
    }
    std::string text = shape_ == Shape::kLong ? "m" : "";
    for (uint64_t length = random_() % 20; length > 0; --length) {
      constexpr const char* kLetters[] = {"a", "Z", "0", "é", "Ω", "𝄞"};
      text += type_.id() == Type::BINARY ? std::string(1, static_cast<char>(random_()))
                                         : kLetters[random_() % std::size(kLetters)];
    }
    return text;
  }

  Shape shape_;
  const arrow::DataType& type_;
  int64_t num_rows_;
  std::mt19937_64 random_;
};

template <typename Builder, typename Value>
std::shared_ptr<arrow::Array> Build(const KnownColumn::Rows<Value>& rows) {
  Builder builder;
  for (const std::optional<Value>& value : rows) {
    if constexpr (std::is_same_v<Value, std::string>) {
      PARQUET_THROW_NOT_OK(value ? builder.Append(*value) : builder.AppendNull());
    } else {
      using Stored = Builder::value_type;
      PARQUET_THROW_NOT_OK(value ? builder.Append(static_cast<Stored>(*value))
                                 : builder.AppendNull());
    }
  }
  PARQUET_ASSIGN_OR_THROW(auto array, builder.Finish());
  return array;
}

std::shared_ptr<arrow::Array> ToArrow(const arrow::DataType& type,
                                      const KnownColumn::Rows<std::string>& rows) {
  return type.id() == Type::BINARY ? Build<arrow::BinaryBuilder>(rows)
                                   : Build<arrow::StringBuilder>(rows);
}

std::shared_ptr<arrow::Array> ToArrow(const arrow::DataType& type,
                                      const KnownColumn::Rows<double>& rows) {
  return type.id() == Type::FLOAT ? Build<arrow::FloatBuilder>(rows)
                                  : Build<arrow::DoubleBuilder>(rows);
}

std::shared_ptr<arrow::Array> ToArrow(const arrow::DataType& type,
                                      const KnownColumn::Rows<int64_t>& rows) {
  if (type.id() == Type::INT16) return Build<arrow::Int16Builder>(rows);
  return type.byte_width() == 4 ? Build<arrow::Int32Builder>(rows)
                                : Build<arrow::Int64Builder>(rows);
}

std::vector<Shape> ShapesOf(const arrow::DataType& type) {
  std::vector<Shape> shapes{Shape::kScattered, Shape::kAscending, Shape::kDescending,
                            Shape::kFew,       Shape::kGap,       Shape::kNothing};
  if (arrow::is_floating(type.id())) {
    shapes.push_back(Shape::kNaNs);
    shapes.push_back(Shape::kZeros);
  }
  if (arrow::is_base_binary_like(type.id())) shapes.push_back(Shape::kLong);
  return shapes;
}

KnownColumn MakeKnownColumn(Shape shape, std::shared_ptr<arrow::DataType> type,
                            int64_t num_rows, uint64_t seed) {
  ValueSource source(shape, *type, num_rows, seed);
  KnownColumn column{.shape = shape, .type = std::move(type)};
  if (arrow::is_base_binary_like(column.type->id())) {
    column.rows = source.Make<std::string>();
  } else if (arrow::is_floating(column.type->id())) {
    column.rows = source.Make<double>();
  } else {
    column.rows = source.Make<int64_t>();
  }
  const auto stored = std::visit(
      [&](const auto& rows) { return ToArrow(*column.type, rows); }, column.rows);
  PARQUET_ASSIGN_OR_THROW(column.array, stored->View(column.type));
  return column;
}

template <typename Number>
std::string BytesOf(Number number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

}  // namespace

std::vector<KnownColumn> MakeKnownColumns(int64_t num_rows, uint64_t seed) {
  std::vector<KnownColumn> columns;
  for (const auto& type :
       {arrow::int16(), arrow::int32(), arrow::int64(), arrow::date32(),
        arrow::decimal32(9, 2), arrow::decimal64(18, 4),
        arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), arrow::float32(),
        arrow::float64(), arrow::utf8(), arrow::binary()}) {
    for (const Shape shape : ShapesOf(*type)) {
      columns.push_back(MakeKnownColumn(shape, type, num_rows, ++seed));
    }
  }
  return columns;
}

std::string AsPlain(const arrow::DataType& type, int64_t value) {
  return type.byte_width() <= 4 ? BytesOf(static_cast<int32_t>(value)) : BytesOf(value);
}

std::string AsPlain(const arrow::DataType& type, double value) {
  return type.id() == Type::FLOAT ? BytesOf(static_cast<float>(value)) : BytesOf(value);
}

std::string AsPlain(const arrow::DataType& /*type*/, const std::string& value) {
  return value;
}

}  // namespace carmilla
