#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carmilla {

/// The maps of carmilla.yaml, and of the file beside a model. Each allows its own keys.
enum class KeyScope : uint8_t {
  kTop,
  kConnection,
  kLake,
  kCatalog,
  kGlue,
  kCrawler,
  kS3,
  kAws,
  kAssumeRole,
  kAthena,
  kDefaults,
  kTable,
  kTableCatalog,
  kTableGlue,
  kPartitionBy,
  kColumnPolicies,
  kDerivedColumn,
  kModels,
  kModel,  ///< From here on: of the file beside a model.
  kModelColumn,
  kColumnTest,
  kRelationships,
  kModelTest,
  kRowCount,
};

enum class ValueForm : uint8_t {
  kText,
  kChoice,      ///< One of `choices`.
  kInteger,     ///< From `minimum` to `maximum`.
  kBytes,       ///< `256MiB`, from `minimum` to `maximum`.
  kDuration,    ///< Seconds, or `15min`, from `minimum` to `maximum` seconds.
  kConnection,  ///< A connection string without a password; from env: and file: with one.
  kLakePath,    ///< A directory, or `s3://bucket/prefix`.
  kAwsUrl,      ///< `https://host[:port]`, without a password.
  kTextMap,     ///< A map from names of the user's to text.
  kCertificateFile,  ///< An existing file of certificates.
  kName,             ///< A name of the lake: lower case, digits, underscores.
  kSourceName,       ///< A table or a column, as the source spells it.
  kSourceNameList,
  kSection,       ///< A map with the keys of `section`.
  kSectionMap,    ///< A map from names of the user's to maps with the keys of `section`.
  kPassword,      ///< `secret:ID#KEY`, `env:NAME` or `file:PATH`, never written out.
  kSecret,        ///< `env:NAME` or `file:PATH`, never written out.
  kJsonPath,      ///< `$.campaign.id`.
  kMaskMap,       ///< A map from names of columns to masks.
  kTypeMap,       ///< A map from names of columns to declared types.
  kTypesOfTypes,  ///< A map from types of PostgreSQL to declared types.
  kTableList,     ///< `tables:`.
  kLater,         ///< Known by name, refused in this version.
};

/// One row of the table that validates carmilla.yaml, and from which its JSON Schema and
/// its reference are written.
struct ConfigurationKey {
  std::string_view name;
  std::span<const KeyScope> scopes;  ///< Where it is allowed.
  ValueForm form = ValueForm::kText;
  std::string_view description;   ///< One or two sentences, for docs and editors.
  std::string_view default_text;  ///< As a person would write it; "" when there is none.
  bool is_required = false;
  /// A program with typed tasks does without it.
  bool is_optional_with_tasks = false;
  std::span<const std::string_view> choices;        ///< In the order of the enumeration.
  std::span<const std::string_view> later_choices;  ///< Refused by name.
  int64_t minimum = 0;
  int64_t maximum = 0;
  KeyScope section = KeyScope::kTop;
  std::string_view
      hint;  ///< How to write it (when missing or wrong), or what to do instead.
};

/// Returns the whole table of carmilla.yaml, in the order of the reference.
std::span<const ConfigurationKey> ConfigurationKeys();

/// Returns that of the file beside a model: docs/models.md.
std::span<const ConfigurationKey> ModelKeys();

/// Returns the row of `name` in `scope`, or null.
const ConfigurationKey* FindConfigurationKey(KeyScope scope, std::string_view name);

/// Returns the names that `scope` allows in this version.
std::vector<std::string> AvailableKeys(KeyScope scope);

/// Tells people where a map stands: `the top level`, `an entry of tables`.
std::string_view DescribeScope(KeyScope scope);

/// Renders `zstd, gzip, snappy or none`.
std::string JoinChoices(std::span<const std::string_view> choices);

/// Parses a whole number of seconds, or one with the unit s, min or h, such as `15min`.
std::optional<int64_t> ParseSeconds(std::string_view text);

}  // namespace carmilla
