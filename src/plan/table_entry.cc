#include "plan/table_entry.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "core/error.h"
#include "plan/aws_section.h"
#include "plan/column_masks.h"
#include "plan/declared_types.h"
#include "plan/derived_columns.h"
#include "plan/relation_pattern.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

constexpr std::array<std::string_view, 2> kOnlyForPatterns = {"exclude", "new_tables"};
constexpr std::array<std::string_view, 10> kOnlyForOneTable = {
    "as",    "columns", "where", "partition_by", "policies",
    "types", "derive",  "drop",  "mask",         "catalog"};

/// Reads a choice whose row names some of the policies.
std::optional<ValuePolicy> ReadPolicy(const ConfigurationSection& section,
                                      std::string_view key) {
  const std::string_view choice = section.Choice(key);
  const auto* const found = std::ranges::find(kValuePolicyNames, choice);
  if (found == kValuePolicyNames.end()) return std::nullopt;
  return static_cast<ValuePolicy>(found - kValuePolicyNames.begin());
}

void ReadPolicies(const ConfigurationSection& section, ValuePolicies* policies) {
  for (const PolicyField& field : kPolicyFields) {
    ValuePolicy& policy = policies->*field.member;
    policy = ReadPolicy(section, field.name).value_or(policy);
  }
}

ColumnPolicies ReadOwnPolicies(const ConfigurationSection& section) {
  ColumnPolicies policies;
  for (size_t i = 0; i < kPolicyFields.size(); ++i) {
    policies.*kColumnPolicyMembers[i] = ReadPolicy(section, kPolicyFields[i].name);
  }
  return policies;
}

/// Reads `schema.table` into `table`; false when it cannot be used.
bool TakeName(const LocatedScalar& scalar, ReadingContext* context,
              TableConfiguration* table) {
  const auto parsed = ParseRelationPattern(scalar.value.text);
  if (!parsed.ok() && !scalar.value.origin.empty()) {
    context->problems.Add(scalar.position,
                          "the value of " + scalar.value.origin + " is not a table",
                          "write schema.table, such as public.orders");
    return false;
  }
  if (!parsed.ok()) {
    context->problems.Add(scalar.position, parsed.status().message(),
                          HintOf(parsed.status()));
    return false;
  }
  table->schema = parsed->schema;
  table->name = parsed->name;
  table->is_pattern = parsed->is_pattern;
  return true;
}

bool Lists(const std::vector<std::string>& columns, const std::string& column) {
  return std::ranges::find(columns, column) != columns.end();
}

void ReadPartitionBy(const ConfigurationSection& entry, TableConfiguration* table) {
  const YamlNode* map = entry.Section("partition_by");
  if (map == nullptr) return;
  const ConfigurationSection section(*map, KeyScope::kPartitionBy, entry.context());
  PartitionBy partition;
  section.ReadText("column", &partition.column);
  section.ReadChoice("every", &partition.every);
  section.ReadName("as", &partition.as);
  const std::vector<std::string>& columns = table->columns;
  if (!columns.empty() && !partition.column.empty() &&
      !Lists(columns, partition.column)) {
    section.Report(section.PlaceOf("column"),
                   "partition_by names a column that is not among columns: " +
                       QuoteForMessage(partition.column),
                   "add it to columns");
  }
  if (Lists(columns, partition.as)) {
    section.Report(
        section.PlaceOf("as"),
        "the partition key has the name of a column: " + QuoteForMessage(partition.as),
        "choose another name with as");
  }
  table->partition_by = std::move(partition);
}

void ReadColumnPolicies(const ConfigurationSection& entry, TableConfiguration* table) {
  const YamlNode* map = entry.Section("policies");
  if (map == nullptr) return;
  for (const YamlMember& member : map->members) {
    if (member.value->kind != YamlNode::Kind::kMap) {
      entry.Report(
          member.position,
          "the policies of column " + QuoteForMessage(member.key) + " must be a map",
          "write it like {on_nan: null}");
      continue;
    }
    if (!table->columns.empty() && !Lists(table->columns, member.key)) {
      entry.Report(member.position, "policies name a column that is not among columns: " +
                                        QuoteForMessage(member.key));
    }
    const ConfigurationSection section(*member.value, KeyScope::kColumnPolicies,
                                       entry.context());
    table->column_policies.emplace(member.key, ReadOwnPolicies(section));
  }
}

void ReadTypes(const ConfigurationSection& entry, TableConfiguration* table) {
  const YamlNode* map = entry.Section("types");
  if (map == nullptr) return;
  table->types = ReadDeclaredTypes(*map, entry.context());
  for (const auto& [column, declared] : table->types) {
    if (table->columns.empty() || Lists(table->columns, column)) continue;
    entry.Report(declared.position, "types name a column that is not among columns: " +
                                        QuoteForMessage(column));
  }
}

