#include "plan/configuration_reader.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/suggest.h"
#include "plan/aws_section.h"
#include "plan/configuration_override.h"
#include "plan/connection_mistake.h"
#include "plan/connection_string.h"
#include "plan/declared_types.h"
#include "plan/models_section.h"
#include "plan/scalar_reference.h"
#include "plan/table_catalogs.h"
#include "plan/table_entry.h"
#include "plan/text_file.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

constexpr size_t kLargestFile = 1 << 20;
constexpr std::string_view kWherePasswordsGo =
    "put the connection string into a variable (env:NAME) or a private file (file:PATH), "
    "or the "
    "password into ~/.pgpass";
constexpr std::string_view kConnectionForms =
    "write env:NAME, file:PATH, \"host=... dbname=... user=...\" or "
    "postgresql://user@host/db";
constexpr std::string_view kConnectionValues =
    "write \"host=... dbname=... user=... password='...'\" or "
    "postgresql://USER:PASSWORD@HOST:5432/DATABASE";

/// Returns what keeps a connection string from being used, or an empty problem. Shows
/// nothing of the string.
Problem CheckConnection(const LocatedScalar& scalar) {
  const auto& [text, origin] = scalar.value;
  const bool is_literal = origin.empty();
  const ConnectionStringForm form = ClassifyConnectionString(text);
  if (is_literal && form == ConnectionStringForm::kUsableWithSecret) {
    return {scalar.position, "the connection string holds a password",
            std::string(kWherePasswordsGo)};
  }
  const std::string what = is_literal ? "this" : "the value of " + origin;
  if (auto mistake = FindConnectionMistake(text, /*with_password=*/!is_literal)) {
    return {scalar.position, what + " " + mistake->problem, std::move(mistake->hint)};
  }
  if (form != ConnectionStringForm::kMalformed) return {};
  return {scalar.position, what + " is not a connection string",
          std::string(is_literal ? kConnectionForms : kConnectionValues)};
}

class ConfigurationBuilder {
 public:
  ConfigurationBuilder(const std::string& file, const ReadConfigurationOptions& options)
      : options_(options) {
    configuration_.file = file;
    context_.folder = std::filesystem::path(file).parent_path().string();
    context_.requires_tables = options.requires_tables;
  }

  arrow::Result<Configuration> Build(const std::string& text,
                                     std::span<const std::string> overrides) && {
    YamlNodePointer root = ParseYaml(text, &context_.problems);
    if (root != nullptr && root->kind == YamlNode::Kind::kMap) {
      root = ApplyOverrides(std::move(root), overrides, &context_.problems);
      ReadTop({*root, KeyScope::kTop, &context_});
    } else if (root != nullptr && root->kind != YamlNode::Kind::kNull) {
      context_.problems.Add(root->position, "the file must be a map of keys",
                            "see docs/configuration.md");
    } else if (context_.problems.empty()) {
      context_.problems.Add({1, 1}, "the file is empty", "see docs/configuration.md");
    }
    ARROW_RETURN_NOT_OK(context_.problems.ToStatus(configuration_.file));
    return std::move(configuration_);
  }

 private:
  void ReadTop(const ConfigurationSection& top) {
    ReadConnections(top);
    ReadSource(top);
    top.ReadChoice("gentleness", &configuration_.gentleness);
    top.ReadChoice("consistency", &configuration_.consistency);
    top.ReadChoice("isolation", &configuration_.isolation);
    int64_t seconds = configuration_.max_snapshot_age.count();
    top.ReadNumber("max_snapshot_age", &seconds);
    configuration_.max_snapshot_age = std::chrono::seconds(seconds);
    int64_t threads = configuration_.threads;
    top.ReadNumber("threads", &threads);
    configuration_.threads = static_cast<int>(threads);
    top.ReadNumber("memory", &configuration_.memory_bytes);
    if (const YamlNode* lake = top.Section("lake")) {
      ReadLake({*lake, KeyScope::kLake, &context_}, &configuration_.lake);
    }
    if (const YamlNode* aws = top.Section("aws")) {
      ReadAws({*aws, KeyScope::kAws, &context_}, &configuration_.lake.aws);
    }
    if (const YamlNode* athena = top.Section("athena")) {
      ReadAthena({*athena, KeyScope::kAthena, &context_}, &configuration_.lake.athena);
    }
    configuration_.models = ReadModelsSection(top);
    if (options_.resolves_connections)
      top.ReadSecret("mask_key", &configuration_.mask_key);
    TableDefaults& defaults = configuration_.defaults;
    if (const YamlNode* map = top.Section("defaults")) {
      const ConfigurationSection section(*map, KeyScope::kDefaults, &context_);
      ReadTableSettings(section, &defaults);
      if (const YamlNode* types = section.Section("types")) {
        defaults.types = ReadTypesOfTypes(*types, &context_);
      }
    }
    configuration_.tables = ReadTables(top, defaults);
    if (!top.Has("mask_key")) CheckMasksWithoutKey(top);
    PlaceTablesInCatalog(top, &configuration_);
  }

