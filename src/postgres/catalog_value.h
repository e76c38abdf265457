#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "types/table_description.h"

namespace carmilla {

/// Text forms of catalog values. For postgres/ only.

/// 0 for NULL (the empty text).
uint32_t ParseOid(const std::string& text);
int64_t ParseInteger(const std::string& text);
double ParseDouble(const std::string& text);
bool IsTrue(const std::string& text);
/// Of pg_class.relkind.
RelationKind ParseRelationKind(const std::string& text);

/// Writes an array for a parameter of type oid[].
std::string OidArray(const std::set<uint32_t>& oids);

}  // namespace carmilla
