#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <arrow/array/array_base.h>
#include <arrow/type_fwd.h>

namespace carmilla {

/// How the values of a column follow one another.
enum class Shape {
  kScattered,   ///< Anything of the type, with its extremes; some NULL.
  kAscending,   ///< Without NULL.
  kDescending,  ///< Without NULL.
  kFew,         ///< Seven different values, without NULL.
  kGap,         ///< Scattered; NULL in all the middle.
  kNothing,     ///< NULL.
  kNaNs,        ///< Of floating point: NaN in all the middle.
  kZeros,       ///< Of floating point: zeros of either sign, alone and beside others.
  kLong,        ///< Of texts: a few are longer than bounds may be.
};

/// A column whose values are also known without Arrow. For tests.
struct KnownColumn {
  template <typename Value>
  using Rows = std::vector<std::optional<Value>>;

  Shape shape = Shape::kScattered;
  std::shared_ptr<arrow::DataType> type;
  std::variant<Rows<int64_t>, Rows<double>, Rows<std::string>> rows;
  std::shared_ptr<arrow::Array> array;
};

/// Makes a column of each shape of each type that is written by our own column writers;
/// the same for the same arguments. Throws ParquetException.
std::vector<KnownColumn> MakeKnownColumns(int64_t num_rows, uint64_t seed);

/// What is to be said of some rows. By the rules of Parquet, a zero is the smallest value
/// as -0 and the largest as +0, and NaN is no bound; ours is that nothing is bounded that
/// holds NaN, since some readers sort it above all numbers.
template <typename Value>
struct Truth {
  int64_t rows = 0;
  int64_t nulls = 0;
  int64_t text_bytes = 0;
  std::optional<Value> smallest;  ///< None where there are but NULLs, or a NaN.
  std::optional<Value> largest;
};

template <typename Value>
Truth<Value> TruthOf(std::span<const std::optional<Value>> rows) {
  Truth<Value> truth{.rows = static_cast<int64_t>(rows.size())};
  bool has_nan = false;
  for (const std::optional<Value>& value : rows) {
    if (!value) {
      ++truth.nulls;
      continue;
    }
    if constexpr (std::is_same_v<Value, double>) {
      if (std::isnan(*value)) {
        has_nan = true;
        continue;
      }
    }
    if constexpr (std::is_same_v<Value, std::string>) {
      truth.text_bytes += static_cast<int64_t>(value->size());
    }
    if (!truth.smallest || *value < *truth.smallest) truth.smallest = value;
    if (!truth.largest || *truth.largest < *value) truth.largest = value;
  }
  if constexpr (std::is_same_v<Value, double>) {
    if (truth.smallest == 0.0) truth.smallest = -0.0;
    if (truth.largest == 0.0) truth.largest = +0.0;
  }
  if (has_nan) truth.smallest = truth.largest = std::nullopt;
  return truth;
}

/// Returns a value as Parquet's encoding PLAIN has it in a column of `type`; a text
/// without its length.
std::string AsPlain(const arrow::DataType& type, int64_t value);
std::string AsPlain(const arrow::DataType& type, double value);
std::string AsPlain(const arrow::DataType& type, const std::string& value);

}  // namespace carmilla
