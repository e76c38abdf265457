#include "engine/column_transforms.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/type.h>

#include "core/error.h"
#include "core/letter_case.h"
#include "core/suggest.h"
#include "types/built_in_oid.h"
#include "types/numeric_typmod.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;

/// Refuses things of one table, each with its place in the file.
class Refusals {
 public:
  Refusals(const Configuration& configuration, const RelationName& relation)
      : file_(configuration.file), relation_(relation.ToString()) {}

  arrow::Status Refuse(SourcePosition position, const std::string& problem,
                       std::string hint) const {
    const std::string place = file_ + ":" + std::to_string(position.line) + ":" +
                              std::to_string(position.column);
    return MakeError(ErrorKind::kConfiguration,
                     place + ": planning " + relation_ + ": " + problem, std::move(hint));
  }

 private:
  std::string file_;
  std::string relation_;
};

std::vector<std::string> NamesOf(const TableDescription& table) {
  std::vector<std::string> names;
  names.reserve(table.columns.size());
  for (const ColumnDescription& column : table.columns) names.push_back(column.name);
  return names;
}

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

bool IsText(const ColumnPlan& column) {
  return column.mapping.arrow_type->id() == arrow::Type::STRING;
}

/// The type of PostgreSQL that a derived column travels as, and its typmod.
struct TypeOfDerived {
  std::shared_ptr<const PostgresType> type;
  int32_t typmod = -1;
};

TypeOfDerived BuiltIn(uint32_t type_oid, std::string name, int32_t typmod = -1) {
  return {std::make_shared<const PostgresType>(PostgresType{
              .oid = type_oid, .schema = "pg_catalog", .name = std::move(name)}),
          typmod};
}

TypeOfDerived TypeFor(const DeclaredType& type) {
  switch (type.kind) {
    case DeclaredKind::kSmallint:
      return BuiltIn(oid::kInt2, "int2");
    case DeclaredKind::kInteger:
      return BuiltIn(oid::kInt4, "int4");
    case DeclaredKind::kBigint:
      return BuiltIn(oid::kInt8, "int8");
    case DeclaredKind::kReal:
      return BuiltIn(oid::kFloat4, "float4");
    case DeclaredKind::kDouble:
      return BuiltIn(oid::kFloat8, "float8");
    case DeclaredKind::kBoolean:
      return BuiltIn(oid::kBool, "bool");
    case DeclaredKind::kDecimal:
      return BuiltIn(oid::kNumeric, "numeric",
                     PackNumericTypmod({type.precision, type.scale}));
    case DeclaredKind::kDate:
      return BuiltIn(oid::kDate, "date");
    case DeclaredKind::kTimestamp:
      return type.is_utc ? BuiltIn(oid::kTimestamptz, "timestamptz")
                         : BuiltIn(oid::kTimestamp, "timestamp");
    default:
      return BuiltIn(oid::kText, "text");
  }
}

/// `payload $.body $.user.id`.
std::string OriginText(const DerivedColumnConfiguration& column) {
  const JsonDerivation& derivation = column.derivation;
  std::string text = column.from + " ";
  if (derivation.parse_at.has_value()) text += RenderJsonPath(*derivation.parse_at) + " ";
  return text + RenderJsonPath(derivation.path);
}

/// Makes the columns of the files one by one.
class TransformPlanner {
 public:
  TransformPlanner(const Configuration& configuration, const TableConfiguration& settings,
                   TablePlan* plan)
      : refusals_(configuration, plan->table.name),
        settings_(settings),
        plan_(plan),
        of_relation_(std::move(plan->columns)) {
    plan->columns.clear();
    plan->mask_key = configuration.mask_key;
  }

  arrow::Status Plan() && {
    for (const ColumnPlan& column : of_relation_) {
      const MaskedColumn* mask = MaskOf(column.description.name);
      if (mask == nullptr || mask->mask.kind != MaskKind::kNull) {
        plan_->read.push_back(column);
      }
    }
    // What is not read needs no right, and may change under the snapshot.
    std::erase_if(plan_->table.columns, [&](const ColumnDescription& column) {
      return IndexOfRead(column.name) < 0;
    });
    for (const ColumnPlan& column : of_relation_) ARROW_RETURN_NOT_OK(Keep(column));
    for (const DerivedColumnConfiguration& column : settings_.derive) {
      ARROW_RETURN_NOT_OK(Derive(column));
    }
    ARROW_RETURN_NOT_OK(CheckPartition());
    if (plan_->columns.empty() || plan_->read.empty()) {
      const std::string what = plan_->columns.empty() ? "written" : "read";
      return refusals_.Refuse(settings_.position, "no column is left to be " + what,
                              "leave a column out of `drop:` and `mask:`");
    }
    return arrow::Status::OK();
  }

