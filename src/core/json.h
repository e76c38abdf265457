#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <nlohmann/json.hpp>

namespace carmilla {

/// JSON with the members in the order in which they were put, so that files are
/// deterministic.
using Json = nlohmann::ordered_json;

/// Parses `text`; a syntax error is kCorruptData with the byte position. `what` names the
/// document in messages.
arrow::Result<Json> ParseJson(std::string_view text, std::string_view what);

/// Serialises without exceptions: invalid UTF-8 becomes U+FFFD. `indent` < 0 means one
/// line.
std::string DumpJson(const Json& json, int indent = -1);

/// The text of a member of an object; null if it is absent or something else.
const std::string* FindText(const Json& object, std::string_view key);

/// Reads one member of an object with its type checked; a missing or mistyped one is
/// kCorruptData and the message names `what` and the key.
class JsonObjectReader {
 public:
  /// Keeps references to `object` and `what`; both must outlive the reader.
  JsonObjectReader(const Json& object, std::string_view what)
      : object_(object), what_(what) {}

  arrow::Result<std::string> String(std::string_view key) const;
  arrow::Result<int64_t> Integer(std::string_view key) const;
  arrow::Result<bool> Boolean(std::string_view key) const;
  arrow::Result<const Json*> Object(std::string_view key) const;
  arrow::Result<const Json*> Array(std::string_view key) const;
  /// Returns "" when the member is absent.
  arrow::Result<std::string> OptionalString(std::string_view key) const;
  /// Returns `fallback` when the member is absent.
  arrow::Result<int64_t> OptionalInteger(std::string_view key, int64_t fallback) const;
  bool Has(std::string_view key) const;

 private:
  arrow::Result<const Json*> Member(std::string_view key) const;

  const Json& object_;
  std::string_view what_;
};

}  // namespace carmilla
