#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace carmilla {

/// The typtype and typcategory of pg_type, as far as they decide how a value is read.
enum class PostgresTypeKind : uint8_t {
  kBase,
  kEnum,
  kDomain,
  kArray,
  kComposite,
  kRange,
  kMultirange,
  kPseudo,
};

/// One type of the server, resolved to its parts. Immutable and shared.
struct PostgresType {
  uint32_t oid = 0;
  std::string schema;
  std::string name;  ///< pg_type.typname, such as `int4` or `_text`.
  PostgresTypeKind kind = PostgresTypeKind::kBase;
  bool has_binary_form = true;  ///< pg_type.typsend is set, here and in every part.
  /// Element of an array, base of a domain, subtype of a range; else null.
  std::shared_ptr<const PostgresType> element;
  int32_t domain_typmod = -1;  ///< typtypmod of a domain.
  std::vector<std::string> enum_labels;
};

/// Renders the name as a person writes it: `integer`, `numeric(12,2)`, `text[]`,
/// `app.mood`. `typmod` is pg_attribute.atttypmod, -1 for none.
std::string RenderTypeName(const PostgresType& type, int32_t typmod);

}  // namespace carmilla
