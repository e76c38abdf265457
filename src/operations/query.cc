#include "operations/query.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <thread>
#include <vector>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "columnar/file_proof.h"
#include "columnar/parquet_writer.h"
#include "core/error.h"
#include "core/log.h"
#include "duck/duck_engine.h"
#include "engine/lake_store.h"
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

/// Names of tables are lower-case words that no quoting changes, so a text that lacks one
/// cannot mean it.
bool IsNamed(const std::string& table, const std::string& sql) {
  const auto is_same = [](char text, char name) {
    return std::tolower(static_cast<unsigned char>(text)) == name;
  };
  return !std::ranges::search(sql, table, is_same).empty();
}

/// The proxy for the engine. Queries can read its settings, so one with a password is
/// kept from it.
std::string ProxyOf(const AwsAccess& aws) {
  const std::string& proxy = aws.proxy.Reveal();
  if (proxy.find('@') == std::string::npos) return proxy;
  LogInfo("the embedded engine reads the lake past the proxy, which has a password");
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
                    .proxy = ProxyOf(lake.aws),
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

arrow::Result<std::vector<QueryTable>> ReadTables(const LakeQueryOptions& options,
                                                  const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> names, lake.ListTables());
  std::vector<QueryTable> tables;
  for (const std::string& name : names) {
    const auto current = lake.ReadCurrent(name);
    if (!current.ok() && !IsNamed(name, options.sql)) {
      LogWarning("leaving out " + name + ": " + current.status().message());
      continue;
    }
    ARROW_RETURN_NOT_OK(current.status());
    if (!*current) continue;
    ARROW_ASSIGN_OR_RAISE(QueryTable table, TableFor(lake, (*current)->manifest));
    tables.push_back(std::move(table));
  }
  return tables;
}

arrow::Status NoTables(const std::string& lake_path) {
  return MakeError(ErrorKind::kNotFound,
                   "opening the lake: no table has been published: " + lake_path,
                   "`carmilla run` fills it; --lake or --config names another one");
}

}  // namespace

arrow::Result<std::vector<std::string>> ListQueryTables(const LakeLocation& lake) {
  ARROW_ASSIGN_OR_RAISE(auto store, OpenLakeStore(lake));
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> names,
                        Lake(std::move(store)).ListTables());
  if (names.empty()) return NoTables(lake.path);
  std::ranges::sort(names);
  return names;
}

arrow::Result<std::unique_ptr<QueryEngine>> OpenFilesQuery(
    const OpenedLake& lake, const std::vector<QueryTable>& tables, int64_t memory_bytes) {
  ARROW_ASSIGN_OR_RAISE(const DuckOptions duck, EngineFor(lake, memory_bytes));
  return OpenDuckEngine(tables, duck);
}

arrow::Result<std::unique_ptr<QueryEngine>> OpenLakeQuery(
    const LakeQueryOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const OpenedLake opened, OpenLake(options.lake, options.stop));
  ARROW_ASSIGN_OR_RAISE(std::vector<QueryTable> tables,
                        ReadTables(options, Lake(opened.store)));
  if (tables.empty()) return NoTables(options.lake.path);
  ARROW_ASSIGN_OR_RAISE(const DuckOptions duck, EngineFor(opened, options.memory_bytes));
  return OpenDuckEngine(tables, duck);
}

arrow::Result<std::unique_ptr<QueryEngine>> OpenVersionQuery(const OpenedLake& lake,
                                                             const Manifest& manifest) {
  ARROW_ASSIGN_OR_RAISE(const QueryTable table, TableFor(Lake(lake.store), manifest));
  ARROW_ASSIGN_OR_RAISE(const DuckOptions duck,
                        EngineFor(lake, LakeQueryOptions{}.memory_bytes));
  return OpenDuckEngine({&table, 1}, duck);
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
