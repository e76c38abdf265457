#include "transform/derived_column.h"

#include <arrow/array.h>
#include <arrow/builder.h>

#include <charconv>
#include <limits>
#include <string>
#include <utility>

#include "transform/exact_number.h"
#include "transform/json_syntax.h"
#include "transform/json_time.h"

namespace carmilla {
namespace {

using Kind = JsonFinding::Kind;
/// What is wrong with a finding; "" for nothing.
using Misfit = std::string_view;

constexpr Misfit kFits;
constexpr int32_t kMostDigits = 38;

Misfit Describe(Kind kind) {
  switch (kind) {
    case Kind::kMissing:
      return "null";
    case Kind::kString:
      return "a string";
    case Kind::kNumber:
      return "a number";
    case Kind::kBoolean:
      return "a boolean";
    case Kind::kObject:
      return "an object";
    case Kind::kArray:
      return "an array";
    case Kind::kJoined:
      return "a joined array";
    case Kind::kNoJson:
      return "text that is no JSON";
    case Kind::kBlocked:
      return "something else where the path needs an object, an array or JSON in a "
             "string";
    case Kind::kNotJoined:
      return "no array of scalars to join";
    case Kind::kHalfPair:
      return "a string with half of a surrogate pair";
  }
  return "";
}

/// A string without its escapes, in `scratch` where it has some.
Misfit Unescape(std::string_view contents, std::string* scratch, std::string_view* text) {
  *text = contents;
  if (contents.find('\\') == std::string_view::npos) return kFits;
  scratch->clear();
  if (!AppendUnescaped(contents, scratch)) return Describe(Kind::kHalfPair);
  *text = *scratch;
  return kFits;
}

/// The number that a finding holds, as it is written.
Misfit NumberOf(const JsonFinding& finding, std::string_view* number) {
  *number = finding.text;
  if (finding.kind == Kind::kNumber) return kFits;
  if (finding.kind != Kind::kString) return Describe(finding.kind);
  return IsJsonNumber(finding.text) ? kFits : "a string that is no number";
}

Misfit DescribeNumber(NumberFit fit) {
  switch (fit) {
    case NumberFit::kExact:
      return kFits;
    case NumberFit::kTooLarge:
      return "a number out of range";
    case NumberFit::kTooFine:
      return "a number with more digits behind the point";
  }
  return kFits;
}

Misfit DescribeTime(TimeFit fit) {
  switch (fit) {
    case TimeFit::kExact:
      return kFits;
    case TimeFit::kNoTime:
      return "a string of another form";
    case TimeFit::kTooLarge:
      return "a time out of range";
    case TimeFit::kTooFine:
      return "a time finer than its unit";
    case TimeFit::kNoZone:
      return "a time without a zone";
    case TimeFit::kHasZone:
      return "a time with a zone";
  }
  return kFits;
}

template <typename Integer>
struct ToInteger {
  Misfit operator()(const JsonFinding& finding, Integer* value) const {
    std::string_view number;
    const Misfit misfit = NumberOf(finding, &number);
    if (!misfit.empty()) return misfit;
    const auto parsed = std::from_chars(number.begin(), number.end(), *value);
    if (parsed.ec == std::errc() && parsed.ptr == number.end()) return kFits;
    // 1e3 and 2.0 are whole, too.
    Int128 exact = 0;
    const NumberFit fit = ScaleExactly(number, kMostDigits, /*scale=*/0, &exact);
    if (fit != NumberFit::kExact) return DescribeNumber(fit);
    if (exact < std::numeric_limits<Integer>::min() ||
        exact > std::numeric_limits<Integer>::max()) {
      return DescribeNumber(NumberFit::kTooLarge);
    }
    *value = static_cast<Integer>(exact);
    return kFits;
  }
};

template <typename Float>
struct ToFloat {
  Misfit operator()(const JsonFinding& finding, Float* value) const {
    std::string_view number;
    const Misfit misfit = NumberOf(finding, &number);
    if (!misfit.empty()) return misfit;
    const auto parsed = std::from_chars(number.begin(), number.end(), *value);
    return parsed.ec == std::errc() ? kFits : DescribeNumber(NumberFit::kTooLarge);
  }
};

struct ToBoolean {
  Misfit operator()(const JsonFinding& finding, bool* value) const {
    if (finding.kind != Kind::kBoolean) return Describe(finding.kind);
    *value = finding.text == "true";
    return kFits;
  }
};

template <typename Decimal>
struct ToDecimal {
  DeclaredType type;

  Misfit operator()(const JsonFinding& finding, Decimal* value) const {
    std::string_view number;
    const Misfit misfit = NumberOf(finding, &number);
    if (!misfit.empty()) return misfit;
    Int128 scaled = 0;
    const NumberFit fit = ScaleExactly(number, type.precision, type.scale, &scaled);
    if constexpr (std::is_same_v<Decimal, arrow::Decimal128>) {
      *value = arrow::Decimal128(static_cast<int64_t>(scaled >> 64),
                                 static_cast<uint64_t>(scaled));
    } else {
      *value = Decimal(static_cast<Decimal::ValueType>(scaled));
    }
    return DescribeNumber(fit);
  }
};

struct ToText {
  mutable std::string scratch;

