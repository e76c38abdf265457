#pragma once

#include <cstddef>
#include <cstdint>

namespace carmilla::internal {

/// Does what ExtendCrc32c does, on any processor. Declared for ExtendCrc32c and its test.
uint32_t ExtendCrc32cByTable(uint32_t crc, const void* data, size_t size);

}  // namespace carmilla::internal
