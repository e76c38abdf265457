// One numeric as numeric_send writes it, or not: precision, scale, then its bytes.

#include <optional>

#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include "fuzz/fuzz_input.h"
#include "postgres/numeric_decoder.h"

namespace carmilla {
namespace {

/// Whether `text` is a number as PostgreSQL prints it, with `scale` decimals.
bool IsPlainNumber(std::string_view text, size_t scale) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  const std::string_view integer = text.substr(0, point);
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  const auto is_digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return !integer.empty() && (integer == "0" || integer[0] != '0') &&
         is_digits(integer) && is_digits(fraction) && fraction.size() == scale &&
         (point < text.size()) == (scale > 0);
}

/// The text, or nothing if the bytes are malformed.
std::optional<std::string> TextOf(const std::string& value) {
  NumericText text;
  if (!text.Parse(value.data(), static_cast<int32_t>(value.size()))) return std::nullopt;
  Require(text.size() >= 1 && text.size() <= 147'457, "a text has a possible length");
  std::string printed(static_cast<size_t>(text.size()), '\0');
  if (!text.Write(printed.data())) return std::nullopt;
  return printed;
}

template <typename Integer>
void RequireConverted(const std::string& value, int32_t precision, int32_t scale) {
  const DecimalConverter<Integer> converter(precision, scale);
  const auto size = static_cast<int32_t>(value.size());
  Integer result = 0;
  Integer plain = 0;
  const NumericOutcome outcome = converter.Convert(value.data(), size, &result);
  Require(outcome == converter.ConvertAny(value.data(), size, &plain),
          "both ways have one outcome");
  if (outcome != NumericOutcome::kValue) return;
  Require(result == plain, "both ways have one result");
  const auto text = TextOf(value);
  // A malformed display scale is nothing to a decimal; long ones Arrow does not read.
  if (!text.has_value() || text->size() > arrow::Decimal256Type::kMaxPrecision) return;
  arrow::Decimal256 parsed;
  int32_t parsed_precision = 0;
  int32_t parsed_scale = 0;
  const arrow::Status status =
      arrow::Decimal256::FromString(*text, &parsed, &parsed_precision, &parsed_scale);
  Require(status.ok(), "Arrow reads the text", *text);
  const auto high = static_cast<int64_t>(static_cast<Int128>(result) >> 64);
  const arrow::Decimal128 ours(high, static_cast<uint64_t>(result));
  const auto rescaled = parsed.Rescale(parsed_scale, scale);
  Require(rescaled.ok() && *rescaled == arrow::Decimal256(ours),
          "the decimal is what the text says", *text + " " + ours.ToString(scale));
}

}  // namespace
}  // namespace carmilla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carmilla;
  FuzzInput input(data, size);
  const auto precision = static_cast<int32_t>(1 + input.Number(1) % 38);
  const auto scale =
      static_cast<int32_t>(input.Number(1) % static_cast<uint64_t>(precision + 1));
  const std::string value = input.Rest();
  if (precision <= 18) RequireConverted<int64_t>(value, precision, scale);
  RequireConverted<Int128>(value, precision, scale);
  const auto text = TextOf(value);
  if (text.has_value() && text->back() != 'N' && text->back() != 'y') {
    const size_t display_scale = LoadUint16(value.data() + 6);
    Require(IsPlainNumber(*text, display_scale), "a number is printed plainly", *text);
  }
  return 0;
}
