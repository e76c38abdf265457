#include "operations/query.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "columnar/file_proof.h"
#include "columnar/parquet_writer.h"
#include "core/error.h"
#include "core/letter_case.h"
#include "core/log.h"
#include "core/suggest.h"
#include "duck/duck_engine.h"
#include "engine/lake_store.h"
#include "http/environment_proxy.h"
#include "lake/lake.h"
#include "store/directory_store.h"

namespace carmilla {
namespace {

arrow::Result<QueryTable> TableFor(const Lake& lake, const Manifest& manifest) {
  QueryTable table{.name = manifest.table,
                   .partition_columns = manifest.partition_columns};
  for (const DataFile& file : manifest.files) {
    table.files.push_back(lake.store().UriOf(Lake::KeyOf(manifest.table, file.key)));
  }
  ARROW_ASSIGN_OR_RAISE(table.schema, SchemaOf(manifest));
  return table;
}

/// The proxy for the engine, which knows plain HTTP to one only. Queries can read its
/// settings, so one with a password is kept from it.
std::string ProxyOf(const OpenedLake& lake) {
  std::string proxy = lake.aws.proxy.Reveal();
  if (proxy.empty()) proxy = EnvironmentProxyOf(S3EndpointOf(lake.s3_options));
  const bool has_password = proxy.find('@') != std::string::npos;
  const bool is_other =
      proxy.find("://") != std::string::npos && !LowerCase(proxy).starts_with("http://");
  if (!has_password && !is_other) return proxy;
  LogInfo(std::string("the embedded engine reads the lake past the proxy, which ") +
          (has_password ? "has a password" : "is not asked by plain HTTP"));
  return "";
}

/// How the engine reads the files of a lake in a bucket; nothing for a directory.
arrow::Result<std::optional<DuckBucket>> BucketOf(const OpenedLake& lake) {
  if (lake.aws.credentials == nullptr) return std::optional<DuckBucket>();
  ARROW_ASSIGN_OR_RAISE(AwsCredentials keys, lake.aws.credentials->Get());
  const S3StoreOptions& options = lake.s3_options;
  return DuckBucket{.scope = S3UriOf(options, "") + "/",
                    .endpoint = options.endpoint,
                    .region = options.region,
                    .is_path_style = !UsesVirtualHost(options),
                    .is_requester_paying = options.requester_pays,
                    .ca_file = lake.aws.ca_file,
                    .proxy = ProxyOf(lake),
                    .access_key_id = std::move(keys.access_key_id),
                    .secret_access_key = std::move(keys.secret_access_key),
                    .session_token = std::move(keys.session_token)};
}

arrow::Result<DuckOptions> EngineFor(const OpenedLake& lake, int64_t memory_bytes) {
  DuckOptions options{
      .memory_bytes = memory_bytes,
      .threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency())),
      .temp_directory = std::filesystem::temp_directory_path().string()};
  ARROW_ASSIGN_OR_RAISE(options.bucket, BucketOf(lake));
  return options;
}

/// What is known of the lake's tables before the engine is opened.
struct KnownTables {
  std::vector<QueryTable> tables;
  std::vector<TableVersion> versions;
  std::map<std::string, std::string> models;  ///< By table: the model that made it.
};

arrow::Result<std::vector<std::string>> NamesToRead(const LakeQueryOptions& options,
                                                    const Lake& lake) {
  if (options.is_whole_lake) return lake.ListTables();
  const std::set<std::string>& tables = options.models.tables;
  return std::vector<std::string>(tables.begin(), tables.end());
}

arrow::Result<KnownTables> ReadTables(const LakeQueryOptions& options, const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> names, NamesToRead(options, lake));
  KnownTables known;
  for (const std::string& name : names) {
    if (!Lake::CheckTableName(name).ok()) continue;  // The engine says that it is none.
    const auto current = lake.ReadCurrent(name);
    // Names of tables are lower-case words that no quoting changes, so a text that lacks
    // one cannot mean it.
    const bool is_needed =
        MayName(options.sql, name) || options.models.tables.contains(name);
    if (!current.ok() && !is_needed) {
      LogWarning("leaving out " + name + ": " + current.status().message());
      continue;
    }
    ARROW_RETURN_NOT_OK(current.status());
    if (!*current) continue;
    const Manifest& manifest = (*current)->manifest;
    ARROW_ASSIGN_OR_RAISE(QueryTable table, TableFor(lake, manifest));
    known.tables.push_back(std::move(table));
    known.versions.push_back({.table = name,
                              .run_id = manifest.run_id,
                              .snapshot_time = manifest.source.snapshot_time});
    const bool is_of_task = manifest.model.engine == kTaskEngine;
    known.models.emplace(name, is_of_task ? "" : manifest.model.name);
  }
  return known;
}

