#include "postgres/catalog_value.h"

#include <algorithm>
#include <cstdlib>

namespace carmilla {

uint32_t ParseOid(const std::string& text) {
  return static_cast<uint32_t>(std::strtoul(text.c_str(), nullptr, 10));
}

int64_t ParseInteger(const std::string& text) {
  return std::strtoll(text.c_str(), nullptr, 10);
}

double ParseDouble(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

bool IsTrue(const std::string& text) { return text == "t"; }

RelationKind ParseRelationKind(const std::string& text) {
  if (text == "p") return RelationKind::kPartitionedTable;
  if (text == "v") return RelationKind::kView;
  if (text == "m") return RelationKind::kMaterializedView;
  if (text == "f") return RelationKind::kForeignTable;
  return RelationKind::kTable;
}

std::string OidArray(const std::set<uint32_t>& oids) {
  std::string array = "{";
  for (const uint32_t oid : oids) {
    if (array.size() > 1) array += ',';
    array += std::to_string(oid);
  }
  return array + "}";
}

}  // namespace carmilla
