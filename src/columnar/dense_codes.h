#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include <arrow/memory_pool.h>
#include <arrow/stl_allocator.h>

namespace carmilla {

/// The code of a value that has none.
inline constexpr uint32_t kNoCode = ~0U;

/// The codes of integers that stand close together, such as dates, by their distance from
/// one below them all: half of what a table of open addressing takes, or less, so that
/// more of it is still in the cache when the next batch comes. Throws std::bad_alloc.
template <typename Integer>
class DenseCodes {
 public:
  explicit DenseCodes(arrow::MemoryPool* pool)
      : codes_(arrow::stl::allocator<uint32_t>(pool)) {}

  /// Whether it has codes at all.
  bool is_used() const { return !codes_.empty(); }

  /// kNoCode if it has none of `value`.
  uint32_t CodeOf(Integer value) const {
    const Distance at = DistanceOf(value);
    return at < codes_.size() ? codes_[at] : kNoCode;
  }

  /// False if `value` is too far from the others.
  bool Add(Integer value, uint32_t code) {
    const Distance at = DistanceOf(value);
    if (at >= codes_.size()) return false;
    codes_[at] = code;
    return true;
  }

  /// Forgets all and gives `values` the codes 0, 1, 2..., if they are distinct and close
  /// enough together; else false, and it has no codes.
  bool Assign(std::span<const Integer> values) {
    codes_.clear();
    const auto [least, greatest] = std::ranges::minmax(values);
    const auto span = static_cast<Distance>(static_cast<Distance>(greatest) -
                                            static_cast<Distance>(least));
    const size_t most = kPlacesPerValue * values.size();
    // Room on both sides for values to come, lest each of them makes it begin anew.
    const auto room = static_cast<Distance>(span / 8 + 8);
    const size_t places = size_t{span} + 1 + 2 * size_t{room};
    if (span >= most || places > most) {
      codes_.shrink_to_fit();
      return false;
    }
    first_ = static_cast<Distance>(static_cast<Distance>(least) - room);
    codes_.assign(places, kNoCode);
    uint32_t code = 0;
    for (const Integer value : values) codes_[DistanceOf(value)] = code++;
    return true;
  }

 private:
  using Distance = std::make_unsigned_t<Integer>;

  static constexpr size_t kPlacesPerValue = 4;

  /// Below the least integer follows the greatest: every integer has one place.
  Distance DistanceOf(Integer value) const {
    return static_cast<Distance>(static_cast<Distance>(value) - first_);
  }

  std::vector<uint32_t, arrow::stl::allocator<uint32_t>> codes_;
  Distance first_ = 0;
};

}  // namespace carmilla
