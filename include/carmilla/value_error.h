#pragma once

#include <cstdint>
#include <stdexcept>

namespace carmilla {

/// What is wrong with a value that arithmetic made.
enum class ValueProblem : uint8_t {
  kNone,
  kOverflow,  ///< More digits than its type has, or a date beyond its range.
  kDivisionByZero,
  kNoSuchDate,  ///< The 30th of February.
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

}  // namespace internal
}  // namespace carmilla
