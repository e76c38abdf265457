#include "carmilla/uuid.h"

#include <string>

#include "core/error.h"

namespace carmilla {
namespace {

/// The value of a hexadecimal digit, or -1.
int ValueOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool ReadBytes(std::string_view text, std::array<uint8_t, 16>& bytes) {
  if (text.starts_with('{')) {
    if (!text.ends_with('}')) return false;
    text = text.substr(1, text.size() - 2);
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && i % 2 == 0 && text.starts_with('-')) text.remove_prefix(1);
    if (text.size() < 2) return false;
    const int high = ValueOf(text[0]);
    const int low = ValueOf(text[1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<uint8_t>(high * 16 + low);
    text.remove_prefix(2);
  }
  return text.empty();
}

}  // namespace

arrow::Result<Uuid> Uuid::Parse(std::string_view text) {
  std::array<uint8_t, 16> bytes{};
  if (!ReadBytes(text, bytes)) {
    return MakeError(ErrorKind::kData, "reading a Uuid: it is not 32 hexadecimal digits");
  }
  return FromBytes(bytes.data());
}

std::string Uuid::ToString() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (size_t i = 0; i < bytes_.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes_[i] >> 4];
    text += kDigits[bytes_[i] & 15];
  }
  return text;
}

}  // namespace carmilla
