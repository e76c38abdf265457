#include "types/type_key.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.h"
#include "core/letter_case.h"
#include "core/suggest.h"
#include "types/built_in_oid.h"
#include "types/declared_mapping.h"
#include "types/numeric_typmod.h"
#include "types/type_mapping.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;
using Word = std::string_view;

/// A built-in type by its oid, or one of an extension, or a kind, which have none.
struct NamedKey {
  Word name;
  uint32_t oid = 0;
};

constexpr std::array kKeys{
    NamedKey{"boolean", oid::kBool},
    NamedKey{"smallint", oid::kInt2},
    NamedKey{"integer", oid::kInt4},
    NamedKey{"bigint", oid::kInt8},
    NamedKey{"oid", oid::kOid},
    NamedKey{"xid", oid::kXid},
    NamedKey{"cid", oid::kCid},
    NamedKey{"regproc", oid::kRegproc},
    NamedKey{"regprocedure", oid::kRegprocedure},
    NamedKey{"regoper", oid::kRegoper},
    NamedKey{"regoperator", oid::kRegoperator},
    NamedKey{"regclass", oid::kRegclass},
    NamedKey{"regtype", oid::kRegtype},
    NamedKey{"regconfig", oid::kRegconfig},
    NamedKey{"regdictionary", oid::kRegdictionary},
    NamedKey{"regnamespace", oid::kRegnamespace},
    NamedKey{"regrole", oid::kRegrole},
    NamedKey{"regcollation", oid::kRegcollation},
    NamedKey{"xid8", oid::kXid8},
    NamedKey{"real", oid::kFloat4},
    NamedKey{"double precision", oid::kFloat8},
    NamedKey{"numeric(p,s)", oid::kNumeric},
    NamedKey{"numeric", oid::kNumeric},
    NamedKey{"money", oid::kMoney},
    NamedKey{"text", oid::kText},
    NamedKey{"varchar(n)", oid::kVarchar},
    NamedKey{"name", oid::kName},
    NamedKey{"refcursor", oid::kRefcursor},
    NamedKey{"citext"},
    NamedKey{"char(n)", oid::kBpchar},
    NamedKey{"\"char\"", oid::kChar},
    NamedKey{"bytea", oid::kBytea},
    NamedKey{"date", oid::kDate},
    NamedKey{"time", oid::kTime},
    NamedKey{"timestamp", oid::kTimestamp},
    NamedKey{"timestamptz", oid::kTimestamptz},
    NamedKey{"interval", oid::kInterval},
    NamedKey{"timetz", oid::kTimetz},
    NamedKey{"uuid", oid::kUuid},
    NamedKey{"json", oid::kJson},
    NamedKey{"jsonb", oid::kJsonb},
    NamedKey{"jsonpath", oid::kJsonpath},
    NamedKey{"xml", oid::kXml},
    NamedKey{"pg_node_tree", oid::kPgNodeTree},
    NamedKey{"inet", oid::kInet},
    NamedKey{"cidr", oid::kCidr},
    NamedKey{"macaddr", oid::kMacaddr},
    NamedKey{"macaddr8", oid::kMacaddr8},
    NamedKey{"bit(n)", oid::kBit},
    NamedKey{"varbit(n)", oid::kVarbit},
    NamedKey{"point", oid::kPoint},
    NamedKey{"line", oid::kLine},
    NamedKey{"lseg", oid::kLseg},
    NamedKey{"box", oid::kBox},
    NamedKey{"path", oid::kPath},
    NamedKey{"polygon", oid::kPolygon},
    NamedKey{"circle", oid::kCircle},
    NamedKey{"tsvector", oid::kTsvector},
    NamedKey{"tsquery", oid::kTsquery},
    NamedKey{"pg_lsn", oid::kPgLsn},
    NamedKey{"tid", oid::kTid},
    NamedKey{"pg_snapshot", oid::kPgSnapshot},
    NamedKey{"txid_snapshot", oid::kTxidSnapshot},
    NamedKey{"aclitem", oid::kAclitem},
    NamedKey{"ltree"},
    NamedKey{"lquery"},
    NamedKey{"ltxtquery"},
    NamedKey{"cube"},
    NamedKey{"seg"},
    NamedKey{"isbn"},
    NamedKey{"ismn"},
    NamedKey{"issn"},
    NamedKey{"isbn13"},
    NamedKey{"ismn13"},
    NamedKey{"issn13"},
    NamedKey{"ean13"},
    NamedKey{"upc"},
    NamedKey{"hstore"},
    NamedKey{"vector"},
    NamedKey{"geometry"},
    NamedKey{"geography"},
    NamedKey{"int2vector", oid::kInt2Vector},
    NamedKey{"oidvector", oid::kOidVector},
    NamedKey{"int4range"},
    NamedKey{"int8range"},
    NamedKey{"numrange"},
    NamedKey{"tsrange"},
    NamedKey{"tstzrange"},
    NamedKey{"daterange"},
    NamedKey{"int4multirange"},
    NamedKey{"int8multirange"},
    NamedKey{"nummultirange"},
    NamedKey{"tsmultirange"},
    NamedKey{"tstzmultirange"},
    NamedKey{"datemultirange"},
    NamedKey{"enum"},
    NamedKey{"array"},
    NamedKey{"composite"},
    NamedKey{"range"},
    NamedKey{"multirange"},
};

