#include "postgres/used_types.h"

#include <algorithm>
#include <map>
#include <set>

#include "postgres/catalog_value.h"
#include "postgres/identifier.h"

namespace carmilla {

namespace {

/// Collects the types of one kind.
class TypeWalk {
 public:
  explicit TypeWalk(PostgresTypeKind kind) : kind_(kind) {}

  /// Adds what `type` is or is made of. `expression` has that type.
  arrow::Status Add(const PostgresType* type, const std::string& expression) {
    if (type == nullptr) return arrow::Status::OK();
    if (type->kind == kind_) {
      // What a known one is made of is known, too.
      if (!seen_.insert(type->oid).second) return arrow::Status::OK();
      found_.push_back({.type = type, .expression = expression});
    }
    switch (type->kind) {
      case PostgresTypeKind::kArray:
        return Add(type->element.get(), "(" + expression + ")[1]");
      case PostgresTypeKind::kDomain:
        // Beside a NULL without a type a domain counts as the type beneath it, which
        // enum_range wants.
        return Add(type->element.get(), "COALESCE(" + expression + ", NULL)");
      case PostgresTypeKind::kRange:
        return Add(type->element.get(), "lower(" + expression + ")");
      case PostgresTypeKind::kMultirange:
        // Its lower bound is that of its first range.
        return Add(type->element->element.get(), "lower(" + expression + ")");
      case PostgresTypeKind::kComposite:
        return AddMembers(*type, expression);
      default:
        return arrow::Status::OK();
    }
  }

  std::vector<UsedType> Take() { return std::move(found_); }

 private:
  arrow::Status AddMembers(const PostgresType& type, const std::string& expression) {
    for (const TypeMember& member : type.members) {
      ARROW_ASSIGN_OR_RAISE(const std::string name, QuoteIdentifier(member.name));
      ARROW_RETURN_NOT_OK(Add(member.type.get(), "(" + expression + ")." + name));
    }
    return arrow::Status::OK();
  }

  PostgresTypeKind kind_;
  std::set<uint32_t> seen_;
  std::vector<UsedType> found_;
};

}  // namespace

arrow::Result<std::vector<UsedType>> UsedTypesOf(const ExpectedRelation& expected,
                                                 PostgresTypeKind kind) {
  ARROW_ASSIGN_OR_RAISE(const std::string relation, QuoteRelation(expected.name));
  TypeWalk walk(kind);
  for (const ColumnDescription& column : expected.columns) {
    ARROW_ASSIGN_OR_RAISE(const std::string name, QuoteIdentifier(column.name));
    const std::string expression =
        "(SELECT " + name + " FROM ONLY " + relation + " WHERE false)";
    ARROW_RETURN_NOT_OK(walk.Add(column.type.get(), expression));
  }
  return walk.Take();
}

arrow::Result<NamesOfTypes> ReadCurrentLabels(Session& session,
                                              const std::vector<UsedType>& enums) {
  // pg_enum read as a table would show the snapshot's labels; enum_range shows those that
  // the values are printed with.
  std::string sql;
  for (size_t i = 0; i < enums.size(); ++i) {
    sql += (i == 0 ? "SELECT " : " UNION ALL SELECT ") + std::to_string(i) +
           ", l.label, l.position FROM unnest(enum_range(" + enums[i].expression +
           ")::text[]) WITH ORDINALITY AS l(label, position)";
  }
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows, session.Query(sql + " ORDER BY 1, 3"));
  NamesOfTypes labels(enums.size());
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    labels[static_cast<size_t>(ParseInteger(rows.At(i, 0)))].push_back(rows.At(i, 1));
  }
  return labels;
}

arrow::Result<NamesOfTypes> ReadCurrentMembers(Session& session,
                                               const std::vector<UsedType>& composites) {
  std::set<uint32_t> oids;
  for (const UsedType& composite : composites) oids.insert(composite.type->oid);
  const std::string parameter = OidArray(oids);
  // pg_attribute read as a table shows the snapshot's members by number;
  // pg_identify_object_as_address shows what such a number is called today.
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query("SELECT t.oid, (pg_identify_object_as_address('pg_class'::regclass, "
                    "a.attrelid, a.attnum)).object_names[3] FROM pg_type t "
                    "JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 "
                    "AND NOT a.attisdropped WHERE t.oid = ANY ($1::oid[]) "
                    "ORDER BY t.oid, a.attnum",
                    {&parameter, 1}));
  std::map<uint32_t, std::vector<std::string>> names;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    names[ParseOid(rows.At(i, 0))].push_back(rows.At(i, 1));
  }
  NamesOfTypes members;
  for (const UsedType& composite : composites) {
    members.push_back(names[composite.type->oid]);
  }
  return members;
}

arrow::Result<size_t> CountCurrentMembers(Session& session, const UsedType& composite) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<ResultColumn> members,
                        session.Describe("SELECT (" + composite.expression + ").*"));
  return members.size();
}

}  // namespace carmilla
