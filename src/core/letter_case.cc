#include "core/letter_case.h"

#include <algorithm>
#include <cctype>

namespace carmilla {

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return lower;
}

bool EqualsIgnoringCase(std::string_view left, std::string_view right) {
  return LowerCase(left) == LowerCase(right);
}

}  // namespace carmilla
