#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carmilla {

/// Makes an identifier of C++ of a name of PostgreSQL: letters, digits and underscores of
/// ASCII stay, whatever stands between them becomes one `_`. A `_` stands before a
/// leading digit, and behind keywords, common macros and the names that generated headers
/// use themselves (`std`, `columns`); an `x` before what belongs to the compiler (`__x`).
std::string CppName(std::string_view name);

/// The same for the members of one struct or enumeration `owner`, each with a name of its
/// own: names that are identifiers already keep them, others get a number (`a_b_2`). None
/// is named as `owner`.
std::vector<std::string> CppMemberNames(std::span<const std::string> names,
                                        std::string_view owner);

/// Returns the namespace of a schema: `models` for public and for no schema, else
/// `models::sales`.
std::string CppNamespace(std::string_view schema);

}  // namespace carmilla