  Misfit operator()(const JsonFinding& finding, std::string_view* value) const {
    *value = finding.text;
    if (finding.kind >= Kind::kNoJson) return Describe(finding.kind);
    if (finding.kind != Kind::kString) return kFits;
    return Unescape(finding.text, &scratch, value);
  }
};

struct ToDate {
  Misfit operator()(const JsonFinding& finding, int32_t* days) const {
    if (finding.kind != Kind::kString) return Describe(finding.kind);
    return DescribeTime(ParseIsoDate(finding.text, days));
  }
};

struct ToTimestamp {
  DeclaredType type;
  TimestampForm form = TimestampForm::kIso;
  mutable std::string scratch;

  Misfit operator()(const JsonFinding& finding, int64_t* since) const {
    std::string_view text;
    if (form == TimestampForm::kEpochMillis || form == TimestampForm::kEpochSeconds) {
      const Misfit misfit = NumberOf(finding, &text);
      return misfit.empty() ? DescribeTime(ParseEpoch(text, form, type, since)) : misfit;
    }
    if (finding.kind != Kind::kString) return Describe(finding.kind);
    // `\/Date(0)\/` is how its own serialiser writes it.
    const Misfit misfit = Unescape(finding.text, &scratch, &text);
    if (!misfit.empty()) return misfit;
    return DescribeTime(form == TimestampForm::kDotnet
                            ? ParseDotnet(text, type, since)
                            : ParseIsoTimestamp(text, type, since));
  }
};

template <typename Builder, typename Value, typename Convert>
class ConvertedColumn : public DerivedColumn {
 public:
  ConvertedColumn(std::unique_ptr<Builder> builder, Convert convert)
      : builder_(std::move(builder)), convert_(std::move(convert)) {}

  arrow::Result<std::string_view> Append(const JsonFinding& finding) override {
    if (finding.kind == Kind::kMissing) {
      ARROW_RETURN_NOT_OK(builder_->AppendNull());
      return kFits;
    }
    Value value{};
    const Misfit misfit = convert_(finding, &value);
    if (misfit.empty()) ARROW_RETURN_NOT_OK(builder_->Append(value));
    return misfit;
  }

  arrow::Status AppendNull() override { return builder_->AppendNull(); }

  arrow::Result<std::shared_ptr<arrow::Array>> Finish() override {
    std::shared_ptr<arrow::Array> array;
    ARROW_RETURN_NOT_OK(builder_->Finish(&array));
    return array;
  }

 private:
  std::unique_ptr<Builder> builder_;
  Convert convert_;
};

template <typename Builder, typename Value, typename Convert>
std::unique_ptr<DerivedColumn> MakeColumn(Convert convert) {
  return std::make_unique<ConvertedColumn<Builder, Value, Convert>>(
      std::make_unique<Builder>(), std::move(convert));
}

/// For builders of types with parameters.
template <typename Builder, typename Value, typename Convert>
std::unique_ptr<DerivedColumn> MakeColumnOf(const DeclaredType& type, Convert convert) {
  return std::make_unique<ConvertedColumn<Builder, Value, Convert>>(
      std::make_unique<Builder>(ArrowTypeOf(type), arrow::default_memory_pool()),
      std::move(convert));
}

std::unique_ptr<DerivedColumn> MakeDecimal(const DeclaredType& type) {
  if (type.precision <= arrow::Decimal32Type::kMaxPrecision) {
    return MakeColumnOf<arrow::Decimal32Builder, arrow::Decimal32>(
        type, ToDecimal<arrow::Decimal32>{type});
  }
  if (type.precision <= arrow::Decimal64Type::kMaxPrecision) {
    return MakeColumnOf<arrow::Decimal64Builder, arrow::Decimal64>(
        type, ToDecimal<arrow::Decimal64>{type});
  }
  return MakeColumnOf<arrow::Decimal128Builder, arrow::Decimal128>(
      type, ToDecimal<arrow::Decimal128>{type});
}

}  // namespace

std::unique_ptr<DerivedColumn> MakeDerivedColumn(const JsonDerivation& derivation) {
  const DeclaredType& type = derivation.type;
  switch (type.kind) {
    case DeclaredKind::kSmallint:
      return MakeColumn<arrow::Int16Builder, int16_t>(ToInteger<int16_t>{});
    case DeclaredKind::kInteger:
      return MakeColumn<arrow::Int32Builder, int32_t>(ToInteger<int32_t>{});
    case DeclaredKind::kBigint:
      return MakeColumn<arrow::Int64Builder, int64_t>(ToInteger<int64_t>{});
    case DeclaredKind::kReal:
      return MakeColumn<arrow::FloatBuilder, float>(ToFloat<float>{});
    case DeclaredKind::kDouble:
      return MakeColumn<arrow::DoubleBuilder, double>(ToFloat<double>{});
    case DeclaredKind::kBoolean:
      return MakeColumn<arrow::BooleanBuilder, bool>(ToBoolean{});
    case DeclaredKind::kDecimal:
      return MakeDecimal(type);
    case DeclaredKind::kDate:
      return MakeColumn<arrow::Date32Builder, int32_t>(ToDate{});
    case DeclaredKind::kTimestamp:
      return MakeColumnOf<arrow::TimestampBuilder, int64_t>(
          type, ToTimestamp{.type = type, .form = derivation.timestamp, .scratch = {}});
    default:
      return MakeColumn<arrow::StringBuilder, std::string_view>(ToText{});
  }
}

}  // namespace carmilla
