#include "operations/shown_sql.h"

#include "postgres/identifier.h"

namespace carmilla {

std::string Quoted(const std::string& name) {
  return PrintableIdentifier(name).ValueOr(name);
}

std::string Quoted(const RelationName& name) {
  return PrintableRelation(name).ValueOr(name.ToString());
}

std::string Literal(const std::string& text) { return QuoteLiteral(text).ValueOr(text); }

}  // namespace carmilla