  void CheckMasksWithoutKey(const ConfigurationSection& top) const {
    for (const TableConfiguration& table : configuration_.tables) {
      for (const auto& [column, masked] : table.mask) {
        if (masked.mask.kind != MaskKind::kHmacSha256) continue;
        top.Report(masked.position,
                   "hmac-sha256 needs a key, and there is no mask_key in the top level",
                   std::string(FindConfigurationKey(KeyScope::kTop, "mask_key")->hint));
        return;
      }
    }
  }

  void ReadConnections(const ConfigurationSection& top) {
    const YamlNode* map = top.Section("connections");
    if (map == nullptr) return;
    if (map->members.empty()) {
      top.Report(map->position, "connections is an empty map",
                 "write {app: {postgres: env:DATABASE_URL}}");
    }
    for (const YamlMember& member : map->members) {
      if (member.value->kind != YamlNode::Kind::kMap) {
        top.Report(member.position,
                   "connection " + QuoteForMessage(member.key) + " must be a map",
                   "write {postgres: env:DATABASE_URL}");
        continue;
      }
      ReadConnection(member);
    }
  }

  void ReadConnection(const YamlMember& member) {
    ConnectionConfiguration connection{.name = member.key, .position = member.position};
    if (!IsLakeName(member.key)) {
      context_.problems.Add(
          member.position,
          "connection " + QuoteForMessage(member.key) + " has an unusable name",
          "use lower-case letters, digits and underscores, a letter first");
    }
    const ConfigurationSection section(*member.value, KeyScope::kConnection, &context_);
    section.ReadChoice("tls", &connection.tls);
    section.ReadChoice("auth", &connection.authentication);
    if (options_.resolves_connections) {
      section.ReadPassword("password", &connection.password, &connection.password_secret);
    }
    if (section.Has("password") && section.Has("auth") &&
        connection.authentication == SourceAuthentication::kRdsIam) {
      section.Report(section.PlaceOf("password"), "auth: rds-iam needs no password",
                     "remove one of both");
    }
    section.ReadCertificateFile("ca_file", options_.resolves_connections,
                                &connection.ca_file);
    const bool is_literal = !IsReference(section.RawText("postgres"));
    if (options_.resolves_connections || is_literal) {
      const auto scalar = section.Scalar("postgres");
      if (scalar.has_value()) {
        Problem problem = CheckConnection(*scalar);
        if (!problem.text.empty()) {
          section.Report(problem.position, std::move(problem.text),
                         std::move(problem.hint));
        }
        if (options_.resolves_connections) {
          connection.conninfo = Secret(scalar->value.text);
        }
      }
    }
    configuration_.connections.push_back(std::move(connection));
  }

  void ReadSource(const ConfigurationSection& top) {
    std::vector<std::string> names;
    names.reserve(configuration_.connections.size());
    for (const ConnectionConfiguration& connection : configuration_.connections) {
      names.push_back(connection.name);
    }
    if (!top.Has("source")) {
      if (names.size() == 1) {
        configuration_.source = names.front();
      } else if (!names.empty()) {
        top.Report(top.PlaceOf("connections"),
                   "source is missing in the top level and there are several connections",
                   "add \"source: " + names.front() + "\"");
      }
      return;
    }
    const std::optional<LocatedScalar> scalar = top.Scalar("source");
    if (!scalar.has_value()) return;
    configuration_.source = scalar->value.text;
    if (names.empty() || std::ranges::find(names, scalar->value.text) != names.end()) {
      return;
    }
    const bool is_shown = scalar->value.origin.empty();
    std::string hint = is_shown ? DidYouMean(scalar->value.text, names) : "";
    if (hint.empty()) hint = "name a key of connections";
    top.Report(scalar->position,
               "source names no connection: " + ShowValue(scalar->value), hint);
  }

  const ReadConfigurationOptions options_;
  Configuration configuration_;
  ReadingContext context_;
};

}  // namespace

arrow::Result<Configuration> ParseConfiguration(const std::string& text,
                                                const std::string& file,
                                                std::span<const std::string> overrides,
                                                const ReadConfigurationOptions& options) {
  return ConfigurationBuilder(file, options).Build(text, overrides);
}

arrow::Result<Configuration> ReadConfiguration(const std::string& path,
                                               std::span<const std::string> overrides,
                                               const ReadConfigurationOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const std::string text,
                        ReadTextFile(path, {.limit_bytes = kLargestFile}));
  return ParseConfiguration(text, path, overrides, options);
}

arrow::Result<Secret> ResolveCommandLineConnection(const std::string& text) {
  if (text.empty()) {
    return MakeError(ErrorKind::kUsage, "the connection string is empty",
                     std::string(kConnectionForms));
  }
  ARROW_ASSIGN_OR_RAISE(ResolvedScalar value,
                        ResolveScalar(text, {.folder = "", .is_secret = true}));
  const Problem problem = CheckConnection({value, {}});
  if (!problem.text.empty()) {
    const bool is_literal = value.origin.empty();
    return MakeError(is_literal ? ErrorKind::kUsage : ErrorKind::kConfiguration,
                     problem.text, problem.hint);
  }
  return Secret(std::move(value.text));
}

}  // namespace carmilla
