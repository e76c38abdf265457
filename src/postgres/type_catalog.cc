#include "postgres/type_catalog.h"

#include <vector>

#include "core/error.h"
#include "postgres/catalog_value.h"
#include "types/built_in_oid.h"

namespace carmilla {
namespace {

constexpr int32_t kVersion14 = 140000;

/// One row of pg_type before its parts are known as types.
struct TypeRow {
  PostgresType type;
  uint32_t element = 0;
  std::vector<uint32_t> members;  ///< Types of type.members.
};

using TypeRows = std::map<uint32_t, TypeRow>;

// An array is the type that its element names as its array: int2vector, name or point
// have elements too, but are no arrays. Multiranges are younger than PostgreSQL 13.
std::string TypesQuery(int32_t version_number) {
  std::string query =
      "SELECT t.oid, n.nspname, t.typname, CASE WHEN e.typarray = t.oid THEN 'a' ELSE "
      "t.typtype END, t.typsend::oid <> 0, t.typtypmod, "
      "CASE WHEN e.typarray = t.oid THEN e.oid "
      "WHEN t.typtype = 'd' THEN t.typbasetype "
      "WHEN t.typtype = 'r' THEN "
      "(SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid) ";
  if (version_number >= kVersion14) {
    query +=
        "WHEN t.typtype = 'm' THEN "
        "(SELECT r.rngtypid FROM pg_range r WHERE r.rngmultitypid = t.oid) ";
  }
  query +=
      "END, quote_ident(fn.nspname) || '.' || quote_ident(f.proname), "
      "EXISTS (SELECT FROM pg_cast c WHERE c.castsource = t.oid AND "
      "c.casttarget = 'text'::regtype), "
      "x.extname, quote_ident(xn.nspname) "
      "FROM pg_type t "
      "JOIN pg_namespace n ON n.oid = t.typnamespace "
      "JOIN pg_proc f ON f.oid = t.typoutput "
      "JOIN pg_namespace fn ON fn.oid = f.pronamespace "
      "LEFT JOIN pg_type e ON e.oid = t.typelem "
      "LEFT JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid "
      "AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' "
      "LEFT JOIN pg_extension x ON x.oid = d.refobjid "
      "LEFT JOIN pg_namespace xn ON xn.oid = x.extnamespace "
      "WHERE t.oid = ANY ($1::oid[])";
  return query;
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

arrow::Result<TypeRows> ReadTypeRows(Session& session, const std::set<uint32_t>& oids) {
  const std::string parameter = OidArray(oids);
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(TypesQuery(session.server().version_number), {&parameter, 1}));
  TypeRows types;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    TypeRow row;
    row.type.oid = ParseOid(rows.At(i, 0));
    row.type.schema = rows.At(i, 1);
    row.type.name = rows.At(i, 2);
    row.type.kind = KindOfLetter(rows.At(i, 3).front());
    row.type.has_binary_form = IsTrue(rows.At(i, 4));
    if (row.type.kind == PostgresTypeKind::kDomain) {
      row.type.domain_typmod = static_cast<int32_t>(ParseInteger(rows.At(i, 5)));
    }
    row.element = ParseOid(rows.At(i, 6));
    row.type.output_function = rows.At(i, 7);
    row.type.has_cast_to_text = IsTrue(rows.At(i, 8));
    row.type.extension = rows.At(i, 9);
    row.type.extension_schema = rows.At(i, 10);
    types.emplace(row.type.oid, std::move(row));
  }
  return types;
}

arrow::Status ReadEnumLabels(Session& session, TypeRows& types) {
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

arrow::Status ReadMembers(Session& session, TypeRows& types) {
  std::set<uint32_t> composites;
  for (const auto& [oid, row] : types) {
    if (row.type.kind == PostgresTypeKind::kComposite) composites.insert(oid);
  }
  if (composites.empty()) return arrow::Status::OK();
  const std::string oids = OidArray(composites);
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query("SELECT t.oid, a.attname, a.atttypid, a.atttypmod FROM pg_type t "
                    "JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 "
                    "AND NOT a.attisdropped WHERE t.oid = ANY ($1::oid[]) "
                    "ORDER BY t.oid, a.attnum",
                    {&oids, 1}));
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    TypeRow& row = types.at(ParseOid(rows.At(i, 0)));
    row.type.members.push_back(
        {.name = rows.At(i, 1),
         .typmod = static_cast<int32_t>(ParseInteger(rows.At(i, 3)))});
    row.members.push_back(ParseOid(rows.At(i, 2)));
  }
  return arrow::Status::OK();
}

/// What a money of 1 is as numeric tells the digits behind the point.
arrow::Status ReadMoneyDigits(Session& session, TypeRows& types) {
  const auto money = types.find(built_in_oid::kMoney);
  if (money == types.end()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows,
                        session.Query("SELECT scale(1::money::numeric)"));
  money->second.type.money_digits = static_cast<int32_t>(ParseInteger(rows.At(0, 0)));
  return arrow::Status::OK();
}

/// Reads types and, level by level, those that they are made of.
arrow::Result<TypeRows> ReadWholeTypes(Session& session, const std::set<uint32_t>& oids) {
  TypeRows types;
  for (std::set<uint32_t> wanted = oids; !wanted.empty();) {
    ARROW_ASSIGN_OR_RAISE(TypeRows level, ReadTypeRows(session, wanted));
    ARROW_RETURN_NOT_OK(ReadMembers(session, level));
    wanted.clear();
    for (const auto& [oid, row] : level) {
      if (row.element != 0) wanted.insert(row.element);
      wanted.insert(row.members.begin(), row.members.end());
    }
    types.merge(level);
    std::erase_if(wanted, [&](uint32_t oid) { return types.contains(oid); });
  }
  return types;
}

/// Ties the rows together, parts first.
class TypeResolver {
 public:
  explicit TypeResolver(const TypeRows& rows) : rows_(rows) {}

  /// Null when the catalog has no such type.
  std::shared_ptr<const PostgresType> Resolve(uint32_t oid) {
    if (const auto found = types_.find(oid); found != types_.end()) return found->second;
    const auto row = rows_.find(oid);
    if (row == rows_.end()) return nullptr;
    auto type = std::make_shared<PostgresType>(row->second.type);
    // PostgreSQL allows no type that contains itself, so this ends.
    if (row->second.element != 0) type->element = Resolve(row->second.element);
    for (size_t i = 0; i < type->members.size(); ++i) {
      type->members[i].type = Resolve(row->second.members[i]);
    }
    types_.emplace(oid, type);
    return type;
  }

 private:
  const TypeRows& rows_;
  TypesByOid types_;
};

}  // namespace

arrow::Result<TypesByOid> ReadTypes(Session& session, const std::set<uint32_t>& oids) {
  ARROW_ASSIGN_OR_RAISE(TypeRows rows, ReadWholeTypes(session, oids));
  ARROW_RETURN_NOT_OK(ReadEnumLabels(session, rows));
  ARROW_RETURN_NOT_OK(ReadMoneyDigits(session, rows));
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