/// The views; of one whose name a table of the lake has, that it may not have it.
std::vector<QueryView> ViewsOver(const ModelReach& models, KnownTables* known) {
  std::vector<QueryView> views = models.views;
  for (QueryView& view : views) {
    const auto table = known->models.find(view.name);
    if (table == known->models.end()) continue;
    std::erase_if(known->tables,
                  [&](const QueryTable& one) { return one.name == view.name; });
    // What the model made when it was a table is out of date.
    if (table->second == view.name || !view.status.ok()) continue;
    view.status = MakeError(
        ErrorKind::kConfiguration,
        "reading model " + view.name + ": a table of the lake has this name",
        "rename the files of the model, or give the table another name with `as:`");
  }
  return views;
}

/// What is told of tables that models need and the lake does not have.
arrow::Result<std::vector<QueryView>> MissingTables(const ModelReach& models,
                                                    const KnownTables& known,
                                                    const Lake& lake) {
  std::vector<QueryView> missing;
  std::vector<std::string> there;
  for (const std::string& name : models.tables) {
    if (known.models.contains(name)) continue;
    arrow::Status status;
    if (models.model_tables.contains(name)) {
      status = MakeError(ErrorKind::kNotFound,
                         "reading model " + name + ": it has not been run",
                         "carmilla models run --select +" + name);
    } else {
      if (there.empty()) {
        ARROW_ASSIGN_OR_RAISE(there, lake.ListTables());
      }
      status = MakeError(ErrorKind::kUnknownRelation,
                         "reading the lake: no table or model has this name: " + name,
                         DidYouMean(name, there));
    }
    missing.push_back({.name = name, .status = std::move(status)});
  }
  return missing;
}

arrow::Status NoTables(const std::string& lake_path) {
  return MakeError(ErrorKind::kNotFound,
                   "opening the lake: no table has been published: " + lake_path,
                   "`carmilla run` fills it; --lake or --config names another one");
}

}  // namespace

arrow::Result<std::vector<std::string>> ListQueryTables(
    const LakeLocation& lake, const ModelsConfiguration& models) {
  ARROW_ASSIGN_OR_RAISE(auto store, OpenLakeStore(lake));
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> names,
                        Lake(std::move(store)).ListTables());
  if (names.empty()) return NoTables(lake.path);
  if (const auto files = ReadModelFiles(models); files.ok()) {
    for (const ModelFile& file : *files) names.push_back(file.name);
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

arrow::Result<std::unique_ptr<QueryEngine>> OpenFilesQuery(
    const OpenedLake& lake, const std::vector<QueryTable>& tables, int64_t memory_bytes) {
  ARROW_ASSIGN_OR_RAISE(const DuckOptions duck, EngineFor(lake, memory_bytes));
  return OpenDuckEngine(tables, duck);
}

arrow::Result<LakeQuery> OpenLakeQuery(const LakeQueryOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const OpenedLake opened, OpenLake(options.lake, options.stop));
  const Lake lake(opened.store);
  ARROW_ASSIGN_OR_RAISE(KnownTables known, ReadTables(options, lake));
  const bool is_empty = known.tables.empty() && options.models.views.empty();
  if (is_empty && options.is_whole_lake) return NoTables(options.lake.path);
  ARROW_ASSIGN_OR_RAISE(DuckOptions duck, EngineFor(opened, options.memory_bytes));
  ARROW_ASSIGN_OR_RAISE(duck.views, MissingTables(options.models, known, lake));
  std::ranges::move(ViewsOver(options.models, &known), std::back_inserter(duck.views));
  duck.has_narrow_decimals = options.has_narrow_decimals;
  ARROW_ASSIGN_OR_RAISE(auto engine, OpenDuckEngine(known.tables, duck));
  return LakeQuery{.engine = std::move(engine), .versions = std::move(known.versions)};
}

arrow::Result<std::unique_ptr<QueryEngine>> OpenVersionQuery(const OpenedLake& lake,
                                                             const Manifest& manifest) {
  ARROW_ASSIGN_OR_RAISE(const QueryTable table, TableFor(Lake(lake.store), manifest));
  return OpenFilesQuery(lake, {table}, LakeQueryOptions{}.memory_bytes);
}

arrow::Result<int64_t> WriteParquetFile(QueryResult& result, const std::string& path,
                                        const std::stop_token& stop) {
  const std::filesystem::path file(path);
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const auto store = OpenDirectoryStore(folder);
  const std::string key = file.filename().string();
  ARROW_ASSIGN_OR_RAISE(auto object, store->OpenWrite(key));
  ARROW_ASSIGN_OR_RAISE(auto writer,
                        ParquetWriter::Open(result.schema(), {}, object.get()));
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(auto batch, result.Next(stop));
    if (batch == nullptr) break;
    ARROW_RETURN_NOT_OK(writer->Write(*batch));
  }
  ARROW_RETURN_NOT_OK(writer->Finish());
  ARROW_ASSIGN_OR_RAISE(auto written, object->OpenUncommitted());
  ARROW_RETURN_NOT_OK(
      ProveStructure(std::move(written), path, writer->file(), *result.schema(), stop));
  ARROW_RETURN_NOT_OK(object->Commit());
  return writer->rows();
}

}  // namespace carmilla
