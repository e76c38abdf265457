#include "aws/glue_format.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/crc32c.h"
#include "core/letter_case.h"

namespace carmilla {
namespace {

// Limits of Column and TableInput in the API's reference, in bytes.
constexpr size_t kLongestComment = 255;
constexpr size_t kLongestDescription = 2048;

constexpr std::string_view kParquetInput =
    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat";
constexpr std::string_view kParquetOutput =
    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat";
constexpr std::string_view kParquetSerde =
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

// One line of at most `limit` bytes that ends with a whole character of UTF-8.
std::string OneLine(std::string text, size_t limit) {
  for (char& letter : text) {
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) letter = ' ';
  }
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text;
}

Json Columns(const std::vector<CatalogColumn>& columns) {
  Json list = Json::array();
  for (const CatalogColumn& column : columns) {
    Json one = {{"Name", LowerCase(column.name)}, {"Type", column.type}};
    if (!column.comment.empty())
      one["Comment"] = OneLine(column.comment, kLongestComment);
    list.push_back(std::move(one));
  }
  return list;
}

Json StorageDescriptor(const CatalogTable& table, const std::string& location) {
  return {{"Columns", Columns(table.columns)},
          {"Location", location},
          {"InputFormat", kParquetInput},
          {"OutputFormat", kParquetOutput},
          {"Compressed", false},
          {"NumberOfBuckets", -1},
          {"SerdeInfo",
           {{"SerializationLibrary", kParquetSerde},
            {"Parameters", {{"serialization.format", "1"}}}}},
          {"BucketColumns", Json::array()},
          {"SortColumns", Json::array()},
          {"Parameters", Json::object()},
          {"StoredAsSubDirectories", false}};
}

// The names that Hive's engines read for their estimates.
void AddStatistics(const CatalogStatistics& statistics, Json* parameters) {
  (*parameters)["numFiles"] = std::to_string(statistics.files);
  (*parameters)["numRows"] = std::to_string(statistics.rows);
  (*parameters)["totalSize"] = std::to_string(statistics.bytes);
}

// Parameters by which engines would look for files or rows elsewhere than we say.
bool SteersEngines(std::string_view name) {
  return name.starts_with("projection.") || name.starts_with("skip.") ||
         name == "storage.location.template";
}

// Tells partitions that were written with other columns.
std::string ColumnsFingerprint(const CatalogTable& table) {
  const std::string text = DumpJson(Columns(table.columns));
  std::array<char, 9> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x",
                ExtendCrc32c(0, text.data(), text.size()));
  return digits.data();
}

}  // namespace

Json GlueTableInput(const CatalogTable& table) {
  Json parameters = {{"EXTERNAL", "TRUE"},
                     {"classification", "parquet"},
                     {kGlueTableMarker, table.table},
                     {kGlueRunMarker, table.run_id},
                     {"carmilla.source", OneLine(table.source, kLongestDescription)}};
  AddStatistics(table.statistics, &parameters);
  Json input = {{"Name", table.table},
                {"TableType", "EXTERNAL_TABLE"},
                {"Retention", 0},
                {"PartitionKeys", Columns(table.partition_columns)},
                {"StorageDescriptor", StorageDescriptor(table, table.location)},
                {"Parameters", std::move(parameters)}};
  if (!table.comment.empty()) {
    input["Description"] = OneLine(table.comment, kLongestDescription);
  }
  return input;
}

Json GluePartitionInput(const CatalogTable& table, const CatalogPartition& partition) {
  Json parameters = {{"classification", "parquet"},
                     {"carmilla.columns", ColumnsFingerprint(table)}};
  AddStatistics(partition.statistics, &parameters);
  return {{"Values", partition.values},
          {"StorageDescriptor", StorageDescriptor(table, partition.location)},
          {"Parameters", std::move(parameters)}};
}

bool GlueShows(const Json& shown, const Json& wanted) {
  if (wanted.is_object()) {
    if (!shown.is_object()) return false;
    return std::ranges::all_of(wanted.items(), [&shown](const auto& member) {
      const auto found = shown.find(member.key());
      // The API leaves out what is empty.
      if (found == shown.end()) return member.value().empty();
      return GlueShows(*found, member.value());
    });
  }
  if (wanted.is_array()) {
    return shown.is_array() &&
           std::ranges::equal(shown, wanted, [](const Json& one, const Json& other) {
             return GlueShows(one, other);
           });
  }
  return shown == wanted;
}

Json KeepOtherParameters(Json input, const Json& shown) {
  const auto parameters = shown.find("Parameters");
  if (parameters == shown.end() || !parameters->is_object()) return input;
  for (const auto& [name, value] : parameters->items()) {
    if (SteersEngines(name) || input["Parameters"].contains(name)) continue;
    input["Parameters"][name] = value;
  }
  return input;
}

}  // namespace carmilla
