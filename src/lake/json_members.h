#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/status.h>

#include "core/json.h"
#include "stream/data_file.h"

namespace carmilla {

/// Writes the members of an object in the order of the calls. JsonMemberReader has the
/// same calls, so that one template describes a format for both: see manifest_format.h.
class JsonMemberWriter {
 public:
  /// True where a member that came with `format` has to be described.
  static bool Knows(int64_t /*format*/) { return true; }
  void Value(std::string_view key, const std::string& value);
  void Value(std::string_view key, int64_t value);
  void Value(std::string_view key, uint32_t value);
  void Value(std::string_view key, bool value);
  void Values(std::string_view key, const std::vector<uint32_t>& values);
  void Values(std::string_view key, const std::vector<std::string>& values);
  /// An object whose members keep their order.
  void Named(std::string_view key,
             const std::vector<std::pair<std::string, std::string>>& pairs);
  void Named(std::string_view key,
             const std::vector<std::pair<std::string, int64_t>>& pairs);
  /// Eight hexadecimal digits.
  void Checksum(std::string_view key, uint32_t value);
  /// Two arrays of the same length; a hash is 32 hexadecimal digits, the high half first.
  void Proofs(std::string_view nulls_key, std::string_view hashes_key,
              const std::vector<ColumnProof>& proofs);
  template <typename T, typename Describe>
  void Object(std::string_view key, const T& value, Describe&& describe) {
    JsonMemberWriter members;
    describe(members, value);
    json_[std::string(key)] = std::move(members).Take();
  }
  template <typename T, typename Describe>
  void Objects(std::string_view key, const std::vector<T>& values, Describe&& describe) {
    Json array = Json::array();
    for (const T& value : values) {
      JsonMemberWriter members;
      describe(members, value);
      array.push_back(std::move(members).Take());
    }
    json_[std::string(key)] = std::move(array);
  }

  Json Take() && { return std::move(json_); }

 private:
  Json json_ = Json::object();
};

/// Reads the members of an object strictly: each must be there, of its type, and there
/// must be no others. The first problem is kept and makes all later calls do nothing.
class JsonMemberReader {
 public:
  /// Keeps references to `object` and `what`; both must outlive the reader. `format` is
  /// the one that the object was written in.
  JsonMemberReader(const Json& object, std::string_view what, int64_t format)
      : object_(object), what_(what), format_(format), reader_(object, what_) {}

  bool Knows(int64_t format) const { return format_ >= format; }

  void Value(std::string_view key, std::string& value);
  void Value(std::string_view key, int64_t& value);
  void Value(std::string_view key, uint32_t& value);
  void Value(std::string_view key, bool& value);
  void Values(std::string_view key, std::vector<uint32_t>& values);
  void Values(std::string_view key, std::vector<std::string>& values);
  void Named(std::string_view key,
             std::vector<std::pair<std::string, std::string>>& pairs);
  void Named(std::string_view key, std::vector<std::pair<std::string, int64_t>>& pairs);
  void Checksum(std::string_view key, uint32_t& value);
  void Proofs(std::string_view nulls_key, std::string_view hashes_key,
              std::vector<ColumnProof>& proofs);
  template <typename T, typename Describe>
  void Object(std::string_view key, T& value, Describe&& describe) {
    const Json* object = Take(key, &JsonObjectReader::Object);
    if (object != nullptr) ReadInto(*object, value, describe);
  }
  template <typename T, typename Describe>
  void Objects(std::string_view key, std::vector<T>& values, Describe&& describe) {
    const Json* array = Take(key, &JsonObjectReader::Array);
    if (array == nullptr) return;
    for (const Json& element : *array) {
      ReadInto(element, values.emplace_back(), describe);
    }
  }

  /// Call after the last member.
  arrow::Status Finish();

 private:
  // Returns nullptr after a problem.
  const Json* Take(std::string_view key,
                   arrow::Result<const Json*> (JsonObjectReader::*get)(std::string_view)
                       const);
  template <typename T, typename Describe>
  void ReadInto(const Json& object, T& value, Describe&& describe) {
    JsonMemberReader members(object, what_, format_);
    describe(members, value);
    if (status_.ok()) status_ = members.Finish();
  }
  template <typename T>
  void Keep(const arrow::Result<T>& result, T& value) {
    if (result.ok()) {
      value = *result;
    } else if (status_.ok()) {
      status_ = result.status();
    }
  }
  void Refuse(std::string_view key, std::string_view problem);

  const Json& object_;
  std::string_view what_;
  int64_t format_;
  JsonObjectReader reader_;
  size_t num_read_ = 0;
  arrow::Status status_;
};

}  // namespace carmilla
