#include "carmilla/bytes.h"

#include <string>

namespace carmilla {

std::string Bytes::ToString() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + bytes_.size() * 2);
  for (const char c : bytes_) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace carmilla
