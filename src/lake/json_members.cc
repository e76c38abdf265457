#include "lake/json_members.h"

#include <array>
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <limits>
#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr size_t kChecksumDigits = 8;
constexpr size_t kHalfHashDigits = 16;

std::string Hex(uint64_t value, size_t digits) {
  std::array<char, kHalfHashDigits + 1> text{};
  std::snprintf(text.data(), text.size(), "%0*" PRIx64, static_cast<int>(digits), value);
  return text.data();
}

// Lower case only, so that a text has one form.
bool ParseHex(std::string_view text, size_t digits, uint64_t* value) {
  if (text.size() != digits) return false;
  if (text.find_first_not_of("0123456789abcdef") != std::string_view::npos) return false;
  return std::from_chars(text.begin(), text.end(), *value, 16).ec == std::errc();
}

bool ParseHash(const Json& json, ValueHash* hash) {
  if (!json.is_string()) return false;
  const auto& text = json.get_ref<const std::string&>();
  return text.size() == 2 * kHalfHashDigits &&
         ParseHex(std::string_view(text).substr(0, kHalfHashDigits), kHalfHashDigits,
                  &hash->high) &&
         ParseHex(std::string_view(text).substr(kHalfHashDigits), kHalfHashDigits,
                  &hash->low);
}

// Signed and unsigned alike; what does not fit into int64_t is no integer here.
bool ParseInteger(const Json& json, int64_t* value) {
  constexpr uint64_t kLargest = std::numeric_limits<int64_t>::max();
  if (!json.is_number_integer()) return false;
  if (json.is_number_unsigned() && json.get<uint64_t>() > kLargest) return false;
  *value = json.get<int64_t>();
  return true;
}

bool ParseUint32(const Json& json, uint32_t* value) {
  int64_t wide = 0;
  if (!ParseInteger(json, &wide) || !std::in_range<uint32_t>(wide)) return false;
  *value = static_cast<uint32_t>(wide);
  return true;
}

}  // namespace

void JsonMemberWriter::Value(std::string_view key, const std::string& value) {
  json_[std::string(key)] = value;
}

void JsonMemberWriter::Value(std::string_view key, int64_t value) {
  json_[std::string(key)] = value;
}

void JsonMemberWriter::Value(std::string_view key, uint32_t value) {
  json_[std::string(key)] = value;
}

void JsonMemberWriter::Value(std::string_view key, bool value) {
  json_[std::string(key)] = value;
}

void JsonMemberWriter::Values(std::string_view key, const std::vector<uint32_t>& values) {
  json_[std::string(key)] = values;
}

void JsonMemberWriter::Values(std::string_view key,
                              const std::vector<std::string>& values) {
  json_[std::string(key)] = values;
}

void JsonMemberWriter::Named(
    std::string_view key, const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) object[name] = value;
  json_[std::string(key)] = std::move(object);
}

void JsonMemberWriter::Named(std::string_view key,
                             const std::vector<std::pair<std::string, int64_t>>& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) object[name] = value;
  json_[std::string(key)] = std::move(object);
}

void JsonMemberWriter::Checksum(std::string_view key, uint32_t value) {
  json_[std::string(key)] = Hex(value, kChecksumDigits);
}

void JsonMemberWriter::Proofs(std::string_view nulls_key, std::string_view hashes_key,
                              const std::vector<ColumnProof>& proofs) {
  Json nulls = Json::array();
  Json hashes = Json::array();
  for (const ColumnProof& proof : proofs) {
    nulls.push_back(proof.nulls);
    hashes.push_back(Hex(proof.hash.high, kHalfHashDigits) +
                     Hex(proof.hash.low, kHalfHashDigits));
  }
  json_[std::string(nulls_key)] = std::move(nulls);
  json_[std::string(hashes_key)] = std::move(hashes);
}

void JsonMemberReader::Refuse(std::string_view key, std::string_view problem) {
  if (!status_.ok()) return;
  status_ = MakeError(ErrorKind::kCorruptData, "reading " + std::string(what_) + ": \"" +
                                                   std::string(key) + "\" " +
                                                   std::string(problem));
}

const Json* JsonMemberReader::Take(
    std::string_view key,
    arrow::Result<const Json*> (JsonObjectReader::*get)(std::string_view) const) {
  if (!status_.ok()) return nullptr;
  ++num_read_;
  const arrow::Result<const Json*> member = (reader_.*get)(key);
  status_ = member.status();
  return member.ok() ? *member : nullptr;
}

