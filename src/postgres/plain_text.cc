#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include <arrow/api.h>

#include "postgres/plain_value.h"

namespace carmilla {
namespace {

/// The bytes of a character that begins so; 0 if none does.
size_t CharacterBytes(uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

bool IsUtf8(const std::string& text) {
  for (size_t begin = 0; begin < text.size();) {
    const auto first = static_cast<uint8_t>(text[begin]);
    const size_t size = CharacterBytes(first);
    if (size == 0 || size > text.size() - begin) return false;
    uint32_t character = size == 1 ? first : first & (0x7fU >> size);
    for (size_t index = begin + 1; index < begin + size; ++index) {
      const auto byte = static_cast<uint8_t>(text[index]);
      if ((byte & 0xc0) != 0x80) return false;
      character = character << 6 | (byte & 0x3f);
    }
    const uint32_t smallest = size == 3 ? 0x800 : size == 4 ? 0x10000 : 0;
    if (character < smallest || character > 0x10ffff ||
        (character >= 0xd800 && character < 0xe000)) {
      return false;
    }
    begin += size;
  }
  return true;
}

std::string Hex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<uint8_t>(byte) / 16];
    text += kDigits[static_cast<uint8_t>(byte) % 16];
  }
  return text;
}

PlainCell ReadUuid(const std::string& bytes) {
  if (bytes.size() != 16) return Malformed();
  return arrow::MakeScalar(Hex(bytes.substr(0, 4)) + "-" + Hex(bytes.substr(4, 2)) + "-" +
                           Hex(bytes.substr(6, 2)) + "-" + Hex(bytes.substr(8, 2)) + "-" +
                           Hex(bytes.substr(10)));
}

PlainCell ReadCharacter(const std::string& bytes) {
  if (bytes.size() != 1) return Malformed();
  const uint64_t byte = Unsigned(bytes, 0, 1);
  if (byte == 0) return arrow::MakeScalar(std::string());
  if (byte < 0x80) return arrow::MakeScalar(bytes);
  std::string text = "\\";
  for (const int shift : {6, 3, 0}) text += static_cast<char>('0' + (byte >> shift & 7));
  return arrow::MakeScalar(text);
}

PlainCell ReadMacAddress(const std::string& bytes) {
  if (bytes.size() != 6 && bytes.size() != 8) return Malformed();
  std::string text;
  for (const char byte : bytes) text += (text.empty() ? "" : ":") + Hex({byte});
  return arrow::MakeScalar(text);
}

PlainCell ReadBits(const std::string& bytes, const PlainContext& context) {
  if (bytes.size() < 4) return Malformed();
  const int64_t num_bits = Signed(bytes, 0, 4);
  if (num_bits < 0 || (num_bits + 7) / 8 != std::ssize(bytes) - 4) return Malformed();
  std::string text;
  for (int64_t bit = 0; bit < num_bits; ++bit) {
    const auto byte = Unsigned(bytes, 4 + static_cast<size_t>(bit / 8), 1);
    text += (byte & 0x80U >> bit % 8) != 0 ? '1' : '0';
  }
  *context.expansion += std::max<int64_t>(num_bits - std::ssize(bytes), 0);
  return arrow::MakeScalar(text);
}

/// The C library prints addresses as PostgreSQL does.
PlainCell ReadNetwork(const std::string& bytes) {
  if (bytes.size() != 8 && bytes.size() != 20) return Malformed();
  const bool is_four = bytes.size() == 8;
  const uint64_t most = is_four ? 32 : 128;
  const uint64_t bits = Unsigned(bytes, 1, 1);
  const uint64_t is_cidr = Unsigned(bytes, 2, 1);
  if (bytes[0] != (is_four ? 2 : 3) || bits > most || is_cidr > 1 ||
      Unsigned(bytes, 3, 1) != most / 8) {
    return Malformed();
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_four ? AF_INET : AF_INET6, bytes.data() + 4, text.data(), text.size());
  const bool has_mask = is_cidr == 1 || bits != most;
  return arrow::MakeScalar(text.data() + (has_mask ? "/" + std::to_string(bits) : ""));
}

std::string Trimmed(std::string text) {
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

/// What the server stored as it is; of a server that did not look at it, by policy.
PlainCell ReadStoredText(WireForm wire, const std::string& bytes,
                         const PlainContext& context) {
  if (context.is_text_unchecked && !IsUtf8(bytes)) {
    if (context.is_bound || context.is_key ||
        context.policies.on_invalid_utf8 != ValuePolicy::kNull) {
      return Refused();
    }
    ++context.counts->invalid_utf8;
    return arrow::MakeNullScalar(arrow::utf8());
  }
  if (wire == WireForm::kTrimmedText) return arrow::MakeScalar(Trimmed(bytes));
  if (wire == WireForm::kText) return arrow::MakeScalar(bytes);
  return !bytes.empty() && bytes[0] == 1 ? PlainCell(arrow::MakeScalar(bytes.substr(1)))
                                         : Malformed();
}

}  // namespace

PlainCell ReadPlainText(const TypeMapping& mapping, const std::string& bytes,
                        const PlainContext& context) {
  switch (mapping.wire) {
    case WireForm::kText:
    case WireForm::kTrimmedText:
    case WireForm::kJsonb:
      return ReadStoredText(mapping.wire, bytes, context);
    case WireForm::kBytes:
      return std::make_shared<arrow::BinaryScalar>(bytes);
    case WireForm::kCharacter:
      return ReadCharacter(bytes);
    case WireForm::kUuidText:
      return ReadUuid(bytes);
    case WireForm::kUuidBytes:
      if (bytes.size() != 16) return Malformed();
      return std::make_shared<arrow::FixedSizeBinaryScalar>(
          arrow::Buffer::FromString(bytes), mapping.arrow_type);
    case WireForm::kNetworkText:
      return ReadNetwork(bytes);
    case WireForm::kMacAddressText:
      return ReadMacAddress(bytes);
    case WireForm::kBitText:
      return ReadBits(bytes, context);
    default:
      return MakeError(ErrorKind::kBug, "no text");
  }
}

}  // namespace carmilla
