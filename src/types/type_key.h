#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "types/declared_type.h"
#include "types/postgres_type.h"

namespace carmilla {

/// What names the types that `defaults: types:` is about: a type as `carmilla types`
/// prints it (`uuid`, `char(n)`, `timestamptz`, `int4range`, `geometry`), one kind of
/// them (`enum`, `array`, `composite`, `range`, `multirange`), or a type of the user's
/// with its schema (`app.mood`).
using TypeKey = std::string;

/// Parses what a person writes for a type; the `(n)` of a length may be left out. A name
/// that is none of the known ones is kConfiguration, with the nearest as its hint.
arrow::Result<TypeKey> ParseTypeKey(std::string_view text);

/// The keys that are about a type, the nearest first: that of a domain before that of its
/// base, that of a type before that of its kind.
std::vector<TypeKey> TypeKeysOf(const PostgresType& type, int32_t typmod);

/// Why no column of the key's types can be declared so, as far as that is known without a
/// server; "" when one can. The hint is what one can be.
struct DeclarationProblem {
  std::string text;
  std::string hint;
};
std::optional<DeclarationProblem> CheckDeclaration(const TypeKey& key,
                                                   const DeclaredType& declared);

/// All keys but those of the user's types, in the order of `carmilla types`.
std::vector<std::string_view> KnownTypeKeys();

}  // namespace carmilla
