#include "columnar/delta_encoder.h"

#include <algorithm>
#include <bit>

#include <parquet/exception.h>

#include "columnar/bit_packing.h"

namespace carmilla {
namespace {

/// Size and parts of a block, number of values, first value.
constexpr int64_t kHeaderRoom = 4L * kLongestVarint;

template <typename Word>
uint64_t ZigZag(Word value) {
  const Word sign = value >> (8 * sizeof(Word) - 1);
  return static_cast<Word>(value << 1) ^ static_cast<Word>(-sign);
}

}  // namespace

template <typename Integer>
void DeltaEncoder<Integer>::Put(const Integer* values, int count) {
  if (count == 0) return;
  if (num_values_ == 0) {
    first_ = last_ = static_cast<Word>(*values++);
    ++num_values_;
    --count;
  }
  num_values_ += static_cast<uint64_t>(count);
  for (auto left = static_cast<size_t>(count); left > 0;) {
    const size_t taken = std::min(left, kBlock - num_deltas_);
    Word* const deltas = deltas_.data() + num_deltas_;
    deltas[0] = static_cast<Word>(values[0]) - last_;
    for (size_t i = 1; i < taken; ++i) {
      deltas[i] = static_cast<Word>(values[i]) - static_cast<Word>(values[i - 1]);
    }
    last_ = static_cast<Word>(values[taken - 1]);
    num_deltas_ += taken;
    values += taken;
    left -= taken;
    if (num_deltas_ == kBlock) FlushBlock();
  }
}

/// Differences wrap around: they are taken, and compared, as numbers of as many bits.
template <typename Integer>
void DeltaEncoder<Integer>::FlushBlock() {
  const auto behind = deltas_.begin() + static_cast<ptrdiff_t>(num_deltas_);
  std::fill(behind, deltas_.end(), deltas_[0]);  // no smaller than the others
  auto smallest = static_cast<Integer>(deltas_[0]);
  for (const Word delta : deltas_) {
    smallest = std::min(smallest, static_cast<Integer>(delta));
  }
  const auto base = static_cast<Word>(smallest);
  for (Word& delta : deltas_) delta -= base;
  std::fill(behind, deltas_.end(), 0);

  MakeRoomForHeader();
  PARQUET_THROW_NOT_OK(page_.Reserve(int64_t{kLongestVarint + sizeof deltas_} +
                                     kMiniBlocks + kPackingSlack<Word>));
  uint8_t* const begin = page_.mutable_data() + page_.length();
  uint8_t* const widths = WriteVarint(ZigZag(base), begin);
  uint8_t* next = widths + kMiniBlocks;
  for (size_t i = 0; i < kMiniBlocks; ++i) {
    const Word* const deltas = deltas_.data() + i * kMiniBlock;
    Word bits = 0;
    for (size_t at = 0; at < kMiniBlock; ++at) bits |= deltas[at];
    // Behind the last value there are zeros, which take no room.
    const auto width = static_cast<size_t>(std::bit_width(bits));
    widths[i] = static_cast<uint8_t>(width);
    kGroupPackers<Word>[width](deltas, kMiniBlock / kPackedGroup, next);
    next += width * kMiniBlock / 8;
  }
  page_.UnsafeAdvance(next - begin);
  num_deltas_ = 0;
}

template <typename Integer>
void DeltaEncoder<Integer>::MakeRoomForHeader() {
  if (page_.length() == 0) PARQUET_THROW_NOT_OK(page_.Append(kHeaderRoom, 0));
}

template <typename Integer>
std::shared_ptr<arrow::Buffer> DeltaEncoder<Integer>::FlushValues() {
  if (num_deltas_ > 0) FlushBlock();
  MakeRoomForHeader();
  std::array<uint8_t, kHeaderRoom> header{};
  uint8_t* end = WriteVarint(kBlock, header.data());
  end = WriteVarint(kMiniBlocks, end);
  end = WriteVarint(num_values_, end);
  end = WriteVarint(ZigZag(first_), end);
  const int64_t unused = kHeaderRoom - (end - header.data());
  std::copy(header.data(), end, page_.mutable_data() + unused);
  auto page =
      std::make_shared<arrow::Buffer>(page_.data() + unused, page_.length() - unused);
  page_.Rewind(0);
  first_ = last_ = 0;
  num_values_ = 0;
  return page;
}

template class DeltaEncoder<int32_t>;
template class DeltaEncoder<int64_t>;

}  // namespace carmilla
