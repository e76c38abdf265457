#include "columnar/value_hash.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/extension_type.h>
#include <arrow/result.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>
#include <arrow/util/bit_util.h>

#include "columnar/value_digests.h"
#include "core/error.h"

namespace carmilla {
namespace {

// 2^64 divided by the golden ratio.
constexpr uint64_t kOrdinalStep = 0x9E3779B97F4A7C15;

/// Rows are hashed in pieces of this many, column by column; their keys are made once.
constexpr int64_t kPiece = 256;
using Keys = std::array<uint64_t, kPiece>;

/// Makes the keys of the rows from `ordinal` on: the finalizer of SplitMix64, a
/// bijection, so no two rows share a key.
void MakeKeys(int64_t ordinal, size_t count, Keys* keys) {
  for (size_t i = 0; i < count; ++i) {
    uint64_t key = (static_cast<uint64_t>(ordinal) + i + 1) * kOrdinalStep;
    key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9;
    key = (key ^ (key >> 27)) * 0x94D049BB133111EB;
    (*keys)[i] = key ^ (key >> 31);
  }
}

using Digests = std::array<uint64_t, kPiece>;

/// Digests the values of one array, whose buffers must outlive it.
class Digester {
 public:
  explicit Digester(const arrow::ArrayData& data)
      : validity_(data.MayHaveNulls() && data.buffers[0] != nullptr
                      ? data.buffers[0]->data()
                      : nullptr),
        offset_(data.offset),
        is_nothing_(data.type->id() == arrow::Type::NA) {}
  virtual ~Digester() = default;

  bool MayHaveNulls() const { return validity_ != nullptr || is_nothing_; }
  /// Where there may be NULLs.
  bool IsValid(int64_t index) const {
    return !is_nothing_ && arrow::bit_util::GetBit(validity_, offset_ + index);
  }

  /// Digests `count` values from `begin` on; what it gives for NULL means nothing.
  virtual void Digest(int64_t begin, size_t count, Digests* digests) const = 0;

  /// Adds digest times key of `count` values from `begin` on to `sum`.
  virtual void AddRows(int64_t begin, size_t count, const Keys& keys,
                       Uint128* sum) const {
    Digests digests;
    Digest(begin, count, &digests);
    AddAll(begin, count, keys, sum, [&](size_t i) { return digests[i]; });
  }

 protected:
  void AddAll(int64_t begin, size_t count, const Keys& keys, Uint128* sum,
              const auto& digest_of) const {
    Uint128 total = *sum;
    if (!MayHaveNulls()) {
      for (size_t i = 0; i < count; ++i) total += Uint128{digest_of(i)} * keys[i];
    } else {
      for (size_t i = 0; i < count; ++i) {
        // NULL counts as 2^64, which no digest is.
        total += IsValid(begin + static_cast<int64_t>(i))
                     ? Uint128{digest_of(i)} * keys[i]
                     : Uint128{keys[i]} << 64;
      }
    }
    *sum = total;
  }

 private:
  const uint8_t* validity_;
  int64_t offset_;
  bool is_nothing_;
};

/// Values::At(index) digests one value that is not NULL.
template <typename Values>
class FlatDigester final : public Digester {
 public:
  template <typename... Arguments>
  explicit FlatDigester(const arrow::ArrayData& data, Arguments&&... arguments)
      : Digester(data), values_(data, std::forward<Arguments>(arguments)...) {}

  void Digest(int64_t begin, size_t count, Digests* digests) const override {
    for (size_t i = 0; i < count; ++i) {
      (*digests)[i] = values_.At(begin + static_cast<int64_t>(i));
    }
  }

  void AddRows(int64_t begin, size_t count, const Keys& keys,
               Uint128* sum) const override {
    AddAll(begin, count, keys, sum,
           [&](size_t i) { return values_.At(begin + static_cast<int64_t>(i)); });
  }

 private:
  Values values_;
};

/// Lists, and maps as lists of (key, value). The elements of many lists are digested in
/// one go.
template <typename Offset>
class ListDigester final : public Digester {
 public:
  ListDigester(const arrow::ArrayData& data, std::unique_ptr<Digester> elements)
      : Digester(data),
        offsets_(data.GetValues<Offset>(1)),
        elements_(std::move(elements)) {}

  void Digest(int64_t begin, size_t count, Digests* digests) const override {
    const Offset* const offsets = offsets_ + begin;
    Digests elements;
    int64_t first_ready = offsets[0];
    int64_t end_ready = first_ready;
    for (size_t i = 0; i < count; ++i) {
      const int64_t end = offsets[i + 1];
      Sequence sequence(end - offsets[i]);
      for (int64_t at = offsets[i]; at < end;) {
        if (at == end_ready) {
          first_ready = at;
          end_ready = std::min<int64_t>(at + kPiece, offsets[count]);
          elements_->Digest(at, static_cast<size_t>(end_ready - at), &elements);
        }
        const int64_t stop = std::min(end, end_ready);
        AddReady(at, stop, elements.data() + (at - first_ready), &sequence);
        at = stop;
      }
      (*digests)[i] = sequence.digest();
    }
  }

 private:
  /// Adds the elements from `begin` to `end`, whose digests are ready.
  void AddReady(int64_t begin, int64_t end, const uint64_t* digests,
                Sequence* sequence) const {
    Sequence sum = *sequence;
    if (!elements_->MayHaveNulls()) {
      for (int64_t at = begin; at < end; ++at) sum.Add(*digests++);
    } else {
      for (int64_t at = begin; at < end; ++at, ++digests) {
        elements_->IsValid(at) ? sum.Add(*digests) : sum.AddNull();
      }
    }
    *sequence = sum;
  }

