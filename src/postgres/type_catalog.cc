#include "postgres/type_catalog.h"

#include <vector>

#include "core/error.h"
#include "postgres/catalog_value.h"

namespace carmilla {
namespace {

constexpr int32_t kVersion14 = 140000;

/// One row of pg_type before its parts are known as types.
struct TypeRow {
  PostgresType type;
  uint32_t element = 0;
  std::vector<uint32_t> parts;
  bool has_send_function = false;
};

// The oids that the type `whole.oid` is made of. An array is the type that its element
// names as its array: int2vector, name or point have elements too, but are no arrays.
std::string PartsQuery(int32_t version_number) {
  std::string query =
      "SELECT t.typelem AS part, 1 AS rank FROM pg_type t JOIN pg_type e ON e.oid = "
      "t.typelem "
      "AND e.typarray = t.oid WHERE t.oid = whole.oid "
      "UNION ALL SELECT t.typbasetype, 1 FROM pg_type t "
      "WHERE t.oid = whole.oid AND t.typtype = 'd' "
      "UNION ALL SELECT r.rngsubtype, 1 FROM pg_range r WHERE r.rngtypid = whole.oid "
      "UNION ALL SELECT a.atttypid, 2 FROM pg_type t JOIN pg_attribute a "
      "ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped "
      "WHERE t.oid = whole.oid AND t.typtype = 'c'";
  if (version_number >= kVersion14) {
    query +=
        " UNION ALL SELECT r.rngtypid, 1 FROM pg_range r WHERE r.rngmultitypid = "
        "whole.oid";
  }
  return query;
}

std::string TypesQuery(int32_t version_number) {
  const std::string parts = PartsQuery(version_number);
  return "WITH RECURSIVE whole(oid) AS (SELECT unnest($1::oid[]) UNION SELECT p.part "
         "FROM whole "
         "CROSS JOIN LATERAL (" +
         parts +
         ") p) SELECT t.oid, n.nspname, t.typname, CASE WHEN e.oid IS NULL THEN "
         "t.typtype ELSE "
         "'a' END, t.typsend::oid <> 0, t.typtypmod, "
         "(SELECT p.part FROM (" +
         parts +
         ") p WHERE p.rank = 1), "
         "(SELECT string_agg(p.part::text, ',') FROM (" +
         parts +
         ") p) FROM whole JOIN pg_type t ON t.oid = whole.oid "
         "JOIN pg_namespace n ON n.oid = t.typnamespace "
         "LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid";
}

PostgresTypeKind KindOfLetter(char letter) {
  switch (letter) {
    case 'a':
      return PostgresTypeKind::kArray;
    case 'c':
      return PostgresTypeKind::kComposite;
    case 'd':
      return PostgresTypeKind::kDomain;
    case 'e':
      return PostgresTypeKind::kEnum;
    case 'm':
      return PostgresTypeKind::kMultirange;
    case 'p':
      return PostgresTypeKind::kPseudo;
    case 'r':
      return PostgresTypeKind::kRange;
    default:
      return PostgresTypeKind::kBase;
  }
}

arrow::Result<std::map<uint32_t, TypeRow>> ReadTypeRows(Session& session,
                                                        const std::string& oids) {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(TypesQuery(session.server().version_number), {&oids, 1}));
  std::map<uint32_t, TypeRow> types;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    TypeRow row;
    row.type.oid = ParseOid(rows.At(i, 0));
    row.type.schema = rows.At(i, 1);
    row.type.name = rows.At(i, 2);
    row.type.kind = KindOfLetter(rows.At(i, 3).front());
    row.has_send_function = IsTrue(rows.At(i, 4));
    if (row.type.kind == PostgresTypeKind::kDomain) {
      row.type.domain_typmod = static_cast<int32_t>(ParseInteger(rows.At(i, 5)));
    }
    row.element = ParseOid(rows.At(i, 6));
    row.parts = ParseOids(rows.At(i, 7));
    types.emplace(row.type.oid, std::move(row));
  }
  return types;
}

arrow::Status ReadEnumLabels(Session& session, std::map<uint32_t, TypeRow>& types) {
  std::set<uint32_t> enums;
  for (const auto& [oid, row] : types) {
    if (row.type.kind == PostgresTypeKind::kEnum) enums.insert(oid);
  }
  if (enums.empty()) return arrow::Status::OK();
  const std::string oids = OidArray(enums);
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query("SELECT enumtypid, enumlabel FROM pg_enum WHERE enumtypid = "
                    "ANY ($1::oid[]) ORDER BY enumtypid, enumsortorder",
                    {&oids, 1}));
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    types.at(ParseOid(rows.At(i, 0))).type.enum_labels.push_back(rows.At(i, 1));
  }
  return arrow::Status::OK();
}

/// Ties the rows together, parts first.
class TypeResolver {
 public:
  explicit TypeResolver(const std::map<uint32_t, TypeRow>& rows) : rows_(rows) {}

  /// Null when the catalog has no such type.
  std::shared_ptr<const PostgresType> Resolve(uint32_t oid) {
    if (const auto found = types_.find(oid); found != types_.end()) return found->second;
    const auto row = rows_.find(oid);
    if (row == rows_.end()) return nullptr;
    auto type = std::make_shared<PostgresType>(row->second.type);
    type->has_binary_form = row->second.has_send_function;
    // PostgreSQL allows no type that contains itself, so this ends.
    for (const uint32_t part : row->second.parts) {
      const auto resolved = Resolve(part);
      type->has_binary_form &= resolved != nullptr && resolved->has_binary_form;
      if (part == row->second.element) type->element = resolved;
    }
    types_.emplace(oid, type);
    return type;
  }

 private:
  const std::map<uint32_t, TypeRow>& rows_;
  TypesByOid types_;
};

}  // namespace

arrow::Result<TypesByOid> ReadTypes(Session& session, const std::set<uint32_t>& oids) {
  ARROW_ASSIGN_OR_RAISE(auto rows, ReadTypeRows(session, OidArray(oids)));
  ARROW_RETURN_NOT_OK(ReadEnumLabels(session, rows));
  TypeResolver resolver(rows);
  TypesByOid types;
  for (const uint32_t oid : oids) {
    auto type = resolver.Resolve(oid);
    if (type == nullptr) {
      return MakeError(
          ErrorKind::kRelationChanged,
          "reading types: a type was dropped meanwhile: oid " + std::to_string(oid));
    }
    types.emplace(oid, std::move(type));
  }
  return types;
}

}  // namespace carmilla