/// Other names that PostgreSQL, or people, have for these types.
constexpr std::array kElsewhere{
    std::pair{Word("bool"), Word("boolean")},
    std::pair{Word("int2"), Word("smallint")},
    std::pair{Word("int"), Word("integer")},
    std::pair{Word("int4"), Word("integer")},
    std::pair{Word("int8"), Word("bigint")},
    std::pair{Word("float4"), Word("real")},
    std::pair{Word("float8"), Word("double precision")},
    std::pair{Word("float"), Word("double precision")},
    std::pair{Word("double"), Word("double precision")},
    std::pair{Word("decimal"), Word("numeric")},
    std::pair{Word("character"), Word("char(n)")},
    std::pair{Word("bpchar"), Word("char(n)")},
    std::pair{Word("character varying"), Word("varchar(n)")},
    std::pair{Word("string"), Word("text")},
    std::pair{Word("binary"), Word("bytea")},
    std::pair{Word("bit varying"), Word("varbit(n)")},
    std::pair{Word("time without time zone"), Word("time")},
    std::pair{Word("time with time zone"), Word("timetz")},
    std::pair{Word("timestamp without time zone"), Word("timestamp")},
    std::pair{Word("timestamp with time zone"), Word("timestamptz")},
    std::pair{Word("datetime"), Word("timestamp")},
};

constexpr int32_t kAnyDecimal = ((12 << 16) | 2) + 4;

Word WithoutLength(Word name) {
  constexpr Word kLength = "(n)";
  return name.ends_with(kLength) ? name.substr(0, name.size() - kLength.size()) : name;
}

Word KindKey(PostgresTypeKind kind) {
  switch (kind) {
    case PostgresTypeKind::kEnum:
      return "enum";
    case PostgresTypeKind::kArray:
      return "array";
    case PostgresTypeKind::kComposite:
      return "composite";
    case PostgresTypeKind::kRange:
      return "range";
    case PostgresTypeKind::kMultirange:
      return "multirange";
    default:
      return "";
  }
}

/// `numeric` is what the table of types stores as text.
Word NumericKey(const BaseType& base) {
  const auto mapping = MapType(*base.type, base.typmod, "");
  const bool is_text = mapping.ok() && mapping->wire == WireForm::kNumericText;
  return is_text ? "numeric" : "numeric(p,s)";
}

/// The key of a type that is built in or an extension's; "" for one of the user's.
Word KeyOf(const BaseType& base) {
  if (base.Is(oid::kNumeric)) return NumericKey(base);
  const bool is_of_server =
      base.type->schema == "pg_catalog" || !base.type->extension.empty();
  const auto* const found = std::ranges::find_if(kKeys, [&](const NamedKey& key) {
    return key.oid != 0 ? base.Is(key.oid) : is_of_server && key.name == base.type->name;
  });
  return found == kKeys.end() ? Word() : found->name;
}

std::string HintFor(const std::string& name) {
  const auto* const found =
      std::ranges::find(kElsewhere, Word(name), &std::pair<Word, Word>::first);
  if (found != kElsewhere.end()) {
    return "did you mean \"" + std::string(found->second) + "\"?";
  }
  std::vector<std::string> names;
  for (const Word key : KnownTypeKeys()) names.emplace_back(key);
  const std::string nearest = DidYouMean(name, names);
  return nearest.empty() ? "`carmilla types` lists them; a type of your own needs its "
                           "schema, such as app.mood"
                         : nearest;
}

}  // namespace

std::vector<std::string_view> KnownTypeKeys() {
  std::vector<Word> names;
  for (const NamedKey& key : kKeys) names.push_back(key.name);
  return names;
}

arrow::Result<TypeKey> ParseTypeKey(std::string_view text) {
  if (text.find('.') != Word::npos) return TypeKey(text);
  const std::string name = LowerCase(text);
  for (const NamedKey& key : kKeys) {
    if (name == key.name || name == WithoutLength(key.name)) return TypeKey(key.name);
  }
  constexpr size_t kShown = 100;
  return MakeError(
      ErrorKind::kConfiguration,
      "no type of PostgreSQL: \"" + std::string(text.substr(0, kShown)) + "\"",
      HintFor(name));
}

std::vector<TypeKey> TypeKeysOf(const PostgresType& type, int32_t typmod) {
  std::vector<TypeKey> keys;
  const PostgresType* level = &type;
  for (;; level = level->element.get()) {
    if (level->schema != "pg_catalog") keys.push_back(RenderTypeName(*level, -1));
    if (level->kind != PostgresTypeKind::kDomain || level->element == nullptr) break;
  }
  const BaseType base = BaseOf(type, typmod);
  for (const Word key : {KeyOf(base), KindKey(base.type->kind)}) {
    if (!key.empty()) keys.emplace_back(key);
  }
  return keys;
}

std::optional<DeclarationProblem> CheckDeclaration(const TypeKey& key,
                                                   const DeclaredType& declared) {
  const auto* const found = std::ranges::find(kKeys, Word(key), &NamedKey::name);
  if (found == kKeys.end() || found->oid == 0) return std::nullopt;
  const PostgresType type{
      .oid = found->oid, .schema = "pg_catalog", .name = std::string(found->name)};
  const int32_t typmod = key == "numeric(p,s)" ? kAnyDecimal : -1;
  const auto mapping = MapDeclared(type, typmod, declared, "");
  if (mapping.ok()) return std::nullopt;
  return DeclarationProblem{
      key + " cannot be declared as " + RenderDeclaredType(declared),
      HintOf(mapping.status())};
}

}  // namespace carmilla
