#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/configuration.h"
#include "plan/configuration_keys.h"
#include "plan/scalar_reference.h"
#include "plan/yaml_document.h"

namespace carmilla {

/// What one reading of a configuration carries along.
struct ReadingContext {
  std::string folder;  ///< Of the file; anchors relative paths.
  ProblemList problems;
  bool requires_tables = true;  ///< As ReadConfigurationOptions has it.
};

/// A scalar of the file with its place.
struct LocatedScalar {
  ResolvedScalar value;
  SourcePosition position;
};

/// One map of the configuration. Every reader checks its value against the row of the key
/// table and adds what is wrong to the context; it leaves `out` alone when the key is
/// absent or wrong.
class ConfigurationSection {
 public:
  /// Refuses unknown, misplaced and later keys, and reports missing required ones. Keeps
  /// references to `map` (whose kind must be kMap) and `context`.
  ConfigurationSection(const YamlNode& map, KeyScope scope, ReadingContext* context);

  SourcePosition position() const { return map_.position; }
  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  /// Returns the place of the key itself, or of the map when it is absent.
  SourcePosition PlaceOf(std::string_view key) const;

  /// Returns what stands below `key`; null when it is absent.
  const YamlNode* Value(std::string_view key) const;
  /// Returns the scalar below `key` as it is written; "" when there is none.
  std::string_view RawText(std::string_view key) const;
  /// Reads what is one value, without a check of its form.
  std::optional<LocatedScalar> Scalar(std::string_view key) const;
  void ReadText(std::string_view key, std::string* out) const;
  void ReadName(std::string_view key, std::string* out) const;
  /// For kInteger, kBytes and kDuration.
  void ReadNumber(std::string_view key, int64_t* out) const;
  /// Reads a directory, or the URL of a bucket.
  void ReadLakePath(std::string_view key, std::string* out) const;
  /// Reads the URL of a server without a path: https, or http to this machine.
  void ReadEndpoint(std::string_view key, std::string* out) const;
  /// Reads the URL of a proxy; only one from env: or file: may hold a password.
  void ReadProxy(std::string_view key, Secret* out) const;
  /// Reads one value of a map of the user's, called `what` in messages; false if it is
  /// none.
  bool ReadTextOf(const YamlNode& node, std::string_view key, const std::string& what,
                  std::string* out) const;
  /// With `is_checked` the file must be there and hold certificates.
  void ReadCertificateFile(std::string_view key, bool is_checked, std::string* out) const;
  void ReadTextList(std::string_view key, std::vector<std::string>* out) const;
  /// Reads a password from env: or file:, or where Secrets Manager has it.
  void ReadPassword(std::string_view key, Secret* out, SecretConfiguration* where) const;
  /// Reads a value that must come from env: or file:.
  void ReadSecret(std::string_view key, Secret* out) const;

  /// The choices of the row must stand in the order of the enumeration.
  template <typename Enumeration>
  void ReadChoice(std::string_view key, Enumeration* out) const {
    if (const std::optional<size_t> index = ChoiceIndex(key)) {
      *out = static_cast<Enumeration>(*index);
    }
  }

  /// Returns the choice at `key` as its row spells it; "" when it is absent or none.
  std::string_view Choice(std::string_view key) const;

  /// Returns the map below `key`; null when it is absent or no map.
  const YamlNode* Section(std::string_view key) const;
  /// Returns the list below `key`; null when it is absent or no list.
  const YamlNode* List(std::string_view key) const;

  void Report(SourcePosition position, std::string text, std::string hint = "") const {
    context_->problems.Add(position, std::move(text), std::move(hint));
  }
  ReadingContext* context() const { return context_; }

 private:
  const YamlMember* Find(std::string_view key) const;
  const ConfigurationKey& Row(std::string_view key) const;
  void CheckKey(const YamlMember& member) const;
  std::optional<size_t> ChoiceIndex(std::string_view key) const;
  std::optional<LocatedScalar> ScalarOf(const YamlNode& node, std::string_view what,
                                        const ConfigurationKey& row) const;
  void ReportForm(const YamlMember& member, std::string_view needed) const;

  const YamlNode& map_;
  KeyScope scope_;
  ReadingContext* context_;
};

/// Renders a value for a message: quoted, or by its origin when it came from env: or
/// file:.
std::string ShowValue(const ResolvedScalar& value);

/// True for names that folders, SQL and every catalog take unquoted.
bool IsLakeName(std::string_view name);

}  // namespace carmilla
