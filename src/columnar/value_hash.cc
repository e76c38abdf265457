#include "columnar/value_hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/result.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/error.h"

namespace carmilla {
namespace {

__extension__ typedef unsigned __int128 Uint128;

/// Stands for one value, wherever it is. docs/formats/value-hash.md defines it per type.
struct Digest {
  uint64_t low;
  uint64_t high;
};

// The first fractional bits of pi, in order.
constexpr uint64_t kPositionLow = 0x243F6A8885A308D3;
constexpr uint64_t kValueLow = 0x13198A2E03707344;
constexpr uint64_t kPositionHigh = 0xA4093822299F31D0;
constexpr uint64_t kValueHigh = 0x082EFA98EC4E6C89;
constexpr Digest kNull{0x452821E638D01377, 0xBE5466CF34E90C6C};
constexpr uint64_t kWide = 0xC0AC29B7C97C50DD;
constexpr Digest kSequenceStart{0x3F84D5B5B5470917, 0x9216D5D98979FB1B};
constexpr Digest kSequenceStep{0xD1310BA698DFB5AC, 0x2FFD72DBD01ADFB7};
// 2^64 divided by the golden ratio: odd, so that no two ordinals share a position.
constexpr uint64_t kOrdinalStep = 0x9E3779B97F4A7C15;

/// Values are digested in pieces of this many, in a buffer on the stack.
constexpr int64_t kPiece = 128;
using Piece = std::array<Digest, kPiece>;

inline uint64_t Mix(uint64_t left, uint64_t right) {
  const Uint128 product = Uint128{left} * right;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// Digests the values of one array. Constructors see a checked type; an instance must not
/// outlive the array.
class Digester {
 public:
  virtual ~Digester() = default;
  /// Writes `count` digests, of the array's values from `begin` on.
  virtual void Read(int64_t begin, int64_t count, Digest* out) const = 0;
};

/// The bits that tell NULL from value; none when the array has no NULL.
class Validity {
 public:
  explicit Validity(const arrow::ArrayData& data)
      : bits_(data.MayHaveNulls() ? data.buffers[0]->data() : nullptr),
        offset_(data.offset) {}
  bool has_nulls() const { return bits_ != nullptr; }
  bool IsValid(int64_t index) const {
    return arrow::bit_util::GetBit(bits_, offset_ + index);
  }

 private:
  const uint8_t* bits_;
  int64_t offset_;
};

/// Values that stand at a place of their own; Values::At(index) digests one that is not
/// NULL.
template <typename Values>
class FlatDigester : public Digester {
 public:
  explicit FlatDigester(const arrow::ArrayData& data) : validity_(data), values_(data) {}

  void Read(int64_t begin, int64_t count, Digest* out) const override {
    if (!validity_.has_nulls()) {
      for (int64_t i = 0; i < count; ++i) out[i] = values_.At(begin + i);
      return;
    }
    for (int64_t i = 0; i < count; ++i) {
      out[i] = validity_.IsValid(begin + i) ? values_.At(begin + i) : kNull;
    }
  }

 private:
  Validity validity_;
  Values values_;
};

Digest DigestOfWord(uint64_t word) { return {word, word}; }

class BooleanValues {
 public:
  explicit BooleanValues(const arrow::ArrayData& data)
      : bits_(data.GetValues<uint8_t>(1, 0)), offset_(data.offset) {}
  Digest At(int64_t index) const {
    return DigestOfWord(arrow::bit_util::GetBit(bits_, offset_ + index) ? 1 : 0);
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
  Digest At(int64_t index) const {
    using Extended = std::conditional_t<std::is_signed_v<Word>, int64_t, uint64_t>;
    return DigestOfWord(static_cast<uint64_t>(static_cast<Extended>(values_[index])));
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
  Digest At(int64_t index) const {
    static_assert(std::endian::native == std::endian::little);
    uint64_t words[2];
    std::memcpy(words, bytes_ + index * kWidth, kWidth);
    const auto sign = static_cast<uint64_t>(static_cast<int64_t>(words[0]) >> 63);
    return words[1] == sign ? DigestOfWord(words[0]) : Digest{words[0], words[1] ^ kWide};
  }

 private:
  static constexpr int64_t kWidth = 16;
  const uint8_t* bytes_;
};

Digest DigestOfBytes(const uint8_t* bytes, size_t size) {
  const XXH128_hash_t hash = XXH3_128bits(bytes, size);
  return {hash.low64, hash.high64};
}

template <typename Offset>
class BytesValues {
 public:
  explicit BytesValues(const arrow::ArrayData& data)
      : offsets_(data.GetValues<Offset>(1)), bytes_(data.GetValues<uint8_t>(2, 0)) {}
  Digest At(int64_t index) const {
    const Offset begin = offsets_[index];
    return DigestOfBytes(bytes_ + begin,
                         static_cast<size_t>(offsets_[index + 1] - begin));
  }

 private:
  const Offset* offsets_;
  const uint8_t* bytes_;
};

class FixedBytesValues {
 public:
  explicit FixedBytesValues(const arrow::ArrayData& data)
      : width_(data.type->byte_width()),
        bytes_(data.GetValues<uint8_t>(1, data.offset * width_)) {}
  Digest At(int64_t index) const {
    return DigestOfBytes(bytes_ + index * width_, static_cast<size_t>(width_));
  }

 private:
  int64_t width_;
  const uint8_t* bytes_;
};

class NullDigester : public Digester {
 public:
  void Read(int64_t /*begin*/, int64_t count, Digest* out) const override {
    std::fill_n(out, count, kNull);
  }
};

/// The digest of a sequence of known length, made of its elements' in order.
class Sequence {
 public:
  explicit Sequence(int64_t length)
      : digest_{kSequenceStart.low ^ static_cast<uint64_t>(length),
                kSequenceStart.high ^ static_cast<uint64_t>(length)} {}
  void Add(const Digest& element) {
    digest_.low = Mix(digest_.low ^ element.low, kSequenceStep.low);
    digest_.high = Mix(digest_.high ^ element.high, kSequenceStep.high);
  }
  const Digest& digest() const { return digest_; }

 private:
  Digest digest_;
};

/// Lists, and maps as lists of (key, value).
template <typename Offset>
class ListDigester : public Digester {
 public:
  ListDigester(const arrow::ArrayData& data, std::unique_ptr<Digester> elements)
      : validity_(data),
        offsets_(data.GetValues<Offset>(1)),
        elements_(std::move(elements)) {}

  void Read(int64_t begin, int64_t count, Digest* out) const override {
    for (int64_t i = begin; i < begin + count; ++i) {
      const bool is_null = validity_.has_nulls() && !validity_.IsValid(i);
      *out++ = is_null ? kNull : DigestOfList(offsets_[i], offsets_[i + 1]);
    }
  }

 private:
  Digest DigestOfList(int64_t begin, int64_t end) const {
    Sequence sequence(end - begin);
    Piece piece;
    for (; begin < end; begin += kPiece) {
      const int64_t count = std::min(kPiece, end - begin);
      elements_->Read(begin, count, piece.data());
      for (int64_t i = 0; i < count; ++i) sequence.Add(piece[static_cast<size_t>(i)]);
    }
    return sequence.digest();
  }

  Validity validity_;
  const Offset* offsets_;
  std::unique_ptr<Digester> elements_;
};

class StructDigester : public Digester {
 public:
  StructDigester(const arrow::ArrayData& data,
                 std::vector<std::unique_ptr<Digester>> fields)
      : validity_(data), offset_(data.offset), fields_(std::move(fields)) {}

  void Read(int64_t begin, int64_t count, Digest* out) const override {
    for (int64_t i = begin; i < begin + count; ++i) {
      const bool is_null = validity_.has_nulls() && !validity_.IsValid(i);
      *out++ = is_null ? kNull : DigestOfFields(i);
    }
  }

 private:
  Digest DigestOfFields(int64_t index) const {
    Sequence sequence(static_cast<int64_t>(fields_.size()));
    for (const auto& field : fields_) {
      Digest element{};
      field->Read(offset_ + index, 1, &element);
      sequence.Add(element);
    }
    return sequence.digest();
  }

  Validity validity_;
  int64_t offset_;
  std::vector<std::unique_ptr<Digester>> fields_;
};

using DigesterResult = arrow::Result<std::unique_ptr<Digester>>;

DigesterResult MakeDigester(const arrow::ArrayData& data);

template <typename Values>
DigesterResult MakeFlat(const arrow::ArrayData& data) {
  return std::make_unique<FlatDigester<Values>>(data);
}

template <typename Offset>
DigesterResult MakeList(const arrow::ArrayData& data) {
  ARROW_ASSIGN_OR_RAISE(auto elements, MakeDigester(*data.child_data[0]));
  return std::make_unique<ListDigester<Offset>>(data, std::move(elements));
}

DigesterResult MakeStruct(const arrow::ArrayData& data) {
  std::vector<std::unique_ptr<Digester>> fields;
  for (const auto& child : data.child_data) {
    ARROW_ASSIGN_OR_RAISE(fields.emplace_back(), MakeDigester(*child));
  }
  return std::make_unique<StructDigester>(data, std::move(fields));
}

DigesterResult MakeDigester(const arrow::ArrayData& data) {
  using arrow::Type;
  switch (data.type->id()) {
    case Type::NA:
      return std::make_unique<NullDigester>();
    case Type::BOOL:
      return MakeFlat<BooleanValues>(data);
    case Type::INT8:
      return MakeFlat<WordValues<int8_t>>(data);
    case Type::INT16:
      return MakeFlat<WordValues<int16_t>>(data);
    case Type::INT32:
    case Type::DATE32:
    case Type::TIME32:
    case Type::DECIMAL32:
      return MakeFlat<WordValues<int32_t>>(data);
    case Type::INT64:
    case Type::TIME64:
    case Type::TIMESTAMP:
    case Type::DECIMAL64:
      return MakeFlat<WordValues<int64_t>>(data);
    case Type::UINT8:
      return MakeFlat<WordValues<uint8_t>>(data);
    case Type::UINT16:
      return MakeFlat<WordValues<uint16_t>>(data);
    case Type::UINT32:
    case Type::FLOAT:
      return MakeFlat<WordValues<uint32_t>>(data);
    case Type::UINT64:
    case Type::DOUBLE:
      return MakeFlat<WordValues<uint64_t>>(data);
    case Type::DECIMAL128:
      return MakeFlat<WideValues>(data);
    case Type::STRING:
    case Type::BINARY:
      return MakeFlat<BytesValues<int32_t>>(data);
    case Type::LARGE_STRING:
    case Type::LARGE_BINARY:
      return MakeFlat<BytesValues<int64_t>>(data);
    case Type::FIXED_SIZE_BINARY:
      return MakeFlat<FixedBytesValues>(data);
    case Type::LIST:
    case Type::MAP:
      return MakeList<int32_t>(data);
    case Type::LARGE_LIST:
      return MakeList<int64_t>(data);
    case Type::STRUCT:
      return MakeStruct(data);
    default:
      return MakeError(
          ErrorKind::kUnsupportedType,
          "hashing values: no definition for the Arrow type " + data.type->ToString());
  }
}

}  // namespace

arrow::Status AddToProof(const arrow::Array& array, int64_t first_ordinal,
                         ColumnProof* proof) {
  ARROW_ASSIGN_OR_RAISE(const auto digester, MakeDigester(*array.data()));
  Uint128 sum = (Uint128{proof->hash.high} << 64) | proof->hash.low;
  uint64_t position = static_cast<uint64_t>(first_ordinal) * kOrdinalStep;
  Piece piece;
  for (int64_t begin = 0; begin < array.length(); begin += kPiece) {
    const int64_t count = std::min(kPiece, array.length() - begin);
    digester->Read(begin, count, piece.data());
    for (int64_t i = 0; i < count; ++i) {
      position += kOrdinalStep;
      const Digest& value = piece[static_cast<size_t>(i)];
      const uint64_t low = Mix(value.low ^ kValueLow, position ^ kPositionLow);
      const uint64_t high = Mix(value.high ^ kValueHigh, position ^ kPositionHigh);
      sum += (Uint128{high} << 64) | low;
    }
  }
  proof->hash = {.low = static_cast<uint64_t>(sum),
                 .high = static_cast<uint64_t>(sum >> 64)};
  proof->nulls += array.null_count();
  return arrow::Status::OK();
}

}  // namespace carmilla
