#include "postgres/copy_header.h"

#include <utility>

#include "core/error.h"
#include "postgres/copy_format.h"

namespace carmilla {

arrow::Status CorruptCopy(std::string problem) {
  return MakeError(
      ErrorKind::kCorruptData, std::move(problem),
      "the server, or something between, does not follow PostgreSQL's binary "
      "COPY format");
}

arrow::Result<std::string_view> SkipCopyHeader(std::string_view message) {
  if (message.size() < kCopyHeaderBytes || !message.starts_with(kCopySignature)) {
    return CorruptCopy("the stream has no signature of a binary copy");
  }
  const uint32_t flags = LoadUint32(message.data() + kCopySignature.size());
  const uint32_t extension = LoadUint32(message.data() + kCopySignature.size() + 4);
  message.remove_prefix(kCopyHeaderBytes);
  if ((flags & kCopyCriticalFlags) != 0) {
    return CorruptCopy("the stream has unknown flags");
  }
  if (extension > message.size()) {
    return CorruptCopy("the stream's header is longer than its message");
  }
  message.remove_prefix(extension);
  return message;
}

}  // namespace carmilla
