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

struct PostgresType;

/// One attribute of a composite type.
struct TypeMember {
  std::string name;
  std::shared_ptr<const PostgresType> type;
  int32_t typmod = -1;
};

/// One type of the server, resolved to its parts. Immutable and shared.
struct PostgresType {
  uint32_t oid = 0;
  std::string schema;
  std::string name;  ///< pg_type.typname, such as `int4` or `_text`.
  PostgresTypeKind kind = PostgresTypeKind::kBase;
  bool has_binary_form = true;  ///< pg_type.typsend is set.
  /// pg_type.typoutput as SQL spells it, such as `pg_catalog.point_out`.
  std::string output_function;
  /// A cast to text of its own makes `::text` another thing than the output function.
  bool has_cast_to_text = false;
  std::string extension;         ///< That brought the type, or "".
  std::string extension_schema;  ///< Quoted; where the extension's functions are.
  /// Element of an array, base of a domain, subtype of a range, range of a multirange;
  /// else null.
  std::shared_ptr<const PostgresType> element;
  int32_t domain_typmod = -1;  ///< typtypmod of a domain.
  std::vector<std::string> enum_labels;
  /// Of a composite, by pg_attribute.attnum without dropped ones.
  std::vector<TypeMember> members;
  /// Of money: digits behind the point, by the session's lc_monetary; -1 if not known.
  int32_t money_digits = -1;
};

/// A type without the domains over it, and the typmod that they give it.
struct BaseType {
  const PostgresType* type = nullptr;
  int32_t typmod = -1;

  bool Is(uint32_t oid) const { return type->oid == oid; }
};
BaseType BaseOf(const PostgresType& type, int32_t typmod = -1);

/// Renders the name as a person writes it: `integer`, `numeric(12,2)`, `text[]`,
/// `app.mood`. `typmod` is pg_attribute.atttypmod, -1 for none.
std::string RenderTypeName(const PostgresType& type, int32_t typmod);

}  // namespace carmilla
