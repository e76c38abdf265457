#pragma once

#include <cstddef>
#include <cstdint>

namespace carmilla {

/// Extends a CRC-32C (Castagnoli, RFC 3720 appendix B.4; the checksum S3 knows as
/// x-amz-checksum-crc32c) by `size` bytes. Start with `crc` = 0. Uses SSE 4.2 where the
/// processor has it.
uint32_t ExtendCrc32c(uint32_t crc, const void* data, size_t size);

}  // namespace carmilla
