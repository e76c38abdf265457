#include "types/declared_type.h"

#include <arrow/type.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/letter_case.h"
#include "core/suggest.h"

namespace carmilla {
namespace {

using enum DeclaredKind;
using Word = std::string_view;

constexpr int32_t kMostDigits = arrow::Decimal128Type::kMaxPrecision;

constexpr DeclaredType Timestamp(DeclaredUnit unit, bool is_utc) {
  return {.kind = kTimestamp, .unit = unit, .is_utc = is_utc};
}

/// Every type without numbers in it; the first spelling of a type is the one to write.
constexpr std::array kNamed = {
    std::pair{Word("smallint"), DeclaredType{.kind = kSmallint}},
    std::pair{Word("integer"), DeclaredType{.kind = kInteger}},
    std::pair{Word("bigint"), DeclaredType{.kind = kBigint}},
    std::pair{Word("real"), DeclaredType{.kind = kReal}},
    std::pair{Word("double"), DeclaredType{.kind = kDouble}},
    std::pair{Word("boolean"), DeclaredType{.kind = kBoolean}},
    std::pair{Word("text"), DeclaredType{.kind = kText}},
    std::pair{Word("binary"), DeclaredType{.kind = kBinary}},
    std::pair{Word("date"), DeclaredType{.kind = kDate}},
    std::pair{Word("time64"), DeclaredType{.kind = kTime64}},
    std::pair{Word("timestamp[us]"), Timestamp(DeclaredUnit::kMicroseconds, false)},
    std::pair{Word("timestamp"), Timestamp(DeclaredUnit::kMicroseconds, false)},
    std::pair{Word("timestamp[ms]"), Timestamp(DeclaredUnit::kMilliseconds, false)},
    std::pair{Word("timestamp[us, UTC]"), Timestamp(DeclaredUnit::kMicroseconds, true)},
    std::pair{Word("timestamptz"), Timestamp(DeclaredUnit::kMicroseconds, true)},
    std::pair{Word("timestamp[ms, UTC]"), Timestamp(DeclaredUnit::kMilliseconds, true)},
    std::pair{Word("struct"), DeclaredType{.kind = kStruct}},
    std::pair{Word("wkt"), DeclaredType{.kind = kWkt}},
    std::pair{Word("wkb"), DeclaredType{.kind = kWkb}},
    std::pair{Word("ewkb"), DeclaredType{.kind = kEwkb}},
    std::pair{Word("trim"), DeclaredType{.kind = kTrim}},
};

/// Names that other systems have for our types.
constexpr std::array kElsewhere = {
    std::pair{Word("int2"), Word("smallint")},
    std::pair{Word("int16"), Word("smallint")},
    std::pair{Word("int"), Word("integer")},
    std::pair{Word("int4"), Word("integer")},
    std::pair{Word("int32"), Word("integer")},
    std::pair{Word("int8"), Word("bigint")},
    std::pair{Word("int64"), Word("bigint")},
    std::pair{Word("long"), Word("bigint")},
    std::pair{Word("float4"), Word("real")},
    std::pair{Word("float32"), Word("real")},
    std::pair{Word("float"), Word("double")},
    std::pair{Word("float8"), Word("double")},
    std::pair{Word("float64"), Word("double")},
    std::pair{Word("double precision"), Word("double")},
    std::pair{Word("bool"), Word("boolean")},
    std::pair{Word("string"), Word("text")},
    std::pair{Word("varchar"), Word("text")},
    std::pair{Word("bytea"), Word("binary")},
    std::pair{Word("bytes"), Word("binary")},
    std::pair{Word("time"), Word("time64")},
    std::pair{Word("micros"), Word("time64")},
    std::pair{Word("ms"), Word("timestamp[ms]")},
    std::pair{Word("datetime"), Word("timestamp[us]")},
};

Word Trimmed(Word text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == Word::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Leaves the blanks out that may stand beside brackets and commas, and case.
std::string Normalized(Word text) {
  constexpr Word kMarks = "()[],";
  std::string kept;
  for (const char c : LowerCase(Trimmed(text))) {
    const bool is_blank = c == ' ' || c == '\t';
    if (is_blank && kMarks.find(kept.back()) != Word::npos) continue;
    if (kMarks.find(c) != Word::npos) {
      while (!kept.empty() && kept.back() == ' ') kept.pop_back();
    }
    kept += is_blank ? ' ' : c;
  }
  return kept;
}

std::vector<std::string> Candidates() {
  std::vector<std::string> names = {"decimal(38,9)"};
  for (const auto& [name, type] : kNamed) names.emplace_back(name);
  return names;
}

/// The two numbers of `(p,s)`; nothing when it has another form.
std::optional<std::pair<int32_t, int32_t>> ParseArguments(Word text) {
  if (!text.starts_with('(') || !text.ends_with(')')) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::pair<int32_t, int32_t> numbers{-1, -1};
  const char* const end = text.end();
  const auto first = std::from_chars(text.begin(), end, numbers.first);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ',') {
    return std::nullopt;
  }
  const auto second = std::from_chars(first.ptr + 1, end, numbers.second);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  return numbers;
}

arrow::Status Refuse(Word text, const std::string& problem, std::string hint) {
  constexpr size_t kShown = 100;
  return MakeError(ErrorKind::kConfiguration,
                   problem + ": \"" + std::string(text.substr(0, kShown)) + "\"",
                   std::move(hint));
}

arrow::Result<DeclaredType> ParseDecimal(Word text, Word arguments) {
  const auto numbers = ParseArguments(arguments);
  if (!numbers.has_value()) {
    return Refuse(
        text, "a decimal needs its precision and scale",
        "write it like \"decimal(38,9)\": 38 digits, 9 of them behind the point");
  }
  const auto [precision, scale] = *numbers;
  if (precision < 1 || precision > kMostDigits) {
    return Refuse(text, "a decimal has 1 to 38 digits",
                  "text holds more digits than that exactly");
  }
  if (scale < 0 || scale > precision) {
    return Refuse(
        text, "the scale of a decimal is 0 to its precision",
        "write it like \"decimal(38,9)\": 38 digits, 9 of them behind the point");
  }
  return DeclaredType{.kind = kDecimal, .precision = precision, .scale = scale};
}

/// What a person who wrote `name` likely meant.
std::string HintFor(const std::string& name) {
  if (name.starts_with("numeric")) {
    const Word arguments = Word(name).substr(Word("numeric").size());
    const bool is_usable = ParseArguments(arguments).has_value();
    return "did you mean \"decimal" +
           std::string(is_usable ? arguments : Word("(38,9)")) + "\"?";
  }
  const std::string unsized = name.substr(0, name.find('('));
  const auto* const found = std::ranges::find(
      kElsewhere, Word(unsized), &std::pair<std::string_view, std::string_view>::first);
  if (found != kElsewhere.end()) {
    return "did you mean \"" + std::string(found->second) + "\"?";
  }
  std::string hint = DidYouMean(name, Candidates());
  if (!hint.empty()) return hint;
  return "the types are smallint, integer, bigint, real, double, boolean, decimal(p,s), "
         "text, binary, date, time64, timestamp[us], timestamp[ms], timestamptz, struct, "
         "wkt, wkb, ewkb and trim";
}

}  // namespace

arrow::Result<DeclaredType> ParseDeclaredType(std::string_view text) {
  const std::string name = Normalized(text);
  if (name.empty()) return Refuse(text, "no type", HintFor(name));
  for (const auto& [spelling, type] : kNamed) {
    if (Normalized(spelling) == name) return type;
  }
  constexpr Word kDecimalName = "decimal";
  const Word rest = Word(name).substr(std::min(name.size(), kDecimalName.size()));
  if (name.starts_with(kDecimalName) && (rest.empty() || rest.starts_with('('))) {
    return ParseDecimal(text, rest);
  }
  return Refuse(text, "unknown type", HintFor(name));
}

std::string RenderDeclaredType(const DeclaredType& type) {
  if (type.kind == kDecimal) {
    return "decimal(" + std::to_string(type.precision) + "," +
           std::to_string(type.scale) + ")";
  }
  const auto* const found =
      std::ranges::find(kNamed, type, &std::pair<std::string_view, DeclaredType>::second);
  return found == kNamed.end() ? "" : std::string(found->first);
}

bool IsCutDeclaredType(std::string_view text) {
  const std::string name = Normalized(text);
  const bool is_decimal = name.starts_with("decimal") || name.starts_with("numeric");
  return is_decimal && name.find('(') != std::string::npos &&
         name.find(')') == std::string::npos;
}

std::shared_ptr<arrow::DataType> ArrowTypeOf(const DeclaredType& type) {
  switch (type.kind) {
    case kSmallint:
      return arrow::int16();
    case kInteger:
      return arrow::int32();
    case kBigint:
      return arrow::int64();
    case kReal:
      return arrow::float32();
    case kDouble:
      return arrow::float64();
    case kBoolean:
      return arrow::boolean();
    case kDecimal:
      return arrow::smallest_decimal(type.precision, type.scale);
    case kText:
    case kWkt:
    case kTrim:
      return arrow::utf8();
    case kBinary:
    case kWkb:
    case kEwkb:
      return arrow::binary();
    case kDate:
      return arrow::date32();
    case kTime64:
      return arrow::time64(arrow::TimeUnit::MICRO);
    case kTimestamp: {
      const bool is_milli = type.unit == DeclaredUnit::kMilliseconds;
      return arrow::timestamp(is_milli ? arrow::TimeUnit::MILLI : arrow::TimeUnit::MICRO,
                              type.is_utc ? "UTC" : "");
    }
    case kStruct:
      break;
  }
  return nullptr;
}

}  // namespace carmilla
