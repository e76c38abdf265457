#include "carmilla/value_error.h"

namespace carmilla {

const char* Describe(ValueProblem problem) {
  switch (problem) {
    case ValueProblem::kNone:
      return "a valid value";
    case ValueProblem::kOverflow:
      return "a value beyond the range of its type";
    case ValueProblem::kDivisionByZero:
      return "a division by zero";
    case ValueProblem::kNoSuchDate:
      return "a date that does not exist";
  }
  return "an unknown problem";
}

namespace internal {

void ThrowValueError(ValueProblem problem) { throw ValueError(problem); }

}  // namespace internal
}  // namespace carmilla
