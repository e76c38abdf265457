#include "columnar/zstd_frame.h"

#include <string>

#include <arrow/util/compression.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(ZstdFrameTest, IsUnpackedByZstd) {
  ASSERT_OK_AND_ASSIGN(const auto zstd,
                       arrow::util::Codec::Create(arrow::Compression::ZSTD));
  for (const int64_t size : {0, 1, 1000, 131071, 131072, 131073, 262144, 300000}) {
    std::string text;
    for (int64_t i = 0; i < size; ++i) text += static_cast<char>(i * 31 + i / 1000);
    const auto* data = reinterpret_cast<const uint8_t*>(text.data());
    arrow::BufferBuilder frame;
    ASSERT_OK(AppendStoredFrame(data, size, &frame));
    EXPECT_LE(frame.length(), size + 9 + 3 * (size / 131072 + 1));
    std::string unpacked(static_cast<size_t>(size), '?');
    ASSERT_OK_AND_ASSIGN(const int64_t unpacked_size,
                         zstd->Decompress(frame.length(), frame.data(), size,
                                          reinterpret_cast<uint8_t*>(unpacked.data())));
    EXPECT_EQ(unpacked_size, size);
    EXPECT_EQ(unpacked, text);
  }
}

}  // namespace
}  // namespace carmilla
