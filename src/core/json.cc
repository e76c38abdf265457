#include "core/json.h"

#include <limits>
#include <string>

#include "core/error.h"

namespace carmilla {
namespace {

std::string Quoted(std::string_view key) { return "\"" + std::string(key) + "\""; }

arrow::Status Mistyped(std::string_view what, std::string_view key,
                       std::string_view expected) {
  return MakeError(ErrorKind::kCorruptData, "reading " + std::string(what) + ": " +
                                                Quoted(key) + " is not " +
                                                std::string(expected));
}

arrow::Result<int64_t> IntegerOf(const Json& value, std::string_view what,
                                 std::string_view key) {
  constexpr uint64_t kLargest = std::numeric_limits<int64_t>::max();
  if (!value.is_number_integer() ||
      (value.is_number_unsigned() && value.get<uint64_t>() > kLargest)) {
    return Mistyped(what, key, "a 64-bit integer");
  }
  return value.get<int64_t>();
}

}  // namespace

arrow::Result<Json> ParseJson(std::string_view text, std::string_view what) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    // Its own text quotes the document, which may hold values.
    return MakeError(ErrorKind::kCorruptData, "reading " + std::string(what) +
                                                  ": not valid JSON at byte " +
                                                  std::to_string(error.byte));
  } catch (const Json::exception&) {
    return MakeError(ErrorKind::kCorruptData,
                     "reading " + std::string(what) + ": a JSON number is out of range");
  }
}

std::string DumpJson(const Json& json, int indent) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

const std::string* FindText(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

arrow::Result<const Json*> JsonObjectReader::Member(std::string_view key) const {
  if (!object_.is_object()) {
    return MakeError(ErrorKind::kCorruptData,
                     "reading " + std::string(what_) + ": not a JSON object");
  }
  const auto found = object_.find(key);
  if (found == object_.end()) {
    return MakeError(ErrorKind::kCorruptData,
                     "reading " + std::string(what_) + ": no member " + Quoted(key));
  }
  return &*found;
}

bool JsonObjectReader::Has(std::string_view key) const {
  return object_.is_object() && object_.contains(key);
}

arrow::Result<std::string> JsonObjectReader::String(std::string_view key) const {
  ARROW_ASSIGN_OR_RAISE(const Json* value, Member(key));
  if (!value->is_string()) return Mistyped(what_, key, "a string");
  return value->get<std::string>();
}

arrow::Result<int64_t> JsonObjectReader::Integer(std::string_view key) const {
  ARROW_ASSIGN_OR_RAISE(const Json* value, Member(key));
  return IntegerOf(*value, what_, key);
}

arrow::Result<bool> JsonObjectReader::Boolean(std::string_view key) const {
  ARROW_ASSIGN_OR_RAISE(const Json* value, Member(key));
  if (!value->is_boolean()) return Mistyped(what_, key, "true or false");
  return value->get<bool>();
}

arrow::Result<const Json*> JsonObjectReader::Object(std::string_view key) const {
  ARROW_ASSIGN_OR_RAISE(const Json* value, Member(key));
  if (!value->is_object()) return Mistyped(what_, key, "an object");
  return value;
}

arrow::Result<const Json*> JsonObjectReader::Array(std::string_view key) const {
  ARROW_ASSIGN_OR_RAISE(const Json* value, Member(key));
  if (!value->is_array()) return Mistyped(what_, key, "an array");
  return value;
}

arrow::Result<std::string> JsonObjectReader::OptionalString(std::string_view key) const {
  return Has(key) ? String(key) : arrow::Result<std::string>(std::string());
}

arrow::Result<int64_t> JsonObjectReader::OptionalInteger(std::string_view key,
                                                         int64_t fallback) const {
  return Has(key) ? Integer(key) : arrow::Result<int64_t>(fallback);
}

}  // namespace carmilla
