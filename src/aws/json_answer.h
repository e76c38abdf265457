#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.h"

namespace carmilla {

// Members of answers that a service may leave out.

/// The text of a member; "" if there is none.
inline std::string TextOf(const Json& object, std::string_view member) {
  const std::string* text = FindText(object, member);
  return text == nullptr ? "" : *text;
}

/// The number of a member; 0 if there is none.
inline int64_t IntegerOf(const Json& object, std::string_view member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

/// The object or array of a member; an empty one if there is none.
inline const Json& MemberOf(const Json& object, std::string_view member) {
  static const Json none = Json::object();
  const auto found = object.find(member);
  return found != object.end() && found->is_structured() ? *found : none;
}

}  // namespace carmilla