  const Offset* offsets_;
  std::unique_ptr<Digester> elements_;
};

class StructDigester final : public Digester {
 public:
  StructDigester(const arrow::ArrayData& data,
                 std::vector<std::unique_ptr<Digester>> fields)
      : Digester(data), offset_(data.offset), fields_(std::move(fields)) {}

  void Digest(int64_t begin, size_t count, Digests* digests) const override {
    std::array<Sequence, kPiece> sequences;
    std::fill_n(sequences.begin(), count, Sequence(std::ssize(fields_)));
    for (const auto& field : fields_) {
      const int64_t first = offset_ + begin;
      field->Digest(first, count, digests);
      if (!field->MayHaveNulls()) {
        for (size_t i = 0; i < count; ++i) sequences[i].Add((*digests)[i]);
        continue;
      }
      for (size_t i = 0; i < count; ++i) {
        field->IsValid(first + static_cast<int64_t>(i)) ? sequences[i].Add((*digests)[i])
                                                        : sequences[i].AddNull();
      }
    }
    for (size_t i = 0; i < count; ++i) (*digests)[i] = sequences[i].digest();
  }

 private:
  int64_t offset_;
  std::vector<std::unique_ptr<Digester>> fields_;
};

/// Of a column that holds nothing but NULL.
class NullDigester final : public Digester {
 public:
  using Digester::Digester;
  void Digest(int64_t /*begin*/, size_t count, Digests* digests) const override {
    std::fill_n(digests->begin(), count, 0);
  }
};

using DigesterResult = arrow::Result<std::unique_ptr<Digester>>;

DigesterResult MakeDigester(const arrow::ArrayData& data);

arrow::Status UndefinedFor(const arrow::DataType& type) {
  return MakeError(ErrorKind::kUnsupportedType,
                   "hashing values: no definition for the Arrow type " + type.ToString());
}

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

DigesterResult MakeCoded(const arrow::ArrayData& data) {
  const arrow::ArrayData& dictionary = *data.dictionary;
  const bool is_known =
      static_cast<const arrow::DictionaryType&>(*data.type).index_type()->id() ==
          arrow::Type::INT32 &&
      arrow::is_binary_like(dictionary.type->id()) && dictionary.GetNullCount() == 0;
  if (!is_known) return UndefinedFor(*data.type);
  const BytesValues<int32_t> values(dictionary);
  std::vector<uint64_t> digests;
  digests.reserve(static_cast<size_t>(dictionary.length));
  for (int64_t i = 0; i < dictionary.length; ++i) digests.push_back(values.At(i));
  return std::make_unique<FlatDigester<CodedValues>>(data, std::move(digests));
}

/// The values are those of the type that is extended.
DigesterResult MakeExtension(const arrow::ArrayData& data) {
  const auto storage = data.Copy();
  storage->type = static_cast<const arrow::ExtensionType&>(*data.type).storage_type();
  return MakeDigester(*storage);
}

DigesterResult MakeDigester(const arrow::ArrayData& data) {
  using arrow::Type;
  switch (data.type->id()) {
    case Type::NA:
      return std::make_unique<NullDigester>(data);
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
    case Type::DICTIONARY:
      return MakeCoded(data);
    case Type::EXTENSION:
      return MakeExtension(data);
    default:
      return UndefinedFor(*data.type);
  }
}

Uint128 SumOf(const ColumnProof& proof) {
  return (Uint128{proof.hash.high} << 64) | proof.hash.low;
}

void SetSum(Uint128 sum, ColumnProof* proof) {
  proof->hash = {.low = static_cast<uint64_t>(sum),
                 .high = static_cast<uint64_t>(sum >> 64)};
}

}  // namespace

arrow::Status AddToProofs(const arrow::ArrayVector& columns, int64_t first_ordinal,
                          std::span<ColumnProof> proofs) {
  std::vector<std::unique_ptr<Digester>> digesters;
  std::vector<Uint128> sums;
  for (size_t i = 0; i < columns.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(digesters.emplace_back(), MakeDigester(*columns[i]->data()));
    sums.push_back(SumOf(proofs[i]));
  }
  const int64_t num_rows = columns.empty() ? 0 : columns[0]->length();
  Keys keys;
  for (int64_t begin = 0; begin < num_rows; begin += kPiece) {
    const auto count = static_cast<size_t>(std::min(kPiece, num_rows - begin));
    MakeKeys(first_ordinal + begin, count, &keys);
    // One more than the digest counts, so that 0 counts too: the sum of the keys on top.
    Uint128 key_sum = 0;
    for (size_t i = 0; i < count; ++i) key_sum += keys[i];
    for (size_t i = 0; i < columns.size(); ++i) {
      sums[i] += key_sum;
      digesters[i]->AddRows(begin, count, keys, &sums[i]);
    }
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    SetSum(sums[i], &proofs[i]);
    proofs[i].nulls += columns[i]->null_count();
  }
  return arrow::Status::OK();
}

void AddToProof(std::span<const std::string_view> texts, int64_t first_ordinal,
                ColumnProof* proof) {
  Uint128 sum = SumOf(*proof);
  Keys keys;
  for (size_t begin = 0; begin < texts.size(); begin += kPiece) {
    const auto piece =
        texts.subspan(begin, std::min<size_t>(kPiece, texts.size() - begin));
    MakeKeys(first_ordinal + static_cast<int64_t>(begin), piece.size(), &keys);
    for (size_t i = 0; i < piece.size(); ++i) {
      const bool is_null = piece[i].data() == nullptr;
      proof->nulls += is_null ? 1 : 0;
      sum += keys[i];
      sum += is_null ? Uint128{keys[i]} << 64
                     : Uint128{XXH3_64bits(piece[i].data(), piece[i].size())} * keys[i];
    }
  }
  SetSum(sum, proof);
}

}  // namespace carmilla
