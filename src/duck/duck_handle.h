#pragma once

#include <memory>
#include <utility>

#include "duck/duck_library.h"

namespace carmilla {

/// Owns one handle of DuckDB's C interface and gives it back with the function that
/// belongs to it.
template <typename Handle, void (*DuckFunctions::*kDestroy)(Handle*)>
class DuckHandle {
 public:
  DuckHandle() = default;
  explicit DuckHandle(Handle handle) : handle_(handle) {}
  DuckHandle(DuckHandle&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)) {}
  DuckHandle& operator=(DuckHandle&& other) noexcept {
    if (this != &other) {
      Reset();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~DuckHandle() { Reset(); }

  Handle get() const { return handle_; }

  /// Gives back what is held; returns where a C function puts its result.
  Handle* Receive() {
    Reset();
    return &handle_;
  }

 private:
  void Reset() {
    if (handle_ != nullptr) (Duck().*kDestroy)(&handle_);
    handle_ = nullptr;
  }

  Handle handle_ = nullptr;
};

using DuckDatabase = DuckHandle<duckdb_database, &DuckFunctions::close>;
using DuckConfiguration = DuckHandle<duckdb_config, &DuckFunctions::destroy_config>;
using DuckConnection = DuckHandle<duckdb_connection, &DuckFunctions::disconnect>;
using DuckStatements =
    DuckHandle<duckdb_extracted_statements, &DuckFunctions::destroy_extracted>;
using DuckPrepared =
    DuckHandle<duckdb_prepared_statement, &DuckFunctions::destroy_prepare>;
using DuckPending = DuckHandle<duckdb_pending_result, &DuckFunctions::destroy_pending>;
using DuckChunk = DuckHandle<duckdb_data_chunk, &DuckFunctions::destroy_data_chunk>;
using DuckLogicalType =
    DuckHandle<duckdb_logical_type, &DuckFunctions::destroy_logical_type>;
using DuckArrowOptions =
    DuckHandle<duckdb_arrow_options, &DuckFunctions::destroy_arrow_options>;
using DuckErrorData = DuckHandle<duckdb_error_data, &DuckFunctions::destroy_error_data>;

struct FreeDuckText {
  void operator()(const char* text) const {
    Duck().free(const_cast<char*>(text));  // NOLINT: C takes it back without const.
  }
};
/// Owns a text that DuckDB allocated.
using DuckText = std::unique_ptr<const char, FreeDuckText>;

/// Owns a duckdb_result, the one C structure that is no pointer.
class DuckRows {
 public:
  DuckRows() = default;
  DuckRows(const DuckRows&) = delete;
  DuckRows& operator=(const DuckRows&) = delete;
  ~DuckRows() { Duck().destroy_result(&result_); }

  duckdb_result* get() { return &result_; }

 private:
  duckdb_result result_ = {};
};

}  // namespace carmilla
