#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "plan/configuration.h"
#include "plan/configuration_section.h"

namespace carmilla {

/// Reads one declared type. `what` begins the messages: `the type of column "amount"`.
/// Adds what is wrong to the context; the type that YAML cut at its comma is told to be
/// put in quotes.
std::optional<DeclaredType> ReadDeclaredType(const YamlNode& value,
                                             const std::string& what,
                                             ReadingContext* context);

/// Reads a map from columns to declared types; leaves out what is wrong, and adds it to
/// the context, each once.
std::map<std::string, DeclaredColumn> ReadDeclaredTypes(const YamlNode& map,
                                                        ReadingContext* context);

/// Reads a map from types of PostgreSQL to declared types, in the same way.
std::map<TypeKey, DeclaredColumn> ReadTypesOfTypes(const YamlNode& map,
                                                   ReadingContext* context);

/// Tells whether the member at `index` is the rest of the type before it, which YAML cut
/// at its comma: that one is reported, this one needs no word.
bool IsRestOfCutType(const YamlNode& map, size_t index);

}  // namespace carmilla
