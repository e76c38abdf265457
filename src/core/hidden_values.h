#pragma once

#include <string>
#include <string_view>

namespace carmilla {

/// Takes what may be a cell value out of a message of an SQL engine about a value, such
/// as `Could not convert string 'x' to INT32 when casting from source column a`:
/// everything from the first character that a value may begin with (a quote, a digit, a
/// bracket, what follows a colon) gives way to `...`, but for the type and the column at
/// the end. Messages without such a character stay as they are.
std::string WithoutValues(std::string_view message);

}  // namespace carmilla
