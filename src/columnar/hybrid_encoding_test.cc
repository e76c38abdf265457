#include "columnar/hybrid_encoding.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

std::string Encode(const std::vector<uint32_t>& codes, int bit_width) {
  arrow::BufferBuilder out;
  EXPECT_OK(AppendHybrid(codes, bit_width, &out));
  return {reinterpret_cast<const char*>(out.data()), static_cast<size_t>(out.length())};
}

std::string EncodeLevels(const std::vector<uint32_t>& codes, int bit_width) {
  const std::vector<uint8_t> levels(codes.begin(), codes.end());
  arrow::BufferBuilder out;
  EXPECT_OK(AppendHybrid(levels, bit_width, &out));
  return {reinterpret_cast<const char*>(out.data()), static_cast<size_t>(out.length())};
}

/// The plain twin: one bit after the other, as the format describes it.
std::vector<uint32_t> Decode(const std::string& bytes, int bit_width) {
  std::vector<uint32_t> codes;
  size_t at = 0;
  while (at < bytes.size()) {
    uint64_t header = 0;
    int shift = 0;
    do {
      header |= (static_cast<uint64_t>(bytes[at]) & 0x7f) << shift;
      shift += 7;
    } while ((static_cast<uint8_t>(bytes[at++]) & 0x80) != 0);
    if ((header & 1) == 0) {
      uint32_t code = 0;
      for (int byte = 0; byte < (bit_width + 7) / 8; ++byte) {
        code |= uint32_t{static_cast<uint8_t>(bytes[at++])} << (8 * byte);
      }
      codes.insert(codes.end(), header >> 1, code);
      continue;
    }
    const uint64_t count = (header >> 1) * 8;
    for (uint64_t i = 0; i < count; ++i) {
      uint32_t code = 0;
      for (int bit = 0; bit < bit_width; ++bit) {
        const uint64_t position = i * static_cast<uint64_t>(bit_width) + bit;
        const auto byte = static_cast<uint8_t>(bytes[at + position / 8]);
        code |= uint32_t{(byte >> (position % 8)) & 1U} << bit;
      }
      codes.push_back(code);
    }
    at += count * static_cast<uint64_t>(bit_width) / 8;
  }
  return codes;
}

TEST(HybridEncodingTest, PacksAsTheFormatsOwnExample) {
  EXPECT_EQ(Encode({0, 1, 2, 3, 4, 5, 6, 7}, 3), "\x03\x88\xC6\xFA");
}

TEST(HybridEncodingTest, StoresEightEqualCodesAsARun) {
  EXPECT_EQ(Encode(std::vector<uint32_t>(100, 5), 3), "\xC8\x01\x05");
  EXPECT_EQ(Encode(std::vector<uint32_t>(8, 0), 0), std::string("\x10"));
  EXPECT_EQ(Encode({}, 3), "");
}

TEST(HybridEncodingTest, ReadsBackWhateverRunsAndWidths) {
  std::mt19937 random(7);
  for (int bit_width = 1; bit_width <= 32; ++bit_width) {
    for (int round = 0; round < 40; ++round) {
      std::vector<uint32_t> codes;
      const size_t size = random() % 300;
      while (codes.size() < size) {
        const auto code =
            static_cast<uint32_t>(random() & ((uint64_t{1} << bit_width) - 1));
        codes.insert(codes.end(), random() % 3 == 0 ? random() % 40 : 1, code);
      }
      auto decoded = Decode(Encode(codes, bit_width), bit_width);
      ASSERT_GE(decoded.size(), codes.size());
      ASSERT_LT(decoded.size(), codes.size() + 8);  // the last group is filled up
      decoded.resize(codes.size());
      ASSERT_EQ(decoded, codes) << "width " << bit_width;
      if (bit_width <= 8) {
        ASSERT_EQ(EncodeLevels(codes, bit_width), Encode(codes, bit_width));
      }
    }
  }
}

TEST(HybridEncodingTest, StoresLevelsAsOneRunOrAsTheBitmapItself) {
  const uint8_t bitmap[] = {0xB5, 0x01};
  const auto encode = [&](int64_t rows, int64_t nulls) {
    arrow::BufferBuilder out;
    EXPECT_OK(AppendValidity(bitmap, rows, nulls, &out));
    return std::string(reinterpret_cast<const char*>(out.data()),
                       static_cast<size_t>(out.length()));
  };
  EXPECT_EQ(Decode(encode(20, 0), 1), std::vector<uint32_t>(20, 1));
  EXPECT_EQ(Decode(encode(20, 20), 1), std::vector<uint32_t>(20, 0));
  auto levels = Decode(encode(9, 3), 1);
  levels.resize(9);
  EXPECT_EQ(levels, (std::vector<uint32_t>{1, 0, 1, 0, 1, 1, 0, 1, 1}));
}

}  // namespace
}  // namespace carmilla
