#include "engine/run_report.h"

#include <algorithm>

#include "core/error.h"
#include "core/json.h"
#include "core/quantity.h"
#include "engine/run_report_json.h"

namespace carmilla {
namespace {

/// EX_TEMPFAIL of sysexits(3): try again.
constexpr int kTryAgain = 75;

using Counts = std::vector<std::pair<std::string, int64_t>>;

/// Writes nothing where there is nothing to tell.
void PutCounts(const char* name, const Counts& counts, Json* json) {
  if (counts.empty()) return;
  Json object = Json::object();
  for (const auto& [column, count] : counts) object[column] = count;
  (*json)[name] = std::move(object);
}

arrow::Result<Counts> ReadCounts(const JsonObjectReader& reader, const char* name) {
  Counts counts;
  if (!reader.Has(name)) return counts;
  ARROW_ASSIGN_OR_RAISE(const Json* object, reader.Object(name));
  const JsonObjectReader columns(*object, name);
  for (const auto& [column, value] : object->items()) {
    ARROW_ASSIGN_OR_RAISE(const int64_t count, columns.Integer(column));
    counts.emplace_back(column, count);
  }
  return counts;
}

ErrorKind KindNamed(std::string_view name) {
  for (const ErrorKindInfo& info : ErrorKinds()) {
    if (info.name == name) return info.kind;
  }
  return ErrorKind::kBug;
}

/// Reads the error below `member`, if there is one.
arrow::Status ReadError(const JsonObjectReader& reader, std::string_view member,
                        std::string_view key, arrow::Status* out) {
  if (!reader.Has(member)) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const Json* error, reader.Object(member));
  const JsonObjectReader fields(*error, key);
  ARROW_ASSIGN_OR_RAISE(const std::string kind, fields.String("kind"));
  ARROW_ASSIGN_OR_RAISE(std::string message, fields.String("message"));
  ARROW_ASSIGN_OR_RAISE(std::string hint, fields.String("hint"));
  *out = MakeError(KindNamed(kind), std::move(message), std::move(hint));
  return arrow::Status::OK();
}

arrow::Result<TableOutcome> TableFromJson(const Json& json, std::string_view key) {
  const JsonObjectReader reader(json, key);
  TableOutcome table;
  ARROW_ASSIGN_OR_RAISE(table.name, reader.String("name"));
  ARROW_ASSIGN_OR_RAISE(table.relation, reader.String("relation"));
  if (reader.Has("is_task")) {
    ARROW_ASSIGN_OR_RAISE(table.is_task, reader.Boolean("is_task"));
  }
  ARROW_ASSIGN_OR_RAISE(table.rows, reader.Integer("rows"));
  ARROW_ASSIGN_OR_RAISE(table.files, reader.Integer("files"));
  ARROW_ASSIGN_OR_RAISE(table.bytes, reader.Integer("bytes"));
  ARROW_ASSIGN_OR_RAISE(table.wire_bytes, reader.Integer("wire_bytes"));
  ARROW_ASSIGN_OR_RAISE(table.location, reader.String("location"));
  ARROW_ASSIGN_OR_RAISE(int64_t milliseconds, reader.Integer("milliseconds"));
  table.duration = std::chrono::milliseconds(milliseconds);
  ARROW_ASSIGN_OR_RAISE(table.policy_counts, ReadCounts(reader, "policy_counts"));
  ARROW_ASSIGN_OR_RAISE(table.unusual_years, ReadCounts(reader, "unusual_years"));
  ARROW_RETURN_NOT_OK(ReadError(reader, "error", key, &table.status));
  return table;
}

arrow::Result<std::vector<std::string>> NamesFromJson(const JsonObjectReader& reader,
                                                      std::string_view member,
                                                      std::string_view key) {
  std::vector<std::string> names;
  if (!reader.Has(member)) return names;
  ARROW_ASSIGN_OR_RAISE(const Json* array, reader.Array(member));
  for (const Json& name : *array) {
    if (!name.is_string()) {
      return MakeError(ErrorKind::kCorruptData,
                       "reading " + std::string(key) +
                           ": not a list of names: " + std::string(member));
    }
    names.push_back(name.get<std::string>());
  }
  return names;
}

}  // namespace

bool IsStopped(const arrow::Status& status) {
  if (status.ok()) return false;
  const ErrorKind kind = KindOf(status);
  return kind == ErrorKind::kInterrupted || kind == ErrorKind::kTerminated ||
         kind == ErrorKind::kHungUp;
}

int RunReport::ExitCode() const {
  bool is_failed = false;
  int first_final = 0;
  std::vector<arrow::Status> all;
  for (const TableOutcome& table : tables) all.push_back(table.status);
  all.push_back(catalog_status);
  for (const arrow::Status& status : all) {
    if (status.ok()) continue;
    is_failed = true;
    if (IsStopped(status)) return ExitCodeOf(status);
    if (first_final == 0 && !InfoOf(KindOf(status)).is_retryable) {
      first_final = ExitCodeOf(status);
    }
  }
  if (!is_failed) return 0;
  return first_final != 0 ? first_final : kTryAgain;
}

