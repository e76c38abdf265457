#include "columnar/zstd_compressor.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <arrow/buffer.h>
#include <arrow/util/compression.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

/// Some of it repeats and some does not.
std::string TextOf(int64_t size) {
  std::string text;
  uint64_t random = static_cast<uint64_t>(size) + 1;
  while (std::ssize(text) < size) {
    random = random * 6364136223846793005ULL + 1442695040888963407ULL;
    text += "{\"visit\": " + std::to_string(random >> 32) + ", \"page\": \"/home\"}";
  }
  text.resize(static_cast<size_t>(size));
  return text;
}

std::string Compressed(const std::string& text, ZstdCompressor* zstd) {
  const std::shared_ptr<arrow::ResizableBuffer> out =
      arrow::AllocateResizableBuffer(0).ValueOrDie();
  EXPECT_OK(zstd->Compress(arrow::Buffer(text), out.get()));
  return out->ToString();
}

std::unique_ptr<arrow::util::Codec> ArrowsCodec() {
  return arrow::util::Codec::Create(arrow::Compression::ZSTD, ZstdCompressor::kLevel)
      .ValueOrDie();
}

const uint8_t* BytesOf(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

const std::vector<int64_t> kSizes = {0, 1, 100, 16384, 131073, 1 << 20, 5000, 3 << 20, 7};

TEST(ZstdCompressorTest, WhatItMakesIsUnpackedByAnother) {
  ZstdCompressor zstd;
  for (const int64_t size : kSizes) {
    const std::string text = TextOf(size);
    const std::string frame = Compressed(text, &zstd);
    std::vector<uint8_t> unpacked(static_cast<size_t>(size) + 1);
    ASSERT_OK_AND_ASSIGN(const int64_t unpacked_size,
                         ArrowsCodec()->Decompress(std::ssize(frame), BytesOf(frame),
                                                   size, unpacked.data()));
    EXPECT_EQ(unpacked_size, size);
    EXPECT_TRUE(
        std::equal(text.begin(), text.end(), unpacked.begin(),
                   [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; }))
        << size;
  }
}

TEST(ZstdCompressorTest, TheBytesDoNotDependOnWhatWasCompressedBefore) {
  ZstdCompressor used;
  for (const int64_t size : kSizes) {
    ZstdCompressor fresh;
    const std::string text = TextOf(size);
    EXPECT_EQ(Compressed(text, &used), Compressed(text, &fresh)) << size;
  }
}

TEST(ZstdCompressorTest, MakesPagesAboutAsSmallAsArrowsCodec) {
  const std::string text = TextOf(1 << 20);
  ZstdCompressor zstd;
  const auto arrows = ArrowsCodec();
  std::vector<uint8_t> frame(
      static_cast<size_t>(arrows->MaxCompressedLen(std::ssize(text), BytesOf(text))));
  ASSERT_OK_AND_ASSIGN(
      const int64_t size,
      arrows->Compress(std::ssize(text), BytesOf(text), std::ssize(frame), frame.data()));
  EXPECT_LE(20 * std::ssize(Compressed(text, &zstd)), 21 * size);
}

}  // namespace
}  // namespace carmilla
