#include <array>

#include "plan/configuration_keys.h"

namespace carmilla {
namespace {

using enum KeyScope;

constexpr std::array kInModel = {kModel};
constexpr std::array kInModelAndColumn = {kModel, kModelColumn};
constexpr std::array kInColumnTest = {kColumnTest};
constexpr std::array kInRelationships = {kRelationships};
constexpr std::array kInModelTest = {kModelTest};
constexpr std::array kInRowCount = {kRowCount};

constexpr std::array<std::string_view, 2> kMaterializations = {"view", "table"};
constexpr int64_t kMostRows = 1'000'000'000'000'000;

constexpr ConfigurationKey kKeys[] = {
    {.name = "materialized",
     .scopes = kInModel,
     .form = ValueForm::kChoice,
     .description = "Whether it is a view, or a table of the lake.",
     .default_text = "view",
     .choices = kMaterializations},
    {.name = "description",
     .scopes = kInModelAndColumn,
     .description = "What it is, for people; the comment in the catalog."},
    {.name = "columns",
     .scopes = kInModel,
     .form = ValueForm::kSectionMap,
     .description = "Descriptions and tests of columns, by their names.",
     .section = kModelColumn,
     .hint = "write {id: {tests: [not_null, unique]}}"},
    {.name = "tests",
     .scopes = kInModelAndColumn,
     .form = ValueForm::kTableList,
     .description = "What has to hold.",
     .section = kColumnTest,
     .hint = "of a column: [not_null, unique, {relationships: {to: customers, column: "
             "id}}]; of a model: [{row_count: {min: 1}}]"},
    {.name = "relationships",
     .scopes = kInColumnTest,
     .form = ValueForm::kSection,
     .description = "Every value stands in a column of another table or model.",
     .is_required = true,
     .section = kRelationships,
     .hint = "write {relationships: {to: customers, column: id}}"},
    {.name = "to",
     .scopes = kInRelationships,
     .form = ValueForm::kName,
     .description = "The other table or model.",
     .is_required = true,
     .hint = "name a model, or a table of the lake: {to: customers, column: id}"},
    {.name = "column",
     .scopes = kInRelationships,
     .description = "Its column.",
     .is_required = true,
     .hint = "write {to: customers, column: id}"},
    {.name = "row_count",
     .scopes = kInModelTest,
     .form = ValueForm::kSection,
     .description = "How many rows there are.",
     .is_required = true,
     .section = kRowCount,
     .hint = "write {row_count: {min: 1}}"},
    {.name = "min",
     .scopes = kInRowCount,
     .form = ValueForm::kInteger,
     .description = "At least so many.",
     .maximum = kMostRows},
    {.name = "max",
     .scopes = kInRowCount,
     .form = ValueForm::kInteger,
     .description = "At most so many.",
     .maximum = kMostRows},
};

}  // namespace

std::span<const ConfigurationKey> ModelKeys() { return kKeys; }

}  // namespace carmilla
