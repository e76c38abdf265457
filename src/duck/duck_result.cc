#include "duck/duck_result.h"

#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <optional>
#include <stop_token>
#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr std::string_view kDoing = "running the query";

arrow::Status Interrupted() {
  return MakeError(ErrorKind::kInterrupted, "running the query: interrupted");
}

/// DuckDB fills in an error object, or none, and the caller owns it.
arrow::Status StatusOf(duckdb_error_data data, const DuckCatalog& catalog) {
  const DuckErrorData error(data);
  if (error.get() == nullptr || !Duck().error_data_has_error(error.get())) {
    return arrow::Status::OK();
  }
  return DuckError("reading the result", Duck().error_data_message(error.get()), catalog);
}

}  // namespace

DuckResult::DuckResult(std::shared_ptr<DuckInstance> instance, DuckConnection connection,
                       std::vector<std::string> type_names)
    : instance_(std::move(instance)),
      connection_(std::move(connection)),
      type_names_(std::move(type_names)) {}

arrow::Status DuckResult::Start(const DuckPrepared& prepared,
                                const std::stop_token& stop) {
  DuckPending pending;
  if (Duck().pending_prepared_streaming(prepared.get(), pending.Receive()) !=
      DuckDBSuccess) {
    return DuckError(kDoing, Duck().pending_error(pending.get()), instance_->catalog());
  }
  {
    // Starting a statement clears an earlier interrupt, so the request is looked at only
    // now.
    const std::stop_callback interrupt(stop,
                                       [this] { Duck().interrupt(connection_.get()); });
    if (Duck().execute_pending(pending.get(), rows_.get()) != DuckDBSuccess) {
      if (stop.stop_requested()) return Interrupted();
      return DuckError(kDoing, Duck().result_error(rows_.get()), instance_->catalog());
    }
  }
  return ReadSchema();
}

arrow::Status DuckResult::ReadSchema() {
  arrow_options_ = DuckArrowOptions(Duck().result_get_arrow_options(rows_.get()));
  const idx_t num_columns = Duck().column_count(rows_.get());
  std::vector<DuckLogicalType> owned_types;
  std::vector<duckdb_logical_type> types;
  std::vector<const char*> names;
  for (idx_t i = 0; i < num_columns; ++i) {
    owned_types.emplace_back(Duck().column_logical_type(rows_.get(), i));
    types.push_back(owned_types.back().get());
    names.push_back(Duck().column_name(rows_.get(), i));
  }
  ArrowSchema schema = {};
  ARROW_RETURN_NOT_OK(StatusOf(Duck().to_arrow_schema(arrow_options_.get(), types.data(),
                                                      names.data(), num_columns, &schema),
                               instance_->catalog()));
  return arrow::ImportSchema(&schema).Value(&schema_);
}

arrow::Result<DuckChunk> DuckResult::Fetch(const std::stop_token& stop) {
  if (stop.stop_requested()) return Interrupted();
  const std::stop_callback interrupt(stop,
                                     [this] { Duck().interrupt(connection_.get()); });
  DuckChunk chunk(Duck().fetch_chunk(*rows_.get()));
  if (chunk.get() != nullptr) return chunk;
  const char* message = Duck().result_error(rows_.get());
  if (message == nullptr) return chunk;
  if (stop.stop_requested()) return Interrupted();
  return DuckError(kDoing, message, instance_->catalog());
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> DuckResult::Next(
    std::stop_token stop) {
  while (!is_finished_) {
    auto fetched = Fetch(stop);
    is_finished_ = !fetched.ok() || fetched->get() == nullptr;
    ARROW_RETURN_NOT_OK(fetched.status());
    const DuckChunk chunk = std::move(fetched).ValueUnsafe();
    if (is_finished_ || Duck().data_chunk_get_size(chunk.get()) == 0) continue;
    ArrowArray array = {};
    ARROW_RETURN_NOT_OK(
        StatusOf(Duck().data_chunk_to_arrow(arrow_options_.get(), chunk.get(), &array),
                 instance_->catalog()));
    return arrow::ImportRecordBatch(&array, schema_);
  }
  return nullptr;
}

}  // namespace carmilla
