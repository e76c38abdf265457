#include "postgres/relation_guard.h"

#include <map>

#include "core/error.h"
#include "postgres/catalog_value.h"
#include "postgres/identifier.h"
#include "postgres/used_types.h"

namespace carmilla {
namespace {

constexpr char kChangedHint[] =
    "it is read again with a new snapshot; migrations are best kept out of the run";

std::string Checking(const ExpectedRelation& expected) {
  return "checking " + expected.name.ToString();
}

arrow::Status Changed(const ExpectedRelation& expected, const std::string& problem) {
  return MakeError(ErrorKind::kRelationChanged, Checking(expected) + ": " + problem,
                   kChangedHint);
}

// The names were known when the snapshot was described, so an unknown one has gone since.
arrow::Status Translate(const arrow::Status& status, const ExpectedRelation& expected) {
  if (status.ok() || KindOf(status) == ErrorKind::kRelationChanged) return status;
  if (KindOf(status) != ErrorKind::kUnknownRelation) {
    return WithContext(status, Checking(expected));
  }
  return Changed(
      expected, "it, or a column of it, is gone since the snapshot: " + status.message());
}

arrow::Result<std::string> SelectOf(const ExpectedRelation& expected) {
  std::string list;
  for (const ColumnDescription& column : expected.columns) {
    ARROW_ASSIGN_OR_RAISE(const std::string name, QuoteIdentifier(column.name));
    list += (list.empty() ? "" : ", ") + name;
  }
  ARROW_ASSIGN_OR_RAISE(const std::string relation, QuoteRelation(expected.name));
  return "SELECT " + list + " FROM ONLY " + relation;
}

// to_regclass and pg_relation_filenode look at today's catalog, whatever the snapshot.
arrow::Status CheckIdentity(Session& session, const ExpectedRelation& expected) {
  ARROW_ASSIGN_OR_RAISE(const std::string name, QuoteRelation(expected.name));
  const std::string parameters[] = {name, std::to_string(expected.oid)};
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(
          "SELECT to_regclass($1)::oid, pg_relation_filenode($2::oid::regclass)",
          parameters));
  if (ParseOid(rows.At(0, 0)) != expected.oid) {
    return Changed(expected, "another relation has its name since the snapshot");
  }
  if (ParseOid(rows.At(0, 1)) != expected.filenode) {
    return Changed(expected, "it was truncated or rewritten since the snapshot");
  }
  return arrow::Status::OK();
}

struct Attribute {
  int16_t number = 0;
  uint32_t type_oid = 0;
  int32_t typmod = -1;
};

// A partition may number its columns otherwise than its parent, so numbers come from the
// snapshot.
arrow::Result<std::map<std::string, Attribute>> ReadAttributes(Session& session,
                                                               uint32_t oid) {
  const std::string parameter = std::to_string(oid);
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query("SELECT attname, attnum, atttypid, atttypmod FROM pg_attribute "
                    "WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped",
                    {&parameter, 1}));
  std::map<std::string, Attribute> attributes;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    attributes[rows.At(i, 0)] = {
        .number = static_cast<int16_t>(ParseInteger(rows.At(i, 1))),
        .type_oid = ParseOid(rows.At(i, 2)),
        .typmod = static_cast<int32_t>(ParseInteger(rows.At(i, 3)))};
  }
  return attributes;
}

// The wire knows no domains: the server describes the type beneath.
Attribute OnTheWire(const PostgresType& type, const Attribute& attribute) {
  Attribute wire = attribute;
  for (const PostgresType* part = &type;
       part->kind == PostgresTypeKind::kDomain && part->element != nullptr;
       part = part->element.get()) {
    wire.type_oid = part->element->oid;
    wire.typmod = part->domain_typmod;
  }
  return wire;
}

arrow::Status CheckColumn(const ExpectedRelation& expected,
                          const ColumnDescription& column, const Attribute& snapshot,
                          const ResultColumn& now) {
  if (snapshot.type_oid != column.type->oid || snapshot.typmod != column.typmod) {
    return Changed(expected,
                   "a column had another type when it was planned: " + column.name);
  }
  const Attribute wire = OnTheWire(*column.type, snapshot);
  if (now.type_oid != wire.type_oid || now.typmod != wire.typmod) {
    return Changed(expected,
                   "a column has another type since the snapshot: " + column.name);
  }
  if (now.table_oid != expected.oid || now.column_number != wire.number) {
    return Changed(expected,
                   "another column has its name since the snapshot: " + column.name);
  }
  return arrow::Status::OK();
}

