#include "recording.h"

#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>

#include "core/error.h"
#include "core/json.h"
#include "postgres/copy_format.h"
#include "types/type_mapping.h"

namespace carmilla {
namespace {

arrow::Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream contents;
  contents << file.rdbuf();
  if (!file) return MakeError(ErrorKind::kNotFound, "reading a recording: " + path);
  return std::move(contents).str();
}

std::shared_ptr<const PostgresType> TypeNamed(const Json& type) {
  PostgresType described{.oid = type["oid"].get<uint32_t>(),
                         .schema = "pg_catalog",
                         .name = type["name"].get<std::string>()};
  if (const auto element = type.find("element"); element != type.end()) {
    described.kind = PostgresTypeKind::kArray;
    described.element = TypeNamed(*element);
  }
  return std::make_shared<const PostgresType>(std::move(described));
}

}  // namespace

arrow::Result<Recording> Recording::Load(const std::string& folder,
                                         const std::string& name) {
  Recording recording;
  ARROW_ASSIGN_OR_RAISE(recording.contents_, ReadFile(folder + "/" + name + ".copy"));
  ARROW_RETURN_NOT_OK(recording.ReadColumns(folder + "/" + name + ".json"));
  ARROW_RETURN_NOT_OK(recording.CutIntoMessages());
  return recording;
}

arrow::Status Recording::ReadColumns(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadFile(path));
  ARROW_ASSIGN_OR_RAISE(const Json columns, ParseJson(text, path));
  for (const Json& column : columns) {
    const auto name = column["name"].get<std::string>();
    const auto type = TypeNamed(column["type"]);
    ARROW_ASSIGN_OR_RAISE(auto mapping,
                          MapType(*type, column["typmod"].get<int32_t>(), name));
    columns_.push_back({.name = name, .mapping = std::move(mapping)});
    hints_.push_back({.distinct_values = column["distinct_values"].get<double>(),
                      .correlation = column["correlation"].get<double>(),
                      .is_json = type->name == "jsonb"});
  }
  return arrow::Status::OK();
}

/// A file of a copy is its messages behind each other: only the fields' lengths tell
/// where a row ends.
arrow::Status Recording::CutIntoMessages() {
  const char* const end = contents_.data() + contents_.size();
  const char* message = contents_.data();
  const char* next = message + kCopyHeaderBytes;
  while (end - next >= 2) {
    const int16_t num_fields = LoadInt16(next);
    next += 2;
    for (int16_t field = 0; field < num_fields && end - next >= 4; ++field) {
      const int32_t size = LoadInt32(next);
      next += 4 + std::max(size, 0);
    }
    if (next > end) break;
    messages_.emplace_back(message, static_cast<size_t>(next - message));
    message = next;
    if (num_fields == kCopyTrailer) return arrow::Status::OK();
  }
  return MakeError(ErrorKind::kCorruptData, "a recording ends before its trailer");
}

}  // namespace carmilla