 private:
  const MaskedColumn* MaskOf(const std::string& name) const {
    const auto found = settings_.mask.find(name);
    return found == settings_.mask.end() ? nullptr : &found->second;
  }

  int IndexOfRead(const std::string& name) const {
    const auto found = std::ranges::find(
        plan_->read, name, [](const ColumnPlan& column) -> const std::string& {
          return column.description.name;
        });
    return found == plan_->read.end() ? -1
                                      : static_cast<int>(found - plan_->read.begin());
  }

  arrow::Status Keep(ColumnPlan column) {
    const std::string& name = column.description.name;
    const bool is_dropped = std::ranges::find(settings_.drop, name, &NamedColumn::name) !=
                            settings_.drop.end();
    if (is_dropped) return arrow::Status::OK();
    ColumnTransform transform{.name = name,
                              .type = column.mapping.arrow_type,
                              .source = IndexOfRead(name),
                              .source_name = name};
    return Add(std::move(column), std::move(transform));
  }

  arrow::Status Derive(const DerivedColumnConfiguration& configured) {
    ARROW_RETURN_NOT_OK(CheckSource(configured));
    const ColumnPlan& from =
        plan_->read[static_cast<size_t>(IndexOfRead(configured.from))];
    const TypeOfDerived type = TypeFor(configured.derivation.type);
    ColumnPlan column{.derived_from = OriginText(configured),
                      .on_misfit = configured.derivation.on_misfit};
    column.description.name = configured.name;
    column.description.type = type.type;
    column.description.typmod = type.typmod;
    ARROW_ASSIGN_OR_RAISE(column.mapping,
                          MapType(*type.type, type.typmod, configured.name));
    if (configured.derivation.type.unit == DeclaredUnit::kMilliseconds) {
      column.mapping.arrow_type = ArrowTypeOf(configured.derivation.type);
      column.mapping.parquet = configured.derivation.type.is_utc
                                   ? "INT64 TIMESTAMP(MILLIS, UTC)"
                                   : "INT64 TIMESTAMP(MILLIS, local)";
    }
    const uint32_t from_oid = BaseOf(*from.description.type).type->oid;
    ColumnTransform transform{.name = configured.name,
                              .type = column.mapping.arrow_type,
                              .source = IndexOfRead(configured.from),
                              .source_name = configured.from,
                              .derivation = configured.derivation,
                              .trust = from_oid == oid::kJsonb  ? JsonTrust::kBinary
                                       : from_oid == oid::kJson ? JsonTrust::kJson
                                                                : JsonTrust::kNone};
    return Add(std::move(column), std::move(transform));
  }

  arrow::Status CheckSource(const DerivedColumnConfiguration& configured) const {
    const auto same = std::ranges::find_if(of_relation_, [&](const ColumnPlan& column) {
      return EqualsIgnoringCase(column.description.name, configured.name);
    });
    if (same != of_relation_.end()) {
      return refusals_.Refuse(
          configured.position,
          "a derived column has the name of a column: " + configured.name,
          "give it another name");
    }
    for (const ColumnPlan& column : plan_->columns) {
      if (!EqualsIgnoringCase(column.description.name, configured.name)) continue;
      return refusals_.Refuse(
          configured.position,
          "two derived columns differ in upper and lower case only: " + configured.name,
          "give one another name");
    }
    if (MaskOf(configured.from) != nullptr) {
      return refusals_.Refuse(
          configured.from_position,
          "derive takes " + configured.name + " from a masked column: " + configured.from,
          "leave the column of JSON out of the files by drop: instead, and mask what is "
          "derived");
    }
    const int index = IndexOfRead(configured.from);
    const ColumnPlan& from = plan_->read[static_cast<size_t>(index)];
    const uint32_t type = BaseOf(*from.description.type).type->oid;
    const bool is_json = type == oid::kJson || type == oid::kJsonb ||
                         type == oid::kText || type == oid::kVarchar;
    if (!is_json || !IsText(from)) {
      return refusals_.Refuse(
          configured.from_position,
          "derive takes JSON from a json, jsonb or text column, and " + configured.from +
              " is " + RenderTypeName(*from.description.type, from.description.typmod),
          "name another column under `from:`");
    }
    return arrow::Status::OK();
  }