int64_t RunReport::NumFailed() const {
  return std::ranges::count_if(tables,
                               [](const TableOutcome& t) { return !t.status.ok(); });
}

std::string RunReport::Subject() const {
  const auto count = static_cast<int64_t>(tables.size());
  const auto num_tasks = std::ranges::count_if(tables, &TableOutcome::is_task);
  if (num_tasks == 0) return FormatCount(count, "table");
  if (num_tasks == count) return FormatCount(count, "task");
  return std::to_string(count) + " tables and tasks";
}

Json ToJson(const arrow::Status& error) {
  return {{"kind", InfoOf(KindOf(error)).name},
          {"message", error.message()},
          {"hint", HintOf(error)}};
}

Json ToJson(const TableOutcome& table) {
  Json json{{"name", table.name}, {"relation", table.relation}};
  if (table.is_task) json["is_task"] = true;
  json["status"] = table.status.ok() ? "ok" : "failed";
  if (!table.status.ok()) json["error"] = ToJson(table.status);
  json["rows"] = table.rows;
  json["files"] = table.files;
  json["bytes"] = table.bytes;
  json["wire_bytes"] = table.wire_bytes;
  json["milliseconds"] = table.duration.count();
  json["location"] = table.location;
  PutCounts("policy_counts", table.policy_counts, &json);
  PutCounts("unusual_years", table.unusual_years, &json);
  return json;
}

Json ToJson(const RunReport& report) {
  Json json{{"format", RunReport::kFormatVersion},
            {"run_id", report.run_id},
            {"source", report.source},
            {"consistency", report.consistency},
            {"snapshot", report.snapshot},
            {"milliseconds", report.duration.count()},
            {"exit_code", report.ExitCode()}};
  Json tables = Json::array();
  for (const TableOutcome& table : report.tables) tables.push_back(ToJson(table));
  json["tables"] = std::move(tables);
  if (!report.catalog_status.ok()) json["catalog_error"] = ToJson(report.catalog_status);
  if (!report.not_run.empty()) json["not_run"] = report.not_run;
  if (!report.ignored.empty()) json["ignored"] = report.ignored;
  for (const VanishedTable& table : report.vanished) {
    json["vanished"].push_back(
        {{"name", table.name}, {"relation", table.relation}, {"run_id", table.run_id}});
  }
  return json;
}

std::string SerializeRunReport(const RunReport& report) {
  return DumpJson(ToJson(report), /*indent=*/1) + "\n";
}

arrow::Result<RunReport> ParseRunReport(std::string_view text, std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(text, key));
  const JsonObjectReader reader(json, key);
  ARROW_ASSIGN_OR_RAISE(const int64_t format, reader.Integer("format"));
  if (format > RunReport::kFormatVersion) {
    return MakeError(ErrorKind::kUnsupported,
                     "reading " + std::string(key) +
                         ": written by a newer version, format " + std::to_string(format),
                     "upgrade carmilla");
  }
  RunReport report;
  ARROW_ASSIGN_OR_RAISE(report.run_id, reader.String("run_id"));
  ARROW_ASSIGN_OR_RAISE(report.source, reader.String("source"));
  ARROW_ASSIGN_OR_RAISE(report.consistency, reader.String("consistency"));
  ARROW_ASSIGN_OR_RAISE(report.snapshot, reader.String("snapshot"));
  ARROW_ASSIGN_OR_RAISE(int64_t milliseconds, reader.Integer("milliseconds"));
  report.duration = std::chrono::milliseconds(milliseconds);
  ARROW_ASSIGN_OR_RAISE(const Json* tables, reader.Array("tables"));
  for (const Json& table : *tables) {
    ARROW_ASSIGN_OR_RAISE(TableOutcome outcome, TableFromJson(table, key));
    report.tables.push_back(std::move(outcome));
  }
  ARROW_RETURN_NOT_OK(ReadError(reader, "catalog_error", key, &report.catalog_status));
  ARROW_ASSIGN_OR_RAISE(report.not_run, NamesFromJson(reader, "not_run", key));
  ARROW_ASSIGN_OR_RAISE(report.ignored, NamesFromJson(reader, "ignored", key));
  if (reader.Has("vanished")) {
    ARROW_ASSIGN_OR_RAISE(const Json* vanished, reader.Array("vanished"));
    for (const Json& json_of_table : *vanished) {
      const JsonObjectReader fields(json_of_table, key);
      VanishedTable table;
      ARROW_ASSIGN_OR_RAISE(table.name, fields.String("name"));
      ARROW_ASSIGN_OR_RAISE(table.relation, fields.String("relation"));
      ARROW_ASSIGN_OR_RAISE(table.run_id, fields.String("run_id"));
      report.vanished.push_back(std::move(table));
    }
  }
  return report;
}

}  // namespace carmilla