/// A pattern names many tables: what only one can have is refused, and the other way
/// round.
void CheckKeysOfPattern(const ConfigurationSection& entry,
                        const TableConfiguration& table) {
  if (!table.is_pattern) {
    for (const std::string_view key : kOnlyForPatterns) {
      if (!entry.Has(key)) continue;
      entry.Report(entry.PlaceOf(key), std::string(key) + " belongs to a pattern",
                   "write name: " + table.schema + ".*");
    }
    return;
  }
  for (const std::string_view key : kOnlyForOneTable) {
    if (!entry.Has(key)) continue;
    entry.Report(entry.PlaceOf(key), std::string(key) + " belongs to one table",
                 "give the table an entry of its own; it wins over the pattern");
  }
}

std::optional<TableConfiguration> ReadMapEntry(const YamlNode& node,
                                               const TableDefaults& defaults,
                                               ReadingContext* context) {
  const ConfigurationSection entry(node, KeyScope::kTable, context);
  TableConfiguration table{.settings = defaults, .position = node.position};
  const std::optional<LocatedScalar> name = entry.Scalar("name");
  const bool is_named = name.has_value() && TakeName(*name, context, &table);
  entry.ReadName("as", &table.as);
  entry.ReadTextList("columns", &table.columns);
  entry.ReadTextList("exclude", &table.exclude);
  entry.ReadChoice("new_tables", &table.new_tables);
  entry.ReadText("where", &table.where);
  ReadTableSettings(entry, &table.settings);
  ReadPartitionBy(entry, &table);
  ReadColumnPolicies(entry, &table);
  ReadTypes(entry, &table);
  table.derive = ReadDerivedColumns(entry, table.settings.on_misfit);
  table.drop = ReadDroppedColumns(entry);
  table.mask = ReadMasks(entry);
  table.catalog = ReadTableCatalog(entry);
  if (!is_named) return std::nullopt;
  CheckKeysOfPattern(entry, table);
  return table;
}

std::optional<TableConfiguration> ReadEntry(const YamlNode& node,
                                            const TableDefaults& defaults,
                                            ReadingContext* context) {
  if (node.kind == YamlNode::Kind::kMap) return ReadMapEntry(node, defaults, context);
  TableConfiguration table{.settings = defaults, .position = node.position};
  if (node.kind != YamlNode::Kind::kScalar) {
    context->problems.Add(node.position, "an entry of tables must be a name or a map",
                          "write public.orders, or {name: public.orders, as: orders}");
    return std::nullopt;
  }
  auto resolved = ResolveScalar(node.text, {.folder = context->folder, .is_name = true});
  if (!resolved.ok()) {
    context->problems.Add(node.position,
                          "an entry of tables: " + resolved.status().message(),
                          HintOf(resolved.status()));
    return std::nullopt;
  }
  if (!TakeName({*resolved, node.position}, context, &table)) return std::nullopt;
  return table;
}

void CheckTwice(const std::vector<TableConfiguration>& tables, ReadingContext* context) {
  // A table may have the name `*`, too.
  std::map<std::tuple<std::string, std::string, bool>, SourcePosition> by_name;
  std::map<std::string, SourcePosition> by_as;
  const auto first = [](SourcePosition position) {
    return "first on line " + std::to_string(position.line) + ", column " +
           std::to_string(position.column);
  };
  for (const TableConfiguration& table : tables) {
    const auto [same, is_new] =
        by_name.try_emplace({table.schema, table.name, table.is_pattern}, table.position);
    if (!is_new) {
      context->problems.Add(table.position,
                            "table " + QuoteForMessage(table.schema + "." + table.name) +
                                " is listed a second time, " + first(same->second),
                            "keep one of the two entries");
      continue;
    }
    if (table.as.empty()) continue;
    const auto [same_as, is_new_as] = by_as.try_emplace(table.as, table.position);
    if (!is_new_as) {
      context->problems.Add(table.position,
                            "as " + QuoteForMessage(table.as) +
                                " is given a second time, " + first(same_as->second),
                            "give one of them another name");
    }
  }
}

}  // namespace

void ReadTableSettings(const ConfigurationSection& section, TableDefaults* settings) {
  section.ReadChoice("compression", &settings->compression);
  section.ReadChoice("proof", &settings->proof);
  section.ReadChoice("layout", &settings->layout);
  ReadPolicies(section, &settings->policies);
  section.ReadChoice("on_misfit", &settings->on_misfit);
}

std::vector<TableConfiguration> ReadTables(const ConfigurationSection& top,
                                           const TableDefaults& defaults) {
  std::vector<TableConfiguration> tables;
  const YamlNode* list = top.List("tables");
  if (list == nullptr) return tables;
  if (list->items.empty()) {
    top.Report(list->position, "tables is an empty list", "write - public.*");
  }
  for (const YamlNodePointer& item : list->items) {
    if (auto table = ReadEntry(*item, defaults, top.context())) {
      tables.push_back(std::move(*table));
    }
  }
  CheckTwice(tables, top.context());
  return tables;
}

}  // namespace carmilla
