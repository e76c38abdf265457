#include "lake/manifest.h"

#include <arrow/type.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/json.h"
#include "core/run_id.h"
#include "lake/lake.h"
#include "lake/lake_keys.h"
#include "lake/manifest_format.h"
#include "stream/object_key.h"
#include "types/arrow_type_text.h"

namespace carmilla {
namespace {

std::string ProblemOfFile(const Manifest& manifest, const DataFile& file) {
  if (!CheckObjectKey(file.key).ok()) return "is no key";
  if (file.rows < 0 || file.bytes < 0) return "has a negative size";
  if (file.columns.size() != manifest.columns.size()) {
    return "has proofs of another number of columns";
  }
  for (const ColumnProof& proof : file.columns) {
    if (proof.nulls < 0 || proof.nulls > file.rows) return "has more nulls than rows";
  }
  if (!std::ranges::equal(file.partition, manifest.partition_columns, {},
                          &std::pair<std::string, std::string>::first)) {
    return "has other partition columns than the table";
  }
  return "";
}

std::string ProblemOfFiles(const Manifest& manifest) {
  std::set<std::string> keys;
  std::set<std::string> stable_keys;
  for (const DataFile& file : manifest.files) {
    const std::string problem = ProblemOfFile(manifest, file);
    if (!problem.empty()) return "the file \"" + file.key + "\" " + problem;
    if (!keys.insert(file.key).second) {
      return "the file \"" + file.key + "\" is named twice";
    }
    if (IsStableFile(file.key) &&
        !stable_keys.insert(Lake::StableKey(manifest.table, file.partition)).second) {
      return "the stable layout has room for one file, not for \"" + file.key + "\" too";
    }
  }
  return "";
}

}  // namespace

int64_t Manifest::TotalRows() const {
  int64_t rows = 0;
  for (const DataFile& file : files) rows += file.rows;
  return rows;
}

int64_t Manifest::TotalBytes() const {
  int64_t bytes = 0;
  for (const DataFile& file : files) bytes += file.bytes;
  return bytes;
}

std::string ProblemOf(const Manifest& manifest) {
  if (!Lake::CheckTableName(manifest.table).ok())
    return "the table's name is not allowed";
  if (!IsRunId(manifest.run_id)) return "the run id is none";
  const std::string& previous = manifest.previous_run_id;
  if (!previous.empty() && (!IsRunId(previous) || previous == manifest.run_id)) {
    return "the previous run id is none";
  }
  return ProblemOfFiles(manifest);
}

std::string SerializeManifest(const Manifest& manifest) {
  JsonMemberWriter members;
  members.Value("format", Manifest::kFormatVersion);
  DescribeManifest(members, manifest);
  return DumpJson(std::move(members).Take(), /*indent=*/1) + "\n";
}

arrow::Result<Manifest> ParseManifest(std::string_view json, std::string_view key) {
  const std::string what = "the manifest " + std::string(key);
  ARROW_ASSIGN_OR_RAISE(const Json parsed, ParseJson(json, what));
  ARROW_RETURN_NOT_OK(CheckFormat(parsed, Manifest::kFormatVersion, what));
  ARROW_ASSIGN_OR_RAISE(int64_t format, JsonObjectReader(parsed, what).Integer("format"));
  JsonMemberReader members(parsed, what, format);
  Manifest manifest;
  members.Value("format", format);
  DescribeManifest(members, manifest);
  ARROW_RETURN_NOT_OK(members.Finish());
  const std::string problem = ProblemOf(manifest);
  if (!problem.empty()) {
    return MakeError(ErrorKind::kCorruptData, "reading " + what + ": " + problem);
  }
  return manifest;
}

arrow::Result<std::shared_ptr<arrow::Schema>> SchemaOf(const Manifest& manifest) {
  arrow::FieldVector fields;
  for (const ManifestColumn& column : manifest.columns) {
    auto type = ParseArrowType(column.arrow_type);
    if (!type.ok()) {
      return WithContext(type.status(), "reading the manifest of run " + manifest.run_id +
                                            " of table " + manifest.table);
    }
    fields.push_back(arrow::field(column.name, *std::move(type)));
  }
  return arrow::schema(std::move(fields));
}

}  // namespace carmilla
