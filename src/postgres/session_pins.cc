#include "postgres/session_pins.h"

#include "postgres/identifier.h"

namespace carmilla {
namespace {

constexpr int32_t kVersion11 = 110000;
constexpr int32_t kVersion14 = 140000;
constexpr int32_t kVersion17 = 170000;

// How pg_settings shows a list without members.
constexpr char kEmptyList[] = "\"\"";

// application_name is cut at 63 bytes and takes printable ASCII only.
std::string ApplicationName(const std::string& run_id) {
  constexpr size_t kMaximumBytes = 63;
  std::string name = "carmilla/" + run_id;
  for (char& character : name) {
    if (character < 0x20 || character > 0x7E) character = '?';
  }
  return name.substr(0, kMaximumBytes);
}

}  // namespace

std::vector<PinnedSetting> PinnedSettings(int32_t version_number,
                                          const ConnectionSettings& settings) {
  std::vector<PinnedSetting> pins{
      // First, lest a tiny limit of the role ends the batch.
      {"statement_timeout", "0"},
      {"lock_timeout", std::to_string(settings.lock_timeout.count())},
      {"idle_in_transaction_session_timeout", "60000"},
      {"application_name", ApplicationName(settings.run_id)},
      {"search_path", kEmptyList},
      // What could hide rows.
      {"row_security", "off"},
      {"gin_fuzzy_search_limit", "0"},
      {"transform_null_equals", "off"},
      // What could write.
      {"default_transaction_read_only", "on"},
      {"default_transaction_isolation", "read committed"},
      {"default_transaction_deferrable", "off"},
      // What could change text.
      {"client_encoding", "UTF8"},
      {"TimeZone", "UTC"},
      {"DateStyle", "ISO, MDY"},
      {"IntervalStyle", "iso_8601"},
      {"extra_float_digits", "1"},
      {"bytea_output", "hex"},
      {"xmlbinary", "base64"},
      {"xmloption", "content"},
      {"quote_all_identifiers", "off"},
      {"standard_conforming_strings", "on"},
      {"array_nulls", "on"},
      // What could change the order of rows, or take more of the server than one process.
      {"synchronize_seqscans", "off"},
      {"enable_seqscan", "on"},
      {"enable_tidscan", "on"},
      {"max_parallel_workers_per_gather", "0"},
      {"exit_on_error", "off"},
  };
  if (version_number >= kVersion11) pins.emplace_back("jit", "off");
  if (version_number >= kVersion14) pins.emplace_back("idle_session_timeout", "0");
  if (version_number >= kVersion17) pins.emplace_back("transaction_timeout", "0");
  return pins;
}

std::vector<PinnedSetting> RequiredSettings() {
  return {{"zero_damaged_pages", "off"},
          {"ignore_checksum_failure", "off"},
          {"integer_datetimes", "on"}};
}

arrow::Result<std::string> PinStatements(const std::vector<PinnedSetting>& pins) {
  std::string batch;
  for (const auto& [name, value] : pins) {
    ARROW_ASSIGN_OR_RAISE(const std::string literal,
                          QuoteLiteral(value == kEmptyList ? "" : value));
    batch.append("SET ").append(name).append(" = ").append(literal).append(";");
  }
  return batch;
}

}  // namespace carmilla
