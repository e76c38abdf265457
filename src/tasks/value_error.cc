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
    case ValueProblem::kNoSuchLabel:
      return "a number beyond the labels of its enum";
    case ValueProblem::kMisfit:
      return "a value in JSON that is not exactly of the wanted type";
  }
  return "an unknown problem";
}

namespace internal {

void ThrowValueError(ValueProblem problem) { throw ValueError(problem); }

}  // namespace internal
}  // namespace carmilla
