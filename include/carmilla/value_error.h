#pragma once

#include <cstdint>
#include <stdexcept>

namespace carmilla {

/// What is wrong with a value.
enum class ValueProblem : uint8_t {
  kNone,
  kOverflow,  ///< More digits than its type has, or a date beyond its range.
  kDivisionByZero,
  kNoSuchDate,   ///< The 30th of February.
  kNoSuchLabel,  ///< A number beyond the labels of its enum.
  kMisfit,       ///< In JSON: of another type, or not exactly of this one.
};

/// Says what is wrong, for people: "a division by zero".
const char* Describe(ValueProblem problem);

/// Thrown by whoever looks at a value that is none: an invalid Decimal, or a date that
/// left its range. The text names the problem, never a value.
class ValueError : public std::runtime_error {
 public:
  explicit ValueError(ValueProblem problem)
      : std::runtime_error(Describe(problem)), problem_(problem) {}

  ValueProblem problem() const { return problem_; }

 private:
  ValueProblem problem_;
};

namespace internal {

/// Keeps the throwing out of the small functions that everybody inlines.
[[noreturn]] void ThrowValueError(ValueProblem problem);

/// For a static_assert that fails when its template is used.
template <typename T>
inline constexpr bool kNever = false;

}  // namespace internal
}  // namespace carmilla
