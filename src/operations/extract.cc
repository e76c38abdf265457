#include "operations/extract.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "core/error.h"
#include "core/run_id.h"
#include "core/sql_statement.h"
#include "engine/lake_store.h"
#include "engine/runner.h"
#include "operations/extract_hints.h"
#include "plan/relation_pattern.h"

namespace carmilla {
namespace {

constexpr char kExtension[] = ".parquet";
constexpr char kSourceName[] = "source";

arrow::Status Check(const ExtractOptions& options, bool is_file) {
  if (options.to == "-") {
    return MakeError(ErrorKind::kUsage,
                     "extract: --to is standard output, which takes no Parquet files: -",
                     "name a file, such as --to orders.parquet, or a directory (./- if "
                     "that is its name)");
  }
  if (options.relations.empty() == options.query.empty()) {
    return MakeError(ErrorKind::kUsage,
                     "extract: name tables or give --query, one of both",
                     "carmilla extract --source env:DATABASE_URL public.orders --to "
                     "orders.parquet");
  }
  const bool has_pattern = std::ranges::any_of(
      options.relations, [](const std::string& name) { return name.ends_with('*'); });
  if (is_file && (options.relations.size() > 1 || has_pattern)) {
    return MakeError(ErrorKind::kUsage,
                     "extract: several tables cannot become one file: " + options.to,
                     "name a directory with --to");
  }
  return arrow::Status::OK();
}

TableDefaults SettingsFor(const ExtractOptions& options) {
  TableDefaults settings;
  settings.compression = options.compression;
  settings.policies = options.policies;
  return settings;
}

arrow::Result<TableConfiguration> EntryFor(const std::string& relation,
                                           const ExtractOptions& options) {
  const auto parsed = ParseRelationPattern(relation);
  if (!parsed.ok()) {
    return MakeError(ErrorKind::kUsage, "extract: " + parsed.status().message(),
                     HintOf(parsed.status()));
  }
  const RelationPattern& pattern = *parsed;
  TableConfiguration entry;
  entry.schema = pattern.schema;
  entry.name = pattern.name;
  entry.is_pattern = pattern.is_pattern;
  entry.settings = SettingsFor(options);
  return entry;
}

/// The directory, or the prefix in a bucket, that the files go to.
arrow::Result<LakeLocation> FolderOf(const std::string& to, bool is_file) {
  const size_t slash = is_file ? to.rfind('/') : to.size();
  if (slash == std::string::npos) return LakeLocation{.path = "."};
  // The file `/x.parquet` is in the root.
  std::string folder = to.substr(0, slash == 0 ? 1 : slash);
  return ParseLakePath(folder);
}

arrow::Result<Configuration> ConfigurationFor(const ExtractOptions& options) {
  Configuration configuration;
  configuration.connections.push_back({.name = kSourceName,
                                       .conninfo = options.conninfo,
                                       .tls = options.tls,
                                       .ca_file = options.ca_file,
                                       .position = {}});
  configuration.source = kSourceName;
  configuration.gentleness = options.gentleness;
  for (const std::string& relation : options.relations) {
    ARROW_ASSIGN_OR_RAISE(TableConfiguration entry, EntryFor(relation, options));
    configuration.tables.push_back(std::move(entry));
  }
  return configuration;
}

}  // namespace

arrow::Result<RunReport> Extract(const ExtractOptions& options,
                                 ProgressListener& listener, std::stop_token stop) {
  const std::filesystem::path to(options.to);
  const bool is_file = to.extension() == kExtension;
  ARROW_RETURN_NOT_OK(Check(options, is_file));
  RunRequest request;
  ARROW_ASSIGN_OR_RAISE(request.configuration, ConfigurationFor(options));
  request.query = {.sql = std::string(WithoutSemicolon(options.query)),
                   .name = is_file ? to.stem().string() : "query",
                   .settings = SettingsFor(options)};
  request.reword = WithHintOfExtract;
  request.options.limit = options.limit;
  request.options.is_single_file = true;
  request.destination.run_id = MakeRunId(std::chrono::system_clock::now());
  request.destination.is_lake = false;
  if (is_file) request.destination.file_name = to.filename().string();
  ARROW_ASSIGN_OR_RAISE(const LakeLocation folder, FolderOf(options.to, is_file));
  ARROW_ASSIGN_OR_RAISE(request.destination.store, OpenLakeStore(folder, stop));
  auto executed = ExecuteRun(request, listener, std::move(stop));
  if (!executed.ok()) return WithHintOfExtract(executed.status());
  RunReport report = std::move(*executed);
  if (report.tables.empty()) {
    return MakeError(ErrorKind::kUnknownRelation,
                     "selecting tables: the patterns match no table",
                     "a pattern takes no views; name them");
  }
  return report;
}

}  // namespace carmilla