  /// Applies the mask of the column, if there is one.
  arrow::Status Add(ColumnPlan column, ColumnTransform transform) {
    if (const MaskedColumn* masked = MaskOf(column.description.name)) {
      column.mask = masked->mask;
      column.description.is_not_null =
          column.description.is_not_null && masked->mask.kind != MaskKind::kNull;
      switch (masked->mask.kind) {
        case MaskKind::kDrop:
          return refusals_.Refuse(
              masked->position,
              "a derived column cannot be dropped: " + column.description.name,
              "remove it from derive");
        case MaskKind::kNull:
          transform.source = -1;
          transform.derivation.reset();
          break;
        case MaskKind::kHmacSha256:
        case MaskKind::kTruncate:
          if (!IsText(column)) return RefuseMask(*masked, column);
          transform.mask = masked->mask;
          break;
      }
    }
    plan_->columns.push_back(std::move(column));
    plan_->transforms.push_back(std::move(transform));
    return arrow::Status::OK();
  }

  arrow::Status RefuseMask(const MaskedColumn& masked, const ColumnPlan& column) const {
    const std::string& name = column.description.name;
    return refusals_.Refuse(
        masked.position,
        "this mask is for columns that are stored as text, and " + name + " is " +
            RenderTypeName(*column.description.type, column.description.typmod),
        column.derived_from.empty() ? "declare it as text, types: {" + name +
                                          ": text}, or mask it by null or drop"
                                    : "derive it as text, or mask it by null");
  }

  arrow::Status CheckPartition() const {
    if (!plan_->partition_by) return arrow::Status::OK();
    const MaskedColumn* masked = MaskOf(plan_->partition_by->column);
    if (masked == nullptr) return arrow::Status::OK();
    return refusals_.Refuse(
        masked->position,
        "the table is partitioned by a masked column: " + plan_->partition_by->column,
        "its values would stand in the names of folders; partition by another column");
  }

  const Refusals refusals_;
  const TableConfiguration& settings_;
  TablePlan* plan_;
  const std::vector<ColumnPlan> of_relation_;
};

}  // namespace

arrow::Status TakeOutMaskedColumns(const Configuration& configuration,
                                   const TableConfiguration& settings,
                                   TableDescription* table) {
  const Refusals refusals(configuration, table->name);
  const std::vector<std::string> existing = NamesOf(*table);
  std::vector<std::string> maskable = existing;
  for (const DerivedColumnConfiguration& column : settings.derive) {
    maskable.push_back(column.name);
    if (Holds(existing, column.from)) continue;
    return refusals.Refuse(
        column.from_position,
        "derive takes " + column.name + " from no such column: " + column.from,
        DidYouMean(column.from, existing));
  }
  for (const NamedColumn& column : settings.drop) {
    if (Holds(existing, column.name)) continue;
    return refusals.Refuse(column.position, "drop names no such column: " + column.name,
                           DidYouMean(column.name, existing));
  }
  for (const auto& [name, masked] : settings.mask) {
    if (Holds(maskable, name)) continue;
    return refusals.Refuse(masked.position, "mask names no such column: " + name,
                           DidYouMean(name, maskable));
  }
  std::erase_if(table->columns, [&](const ColumnDescription& column) {
    const auto masked = settings.mask.find(column.name);
    return masked != settings.mask.end() && masked->second.mask.kind == MaskKind::kDrop;
  });
  return arrow::Status::OK();
}

arrow::Status PlanTransforms(const Configuration& configuration,
                             const TableConfiguration& settings, TablePlan* plan) {
  const bool changes_columns = std::ranges::any_of(settings.mask, [](const auto& entry) {
    return entry.second.mask.kind != MaskKind::kDrop;
  });
  if (settings.derive.empty() && settings.drop.empty() && !changes_columns) {
    return arrow::Status::OK();
  }
  return TransformPlanner(configuration, settings, plan).Plan();
}

}  // namespace carmilla
