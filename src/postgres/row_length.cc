#include "postgres/row_length.h"

#include <algorithm>
#include <iterator>

#include "postgres/copy_format.h"

namespace carmilla {

RowLength LengthOfFields(std::string_view fields, int32_t num_fields) {
  int64_t next = 0;
  for (; num_fields > 0; --num_fields) {
    const char* const length = fields.data() + next;
    next += kCopyLengthBytes;
    if (next > std::ssize(fields)) return {.bytes = next};
    next += std::max(LoadInt32(length), 0);
  }
  return {.bytes = next, .is_whole = true};
}

}  // namespace carmilla
