#include "columnar/zstd_frame.h"

#include <algorithm>

namespace carmilla {
namespace {

constexpr uint32_t kMagic = 0xFD2FB528;
/// A single segment, whose size follows in four bytes; no checksum, no dictionary.
constexpr uint8_t kDescriptor = 0x80 | 0x20;
constexpr int64_t kLargestBlock = 128 << 10;
constexpr int64_t kHeaderBytes = 4 + 1 + 4;
constexpr int64_t kBlockHeaderBytes = 3;

void AppendLittleEndian(uint64_t value, int64_t bytes, arrow::BufferBuilder* out) {
  for (int64_t i = 0; i < bytes; ++i) {
    const auto byte = static_cast<uint8_t>(value >> (8 * i));
    out->UnsafeAppend(&byte, 1);
  }
}

}  // namespace

arrow::Status AppendStoredFrame(const uint8_t* data, int64_t bytes,
                                arrow::BufferBuilder* out) {
  const int64_t blocks =
      std::max<int64_t>(1, (bytes + kLargestBlock - 1) / kLargestBlock);
  ARROW_RETURN_NOT_OK(out->Reserve(kHeaderBytes + blocks * kBlockHeaderBytes + bytes));
  AppendLittleEndian(kMagic, 4, out);
  AppendLittleEndian(kDescriptor, 1, out);
  AppendLittleEndian(static_cast<uint64_t>(bytes), 4, out);
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t begin = block * kLargestBlock;
    const int64_t size = std::min(kLargestBlock, bytes - begin);
    const uint64_t is_last = block + 1 == blocks ? 1 : 0;
    AppendLittleEndian(is_last | static_cast<uint64_t>(size) << 3, kBlockHeaderBytes,
                       out);
    out->UnsafeAppend(data + begin, size);
  }
  return arrow::Status::OK();
}

}  // namespace carmilla
