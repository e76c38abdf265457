#include "columnar/zstd_compressor.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/buffer.h>
#include <arrow/util/compression.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

/// Of random numbers, each between the two texts.
std::string TextOf(int64_t size, std::string_view before, std::string_view behind) {
  std::string text;
  uint64_t random = static_cast<uint64_t>(size) + 1;
  while (std::ssize(text) < size) {
    random = random * 6364136223846793005ULL + 1442695040888963407ULL;
    text.append(before).append(std::to_string(random >> 32)).append(behind);
  }
  text.resize(static_cast<size_t>(size));
  return text;
}

/// Some of it repeats and some does not.
std::string TextOf(int64_t size) {
  return TextOf(size, "{\"visit\": ", ", \"page\": \"/home\"}");
}

/// Of 200 KB, each a little different from the one before, but with little that repeats.
std::string Documents(int num_documents) {
  std::string document = TextOf(200000, "", ", ");
  std::string all;
  for (int i = 0; i < num_documents; ++i) {
    document.replace(static_cast<size_t>(i) * 30000, 6, "edited");
    all += document;
  }
  return all;
}

std::string Compressed(const std::string& text, int64_t num_values,
                       ZstdCompressor* zstd) {
  const std::shared_ptr<arrow::ResizableBuffer> out =
      arrow::AllocateResizableBuffer(0).ValueOrDie();
  EXPECT_OK(zstd->Compress(arrow::Buffer(text), num_values, out.get()));
  return out->ToString();
}

/// Of short values.
std::string Compressed(const std::string& text, ZstdCompressor* zstd) {
  return Compressed(text, std::ssize(text), zstd);
}

std::unique_ptr<arrow::util::Codec> ArrowsCodec() {
  return arrow::util::Codec::Create(arrow::Compression::ZSTD, ZstdCompressor::kLevel)
      .ValueOrDie();
}

const uint8_t* BytesOf(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

constexpr auto kSizes =
    std::to_array<int64_t>({0, 1, 100, 16384, 131073, 1 << 20, 5000, 3 << 20, 7});

TEST(ZstdCompressorTest, ItsVersionIsTheOneThatIsPinned) {
  EXPECT_EQ(ZSTD_versionNumber(), 10507);
}

TEST(ZstdCompressorTest, WhatItMakesIsUnpackedByAnother) {
  ZstdCompressor zstd;
  for (const int64_t size : kSizes) {
    for (const int64_t num_values : {size, int64_t{1}}) {
      const std::string text = TextOf(size);
      const std::string frame = Compressed(text, num_values, &zstd);
      std::string unpacked(static_cast<size_t>(size) + 1, '\0');
      ASSERT_OK_AND_ASSIGN(
          const int64_t unpacked_size,
          ArrowsCodec()->Decompress(std::ssize(frame), BytesOf(frame), size,
                                    reinterpret_cast<uint8_t*>(unpacked.data())));
      unpacked.resize(static_cast<size_t>(unpacked_size));
      EXPECT_TRUE(unpacked == text) << size << " bytes, " << num_values << " values";
    }
  }
}

TEST(ZstdCompressorTest, TheBytesDoNotDependOnWhatWasCompressedBefore) {
  ZstdCompressor used;
  for (const int64_t size : kSizes) {
    for (const int64_t num_values : {size, int64_t{1}}) {
      ZstdCompressor fresh;
      const std::string text = TextOf(size);
      EXPECT_EQ(Compressed(text, num_values, &used), Compressed(text, num_values, &fresh))
          << size << " bytes, " << num_values << " values";
    }
  }
}

TEST(ZstdCompressorTest, LongValuesThatResembleEachOtherAreStoredOnce) {
  ZstdCompressor zstd;
  const std::string one = Compressed(Documents(1), 1, &zstd);
  const std::string five = Compressed(Documents(5), 5, &zstd);
  EXPECT_LE(10 * std::ssize(five), 11 * std::ssize(one));
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
