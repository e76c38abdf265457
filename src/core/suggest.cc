#include "core/suggest.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/letter_case.h"

namespace carmilla {
namespace {

// A longer word is no slip of the pen, and the distance costs the product of both
// lengths.
constexpr size_t kLongestWord = 256;

/// Counts insertions, deletions, substitutions and swaps of neighbours.
size_t EditDistance(std::string_view left, std::string_view right) {
  std::vector<size_t> before_previous;
  std::vector<size_t> previous(right.size() + 1);
  std::vector<size_t> current(right.size() + 1);
  for (size_t j = 0; j <= right.size(); ++j) previous[j] = j;
  for (size_t i = 1; i <= left.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= right.size(); ++j) {
      const size_t substitution = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        current[j] = std::min(current[j], before_previous[j - 2] + 1);
      }
    }
    before_previous = previous;
    std::swap(previous, current);
  }
  return previous[right.size()];
}

/// The candidate that was cut short to `lower`, if there is no other.
std::optional<std::string> OnlyOneThatBegins(const std::string& lower,
                                             std::span<const std::string> candidates) {
  constexpr size_t kShortestBegin = 3;
  std::optional<std::string> found;
  if (lower.size() < kShortestBegin) return found;
  for (const std::string& candidate : candidates) {
    if (!LowerCase(candidate).starts_with(lower) || candidate == found) continue;
    if (found) return std::nullopt;
    found = candidate;
  }
  return found;
}

}  // namespace

std::optional<std::string> Nearest(std::string_view word,
                                   std::span<const std::string> candidates) {
  if (word.empty() || word.size() > kLongestWord) return std::nullopt;
  const std::string lower = LowerCase(word);
  // One slip for every three letters, so that short names are not taken for each other.
  const size_t limit = std::max<size_t>(1, word.size() / 3);
  // Slips, then letters of the other case.
  std::pair<size_t, size_t> best_distance{limit + 1, 0};
  const std::string* best = nullptr;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestWord) continue;
    const size_t slips = EditDistance(lower, LowerCase(candidate));
    if (slips > best_distance.first || slips >= candidate.size()) continue;
    const std::pair distance{slips, EditDistance(word, candidate)};
    if (distance < best_distance) {
      best_distance = distance;
      best = &candidate;
    }
  }
  return best == nullptr ? OnlyOneThatBegins(lower, candidates) : std::optional(*best);
}

std::string DidYouMean(std::string_view word, std::span<const std::string> candidates) {
  const std::optional<std::string> nearest = Nearest(word, candidates);
  return nearest.has_value() ? "did you mean \"" + *nearest + "\"?" : "";
}

}  // namespace carmilla
