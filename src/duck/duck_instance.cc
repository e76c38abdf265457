#include "duck/duck_instance.h"

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "duck/sql_text.h"
#include "duck/table_view.h"

namespace carmilla {
namespace {

/// Runs a statement of ours. On failure the status holds DuckDB's message as it is.
arrow::Status Run(duckdb_connection connection, const std::string& sql) {
  DuckRows rows;
  if (Duck().query(connection, sql.c_str(), rows.get()) == DuckDBSuccess) {
    return arrow::Status::OK();
  }
  return arrow::Status::Invalid(Duck().result_error(rows.get()));
}

arrow::Status SetOption(const DuckConfiguration& configuration, const char* name,
                        const std::string& value) {
  if (Duck().set_config(configuration.get(), name, value.c_str()) == DuckDBSuccess) {
    return arrow::Status::OK();
  }
  return MakeError(ErrorKind::kBug, std::string("opening the query engine: option ") +
                                        name + " does not take " + value);
}

}  // namespace

SpillDirectory::SpillDirectory(const std::filesystem::path& parent) {
  if (parent.empty()) return;
  std::error_code ignored;
  is_parent_new_ = std::filesystem::create_directories(parent, ignored);
  // Rows of queries will stand in it, which are nobody else's business.
  path_ = parent / ("carmilla-query-" + std::to_string(getpid()) + "-XXXXXX");
  std::string name = path_.string();
  // Without it only queries that must spill fail, and they say why.
  if (::mkdtemp(name.data()) != nullptr) path_ = name;
}

SpillDirectory::~SpillDirectory() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  if (is_parent_new_) std::filesystem::remove(path_.parent_path(), ignored);
}

arrow::Result<std::shared_ptr<DuckInstance>> DuckInstance::Open(
    std::span<const QueryTable> tables, const DuckOptions& options) {
  auto instance = std::make_shared<DuckInstance>(options);
  ARROW_RETURN_NOT_OK(instance->OpenDatabase(options));
  if (options.bucket) ARROW_RETURN_NOT_OK(instance->ReachBucket(*options.bucket));
  ARROW_RETURN_NOT_OK(instance->CreateViews(tables));
  ARROW_RETURN_NOT_OK(instance->LockDown(options.has_narrow_decimals));
  // Only now: they are the user's, and may read no more than a query.
  ARROW_RETURN_NOT_OK(instance->CreateViewsOfUser(options.views));
  return instance;
}

arrow::Status DuckInstance::OpenDatabase(const DuckOptions& options) {
  ARROW_RETURN_NOT_OK(LoadDuck());
  DuckConfiguration configuration;
  if (Duck().create_config(configuration.Receive()) != DuckDBSuccess) {
    return MakeError(ErrorKind::kOutOfMemory, "opening the query engine: no memory");
  }
  const std::pair<const char*, std::string> settings[] = {
      {"memory_limit", std::to_string(options.memory_bytes) + "B"},
      {"threads", std::to_string(options.threads)},
      {"temp_directory", spill_.path().string()},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"allow_unsigned_extensions", "false"},
      {"allow_persistent_secrets", "false"},
  };
  for (const auto& [name, value] : settings) {
    ARROW_RETURN_NOT_OK(SetOption(configuration, name, value));
  }
  char* message = nullptr;
  if (Duck().open_ext(nullptr, database_.Receive(), configuration.get(), &message) !=
      DuckDBSuccess) {
    const arrow::Status status = DuckError(
        "opening the query engine", message == nullptr ? "unknown" : message, catalog_);
    Duck().free(message);
    return status;
  }
  return arrow::Status::OK();
}

arrow::Result<DuckConnection> DuckInstance::Connect() const {
  DuckConnection connection;
  if (Duck().connect(database_.get(), connection.Receive()) != DuckDBSuccess) {
    return MakeError(ErrorKind::kBug,
                     "opening the query engine: it refused another connection");
  }
  return connection;
}

