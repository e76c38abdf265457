#include "carmilla/enum_labels.h"

#include <string>

#include "carmilla/value_error.h"
#include "core/error.h"

namespace carmilla::internal {

void ThrowNoSuchLabel() { ThrowValueError(ValueProblem::kNoSuchLabel); }

arrow::Status NoSuchLabel(size_t num_labels) {
  return MakeError(ErrorKind::kData, "reading an enum: it is none of its " +
                                         std::to_string(num_labels) + " labels");
}

}  // namespace carmilla::internal
