#include "core/crc32c.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "core/crc32c_table.h"

namespace carmilla {
namespace {

// The vectors of RFC 3720, appendix B.4.
struct Vector {
  std::string bytes;
  uint32_t crc;
};

std::string Counting(int from, int step) {
  std::string bytes;
  for (int i = 0; i < 32; ++i) bytes += static_cast<char>(from + step * i);
  return bytes;
}

std::string ScsiRead10() {
  std::string bytes(48, '\0');
  bytes[0] = 0x01;
  bytes[1] = static_cast<char>(0xc0);
  bytes[16] = 0x14;
  bytes[22] = 0x04;
  bytes[27] = 0x14;
  bytes[31] = 0x18;
  bytes[32] = 0x28;
  bytes[40] = 0x02;
  return bytes;
}

TEST(Crc32cTest, GivesTheVectorsOfRfc3720) {
  const Vector vectors[] = {
      {"", 0},
      {"123456789", 0xe3069283},
      {std::string(32, '\0'), 0x8a9136aa},
      {std::string(32, '\xff'), 0x62a8ab43},
      {Counting(0, 1), 0x46dd794e},
      {Counting(31, -1), 0x113fdb5c},
      {ScsiRead10(), 0xd9963a56},
  };
  for (const Vector& vector : vectors) {
    EXPECT_EQ(ExtendCrc32c(0, vector.bytes.data(), vector.bytes.size()), vector.crc);
    EXPECT_EQ(internal::ExtendCrc32cByTable(0, vector.bytes.data(), vector.bytes.size()),
              vector.crc);
  }
}

TEST(Crc32cTest, TheTableAgreesWithTheProcessorAtEveryLengthAndOffset) {
  std::mt19937 random(7);
  std::string bytes(300, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  for (size_t from = 0; from < 9; ++from) {
    for (size_t size = 0; from + size <= bytes.size(); ++size) {
      ASSERT_EQ(ExtendCrc32c(5, bytes.data() + from, size),
                internal::ExtendCrc32cByTable(5, bytes.data() + from, size));
    }
  }
}

TEST(Crc32cTest, PartsGiveTheWhole) {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  const uint32_t whole = ExtendCrc32c(0, text.data(), text.size());
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    const uint32_t head = ExtendCrc32c(0, text.data(), cut);
    EXPECT_EQ(ExtendCrc32c(head, text.data() + cut, text.size() - cut), whole);
  }
}

}  // namespace
}  // namespace carmilla