arrow::Status DuckInstance::ReachBucket(const DuckBucket& bucket) const {
  ARROW_ASSIGN_OR_RAISE(const std::string extension, FindHttpExtension());
  ARROW_ASSIGN_OR_RAISE(const DuckConnection connection, Connect());
  for (const std::string& sql : BucketStatements(bucket, extension)) {
    const arrow::Status status = Run(connection.get(), sql);
    if (status.ok()) continue;
    // What went wrong may repeat the statement, and the statement may hold a key.
    const bool is_load = sql.starts_with("LOAD");
    return MakeError(ErrorKind::kConfiguration,
                     "opening the query engine: it cannot read from buckets" +
                         (is_load ? ": " + status.message() : std::string()),
                     "install Carmilla again; from the sources: tools/setup.sh");
  }
  return arrow::Status::OK();
}

arrow::Status DuckInstance::CreateViews(std::span<const QueryTable> tables) {
  ARROW_ASSIGN_OR_RAISE(const DuckConnection connection, Connect());
  for (const QueryTable& table : tables) {
    catalog_.table_names.push_back(table.name);
    for (const std::string& file : table.files) {
      const auto path = DuckPathOf(file);
      if (!path.ok()) continue;  // CreateView() tells it.
      catalog_.files.emplace(*path, *path);
      catalog_.files.emplace(LiteralDuckPattern(*path), *path);
    }
    const arrow::Status status = CreateView(table, connection.get());
    if (!status.ok()) catalog_.unreadable.emplace(LowerDuckName(table.name), status);
  }
  return arrow::Status::OK();
}

arrow::Status DuckInstance::CreateView(const QueryTable& table,
                                       duckdb_connection connection) {
  ARROW_ASSIGN_OR_RAISE(const std::string sql, CreateViewStatement(table));
  arrow::Status run = Run(connection, sql);
  if (run.ok()) return run;
  arrow::Status status =
      DuckError("opening table " + table.name, run.message(), catalog_);
  if (KindOf(status) != ErrorKind::kQuery) return status;
  // The statement is ours and right, so the file is not what the schema says.
  return MakeError(ErrorKind::kCorruptData, status.message(),
                   "the first file does not have the columns of the table: " +
                       (table.files.empty() ? "" : table.files.front()));
}

arrow::Status DuckInstance::CreateViewsOfUser(std::span<const QueryView> views) {
  ARROW_ASSIGN_OR_RAISE(const DuckConnection connection, Connect());
  for (const QueryView& view : views) {
    arrow::Status status = view.status;
    if (status.ok()) {
      const arrow::Status run =
          Run(connection.get(),
              "CREATE VIEW " + QuoteDuckIdentifier(view.name) + " AS " + view.sql);
      if (!run.ok()) {
        status = DuckError("reading the SQL of " + view.name, run.message(), catalog_);
      }
    }
    if (!status.ok()) catalog_.unreadable.emplace(LowerDuckName(view.name), status);
    catalog_.table_names.push_back(view.name);
  }
  return arrow::Status::OK();
}

arrow::Status DuckInstance::LockDown(bool has_narrow_decimals) const {
  ARROW_ASSIGN_OR_RAISE(const DuckConnection connection, Connect());
  const std::string_view version = has_narrow_decimals ? "1.5" : "1.0";
  // Single files, not directories: inside an allowed directory files could also be
  // created.
  std::string paths;
  for (const auto& [path, file] : catalog_.files) {
    paths += (paths.empty() ? "" : ", ") + QuoteDuckText(path);
  }
  for (const std::string& sql :
       {std::string("SET GLOBAL TimeZone = 'UTC'"),
        "SET GLOBAL arrow_output_version = " + QuoteDuckText(version),
        "SET GLOBAL allowed_paths = CAST([" + paths + "] AS VARCHAR[])",
        std::string("SET GLOBAL enable_external_access = false"),
        std::string("SET GLOBAL lock_configuration = true")}) {
    const arrow::Status status = Run(connection.get(), sql);
    if (!status.ok()) {
      return MakeError(ErrorKind::kBug, "locking the query engine: " + status.message());
    }
  }
  return arrow::Status::OK();
}

}  // namespace carmilla