arrow::Status CheckColumns(Session& session, const ExpectedRelation& expected,
                           const std::string& select) {
  ARROW_ASSIGN_OR_RAISE(const auto attributes, ReadAttributes(session, expected.oid));
  ARROW_ASSIGN_OR_RAISE(const std::vector<ResultColumn> described,
                        session.Describe(select));
  if (described.size() != expected.columns.size()) {
    return Changed(expected, "it has another number of columns since the snapshot");
  }
  for (size_t i = 0; i < described.size(); ++i) {
    const ColumnDescription& column = expected.columns[i];
    const auto found = attributes.find(column.name);
    if (found == attributes.end()) {
      return Changed(expected, "a column is younger than the snapshot: " + column.name);
    }
    ARROW_RETURN_NOT_OK(CheckColumn(expected, column, found->second, described[i]));
  }
  return arrow::Status::OK();
}

std::vector<std::string> NamesOf(const std::vector<TypeMember>& members) {
  std::vector<std::string> names;
  names.reserve(members.size());
  for (const TypeMember& member : members) names.push_back(member.name);
  return names;
}

arrow::Status CheckMembers(Session& session, const ExpectedRelation& expected) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<UsedType> composites,
                        UsedTypesOf(expected, PostgresTypeKind::kComposite));
  if (composites.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const NamesOfTypes names,
                        ReadCurrentMembers(session, composites));
  for (size_t i = 0; i < composites.size(); ++i) {
    const PostgresType& type = *composites[i].type;
    bool is_same = names[i] == NamesOf(type.members);
    // The expression goes through members that were looked at before.
    if (is_same) {
      ARROW_ASSIGN_OR_RAISE(const size_t count,
                            CountCurrentMembers(session, composites[i]));
      is_same = count == type.members.size();
    }
    if (!is_same) {
      return Changed(expected, "a composite type has other members since the snapshot: " +
                                   RenderTypeName(type, /*typmod=*/-1));
    }
  }
  return arrow::Status::OK();
}

arrow::Status CheckEnumLabels(Session& session, const ExpectedRelation& expected) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<UsedType> enums,
                        UsedTypesOf(expected, PostgresTypeKind::kEnum));
  if (enums.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const NamesOfTypes labels, ReadCurrentLabels(session, enums));
  for (size_t i = 0; i < enums.size(); ++i) {
    if (labels[i] != enums[i].type->enum_labels) {
      return Changed(expected, "an enum has other labels since the snapshot: " +
                                   RenderTypeName(*enums[i].type, /*typmod=*/-1));
    }
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Status CheckRelation(Session& session, const ExpectedRelation& expected) {
  ARROW_ASSIGN_OR_RAISE(const std::string select, SelectOf(expected));
  // The lock first: what is compared under it stays so until the transaction ends.
  ARROW_RETURN_NOT_OK(
      Translate(session.Query(select + " WHERE false").status(), expected));
  ARROW_RETURN_NOT_OK(Translate(CheckIdentity(session, expected), expected));
  ARROW_RETURN_NOT_OK(Translate(CheckColumns(session, expected, select), expected));
  return CheckTypes(session, expected);
}

arrow::Status CheckTypes(Session& session, const ExpectedRelation& expected) {
  // The members first: through them go the expressions of some enums.
  ARROW_RETURN_NOT_OK(Translate(CheckMembers(session, expected), expected));
  return Translate(CheckEnumLabels(session, expected), expected);
}

arrow::Status CheckLockedRelations(Session& session) {
  // A relation that the snapshot does not know may be an index built since, which is no
  // matter.
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(
          "SELECT (pg_identify_object('pg_class'::regclass, l.relation, 0)).identity "
          "FROM (SELECT DISTINCT relation FROM pg_locks WHERE locktype = 'relation' "
          "AND pid = pg_backend_pid() AND granted AND relation >= 16384 AND database = "
          "(SELECT d.oid FROM pg_database d WHERE d.datname = current_database())) l "
          "LEFT JOIN pg_class c ON c.oid = l.relation "
          "WHERE CASE WHEN c.oid IS NULL THEN "
          "(pg_identify_object('pg_class'::regclass, l.relation, 0)).type "
          "IN ('table', 'materialized view') "
          "ELSE c.relkind IN ('r', 'm', 't') "
          "AND c.relfilenode IS DISTINCT FROM pg_relation_filenode(c.oid) END"));
  if (rows.empty()) return arrow::Status::OK();
  return MakeError(
      ErrorKind::kRelationChanged,
      "checking what was read: truncated, rewritten or replaced since the snapshot: " +
          rows.At(0, 0),
      kChangedHint);
}

}  // namespace carmilla
