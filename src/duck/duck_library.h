#pragma once

#include <duckdb.h>

#include <string>

#include <arrow/status.h>

namespace carmilla {

// The functions of DuckDB's C interface that we call, without `duckdb_`.
// clang-format off
#define CARMILLA_DUCKDB_FUNCTIONS(F) \
  F(array_type_array_size) F(array_type_child_type) F(close) F(column_count) \
  F(column_logical_type) F(column_name) F(connect) F(create_config) \
  F(data_chunk_get_size) F(data_chunk_get_vector) F(data_chunk_to_arrow) \
  F(decimal_scale) F(decimal_width) F(destroy_arrow_options) F(destroy_config) \
  F(destroy_data_chunk) F(destroy_error_data) F(destroy_extracted) \
  F(destroy_logical_type) F(destroy_pending) F(destroy_prepare) F(destroy_result) \
  F(disconnect) F(enum_dictionary_size) F(enum_dictionary_value) \
  F(error_data_has_error) F(error_data_message) F(execute_pending) \
  F(extract_statements) F(extract_statements_error) F(fetch_chunk) F(free) \
  F(get_type_id) F(interrupt) F(list_type_child_type) F(logical_type_get_alias) \
  F(map_type_key_type) F(map_type_value_type) F(nparams) F(open) F(open_ext) \
  F(pending_error) F(pending_prepared_streaming) F(prepare_error) \
  F(prepare_extracted_statement) F(prepared_statement_column_count) \
  F(prepared_statement_column_logical_type) F(prepared_statement_column_name) \
  F(prepared_statement_type) F(query) F(result_error) F(result_get_arrow_options) \
  F(set_config) F(string_t_data) F(string_t_length) F(struct_type_child_count) \
  F(struct_type_child_name) F(struct_type_child_type) F(to_arrow_schema) \
  F(union_type_member_count) F(union_type_member_name) F(union_type_member_type) \
  F(vector_get_data)
// clang-format on

struct DuckFunctions {
#define CARMILLA_MEMBER(name) decltype(&::duckdb_##name) name = nullptr;
  CARMILLA_DUCKDB_FUNCTIONS(CARMILLA_MEMBER)
#undef CARMILLA_MEMBER
};

/// Loads DuckDB's library, once. It is not linked, because only few commands need it and
/// to bind its symbols takes every one of them 10 ms. Any thread. kConfiguration where
/// there is none.
arrow::Status LoadDuck();

/// After LoadDuck.
const DuckFunctions& Duck();

/// The file that was loaded. After LoadDuck.
std::string DuckLibraryFile();

}  // namespace carmilla