void JsonMemberReader::Value(std::string_view key, std::string& value) {
  ++num_read_;
  Keep(reader_.String(key), value);
}

void JsonMemberReader::Value(std::string_view key, int64_t& value) {
  ++num_read_;
  Keep(reader_.Integer(key), value);
}

void JsonMemberReader::Value(std::string_view key, uint32_t& value) {
  int64_t wide = 0;
  Value(key, wide);
  if (!std::in_range<uint32_t>(wide)) {
    Refuse(key, "is not an unsigned 32-bit integer");
  }
  value = static_cast<uint32_t>(wide);
}

void JsonMemberReader::Value(std::string_view key, bool& value) {
  ++num_read_;
  Keep(reader_.Boolean(key), value);
}

void JsonMemberReader::Values(std::string_view key, std::vector<uint32_t>& values) {
  const Json* array = Take(key, &JsonObjectReader::Array);
  if (array == nullptr) return;
  for (const Json& element : *array) {
    if (!ParseUint32(element, &values.emplace_back())) {
      Refuse(key, "holds something else than unsigned 32-bit integers");
      return;
    }
  }
}

void JsonMemberReader::Values(std::string_view key, std::vector<std::string>& values) {
  const Json* array = Take(key, &JsonObjectReader::Array);
  if (array == nullptr) return;
  for (const Json& element : *array) {
    if (!element.is_string()) {
      Refuse(key, "holds something else than strings");
      return;
    }
    values.push_back(element.get<std::string>());
  }
}

void JsonMemberReader::Named(std::string_view key,
                             std::vector<std::pair<std::string, std::string>>& pairs) {
  const Json* object = Take(key, &JsonObjectReader::Object);
  if (object == nullptr) return;
  for (const auto& [name, value] : object->items()) {
    if (!value.is_string()) {
      Refuse(key, "holds something else than strings");
      return;
    }
    pairs.emplace_back(name, value.get<std::string>());
  }
}

void JsonMemberReader::Named(std::string_view key,
                             std::vector<std::pair<std::string, int64_t>>& pairs) {
  const Json* object = Take(key, &JsonObjectReader::Object);
  if (object == nullptr) return;
  for (const auto& [name, value] : object->items()) {
    int64_t count = 0;
    if (!ParseInteger(value, &count)) {
      Refuse(key, "holds something else than integers");
      return;
    }
    pairs.emplace_back(name, count);
  }
}

void JsonMemberReader::Checksum(std::string_view key, uint32_t& value) {
  std::string text;
  Value(key, text);
  uint64_t wide = 0;
  if (!ParseHex(text, kChecksumDigits, &wide)) {
    Refuse(key, "is not a checksum of 8 hexadecimal digits");
    return;
  }
  value = static_cast<uint32_t>(wide);
}

void JsonMemberReader::Proofs(std::string_view nulls_key, std::string_view hashes_key,
                              std::vector<ColumnProof>& proofs) {
  const Json* nulls = Take(nulls_key, &JsonObjectReader::Array);
  const Json* hashes = Take(hashes_key, &JsonObjectReader::Array);
  if (nulls == nullptr || hashes == nullptr) return;
  if (nulls->size() != hashes->size()) {
    Refuse(hashes_key, "has another length than \"" + std::string(nulls_key) + "\"");
    return;
  }
  for (size_t i = 0; i < nulls->size(); ++i) {
    ColumnProof& proof = proofs.emplace_back();
    if (!ParseInteger((*nulls)[i], &proof.nulls)) {
      Refuse(nulls_key, "holds something else than integers");
      return;
    }
    if (!ParseHash((*hashes)[i], &proof.hash)) {
      Refuse(hashes_key, "holds something else than 32 hexadecimal digits");
      return;
    }
  }
}

arrow::Status JsonMemberReader::Finish() {
  // Every member that was asked for exists, so a larger object has one that was not. This
  // version would lose what it means, so it refuses; a new member raises the format's
  // number.
  if (status_.ok() && object_.size() > num_read_) {
    status_ = MakeError(ErrorKind::kCorruptData, "reading " + std::string(what_) +
                                                     ": an object has unknown members");
  }
  return status_;
}

}  // namespace carmilla
