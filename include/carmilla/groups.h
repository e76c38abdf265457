#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "carmilla/bytes.h"
#include "carmilla/decimal.h"
#include "carmilla/internal/member_fit.h"
#include "carmilla/internal/owned_bytes.h"
#include "carmilla/json.h"

namespace carmilla {
namespace internal {

/// A key that outlives the row it was found in.
template <typename T>
struct OwnedKey {
  static_assert(!std::same_as<T, Bytes> && !std::same_as<T, Json>,
                "a key of a group must not view a row: take std::string(value.view()) or "
                "a value of the document");
  using Type = T;
};
template <>
struct OwnedKey<std::string_view> {
  using Type = std::string;
};
template <typename T>
struct OwnedKey<std::optional<T>> {
  using Type = std::optional<typename OwnedKey<T>::Type>;
};

/// What values of T add up to: decimals as wide as they can be, also of integers.
template <typename T>
struct SumOf {
  using Type = double;
};
template <std::signed_integral T>
struct SumOf<T> {
  using Type = Decimal<38, 0>;
};
template <int P, int S>
struct SumOf<Decimal<P, S>> {
  using Type = Decimal<38, S>;
};

template <typename T>
inline constexpr bool kIsAddable = std::is_arithmetic_v<T> && !std::same_as<T, bool>;
template <int P, int S>
inline constexpr bool kIsAddable<Decimal<P, S>> = true;

}  // namespace internal

/// The sum of a member over the rows of a group.
template <typename T>
struct Sum {
  typename internal::SumOf<T>::Type sum{};  ///< Of those that are not NULL.
  int64_t rows = 0;
  int64_t values = 0;  ///< Rows whose member is not NULL.
};

/// A state for each key, in the order in which the keys were met. NULL is a key of its
/// own, as in SQL.
template <typename Key, typename State>
class Groups {
 public:
  using Group = std::pair<Key, State>;

  size_t size() const { return groups_.size(); }
  auto begin() const { return groups_.begin(); }
  auto end() const { return groups_.end(); }

  /// Null if no row has this key.
  const State* Find(const Key& key) const {
    const auto found = places_.find(key);
    return found == places_.end() ? nullptr : &groups_[found->second].second;
  }

  /// The state of a key, `initial` if it is new.
  template <typename Found>
  State& StateOf(const Found& found, const State& initial) {
    Key key(found);
    const auto [place, is_new] = places_.try_emplace(key, groups_.size());
    if (is_new) {
      // The map holds the key, too.
      bytes_of_keys_ += 2 * internal::Owned<Key>::BytesOf(key);
      groups_.emplace_back(std::move(key), initial);
    }
    return groups_[place->second].second;
  }

  /// Memory of the groups, without what their states own.
  int64_t bytes() const {
    // A node of the map has a pointer to the next one and the hash.
    constexpr size_t kNode = sizeof(std::pair<const Key, size_t>) + 2 * sizeof(void*);
    return static_cast<int64_t>(groups_.size() * (sizeof(Group) + kNode) +
                                places_.bucket_count() * sizeof(void*)) +
           bytes_of_keys_;
  }

 private:
  std::vector<Group> groups_;
  std::unordered_map<Key, size_t> places_;
  int64_t bytes_of_keys_ = 0;
};

}  // namespace carmilla
