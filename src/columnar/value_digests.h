#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace carmilla {

// Digests of single values that are not NULL (docs/formats/value-hash.md). Each class
// reads the values of one array, whose buffers must outlive it, by their index.

// NOLINTNEXTLINE(modernize-use-using): __extension__, which -Wpedantic wants, needs it.
__extension__ using Uint128 = unsigned __int128;

// The first fractional bits of pi, in order.
inline constexpr uint64_t kWideLow = 0x243F6A8885A308D3;
inline constexpr uint64_t kWideHigh = 0x13198A2E03707344;
inline constexpr uint64_t kSequenceStart = 0xA4093822299F31D0;
inline constexpr uint64_t kElementStep = 0x082EFA98EC4E6C89;
inline constexpr uint64_t kNullStep = 0x452821E638D01377;
inline constexpr uint64_t kNoSuchCode = 0xBE5466CF34E90C6C;

inline uint64_t Mix(uint64_t left, uint64_t right) {
  const Uint128 product = Uint128{left} * right;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// The digest of a sequence of known length, made of its elements' in order.
class Sequence {
 public:
  Sequence() = default;
  explicit Sequence(int64_t length)
      : digest_(kSequenceStart ^ static_cast<uint64_t>(length)) {}
  void Add(uint64_t element) { digest_ = Mix(digest_ ^ element, kElementStep); }
  void AddNull() { digest_ = Mix(digest_, kNullStep); }
  uint64_t digest() const { return digest_; }

 private:
  uint64_t digest_ = 0;
};

/// A false is 0, a true 1.
class BooleanValues {
 public:
  explicit BooleanValues(const arrow::ArrayData& data)
      : bits_(data.GetValues<uint8_t>(1, 0)), offset_(data.offset) {}
  uint64_t At(int64_t index) const {
    return arrow::bit_util::GetBit(bits_, offset_ + index) ? 1 : 0;
  }

 private:
  const uint8_t* bits_;
  int64_t offset_;
};

/// Integers, dates, timestamps, small decimals (signed ones sign-extended), and the bits
/// of floats.
template <typename Word>
class WordValues {
 public:
  explicit WordValues(const arrow::ArrayData& data) : values_(data.GetValues<Word>(1)) {}
  uint64_t At(int64_t index) const {
    using Extended = std::conditional_t<std::is_signed_v<Word>, int64_t, uint64_t>;
    return static_cast<uint64_t>(static_cast<Extended>(values_[index]));
  }

 private:
  const Word* values_;
};

/// Decimals of up to 128 bits. One that fits 64 bits has the digest that it has as
/// decimal64.
class WideValues {
 public:
  explicit WideValues(const arrow::ArrayData& data)
      : bytes_(data.GetValues<uint8_t>(1, data.offset * kWidth)) {}
  uint64_t At(int64_t index) const {
    static_assert(std::endian::native == std::endian::little);
    uint64_t words[2];
    std::memcpy(words, bytes_ + index * kWidth, kWidth);
    const auto sign = static_cast<uint64_t>(static_cast<int64_t>(words[0]) >> 63);
    return words[1] == sign ? words[0] : Mix(words[0] ^ kWideLow, words[1] ^ kWideHigh);
  }

 private:
  static constexpr int64_t kWidth = 16;
  const uint8_t* bytes_;
};

/// Texts and bytes.
template <typename Offset>
class BytesValues {
 public:
  explicit BytesValues(const arrow::ArrayData& data)
      : offsets_(data.GetValues<Offset>(1)), bytes_(data.GetValues<uint8_t>(2, 0)) {}
  uint64_t At(int64_t index) const {
    const Offset begin = offsets_[index];
    return XXH3_64bits(bytes_ + begin, static_cast<size_t>(offsets_[index + 1] - begin));
  }

 private:
  const Offset* offsets_;
  const uint8_t* bytes_;
};

/// Codes of text or bytes: each value that they stand for is hashed once.
class CodedValues {
 public:
  CodedValues(const arrow::ArrayData& data, std::vector<uint64_t> digests)
      : codes_(data.GetValues<int32_t>(1)), digests_(std::move(digests)) {}
  uint64_t At(int64_t index) const {
    const auto code = static_cast<size_t>(codes_[index]);
    // Arrow does not check the codes of a file.
    return code < digests_.size() ? digests_[code] : kNoSuchCode;
  }

 private:
  const int32_t* codes_;
  std::vector<uint64_t> digests_;
};

/// Bytes of one width, such as UUIDs.
class FixedBytesValues {
 public:
  explicit FixedBytesValues(const arrow::ArrayData& data)
      : width_(data.type->byte_width()),
        bytes_(data.GetValues<uint8_t>(1, data.offset * width_)) {}
  uint64_t At(int64_t index) const {
    return XXH3_64bits(bytes_ + index * width_, static_cast<size_t>(width_));
  }

 private:
  int64_t width_;
  const uint8_t* bytes_;
};

}  // namespace carmilla
