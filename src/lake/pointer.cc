#include "lake/pointer.h"

#include "core/error.h"
#include "core/json.h"
#include "lake/json_members.h"
#include "lake/lake_keys.h"

namespace carmilla {
namespace {

template <typename Members, typename AnyPointer>
void DescribePointer(Members& members, AnyPointer& pointer) {
  members.Value("table", pointer.table);
  members.Value("run_id", pointer.run_id);
  members.Value("manifest", pointer.manifest);
  members.Checksum("manifest_crc32c", pointer.manifest_crc32c);
}

arrow::Result<Pointer> Parse(std::string_view json, std::string_view table) {
  const std::string what = "the pointer " + PointerKey(table);
  ARROW_ASSIGN_OR_RAISE(const Json parsed, ParseJson(json, what));
  ARROW_RETURN_NOT_OK(CheckFormat(parsed, Pointer::kFormatVersion, what));
  JsonMemberReader members(parsed, what, Pointer::kFormatVersion);
  Pointer pointer;
  int64_t format = 0;
  members.Value("format", format);
  DescribePointer(members, pointer);
  ARROW_RETURN_NOT_OK(members.Finish());
  if (pointer.table != table) {
    return MakeError(ErrorKind::kCorruptData,
                     "reading " + what + ": it belongs to table " + pointer.table,
                     "was a folder copied or renamed? a table keeps its name");
  }
  if (pointer.manifest != ManifestFileKey(pointer.run_id)) {
    return MakeError(ErrorKind::kCorruptData,
                     "reading " + what + ": it names another run's manifest");
  }
  return pointer;
}

}  // namespace

std::string SerializePointer(const Pointer& pointer) {
  JsonMemberWriter members;
  members.Value("format", Pointer::kFormatVersion);
  DescribePointer(members, pointer);
  return DumpJson(std::move(members).Take(), /*indent=*/1) + "\n";
}

arrow::Result<Pointer> ParsePointer(std::string_view json, std::string_view table) {
  arrow::Result<Pointer> pointer = Parse(json, table);
  if (pointer.ok() || !HintOf(pointer.status()).empty()) return pointer;
  return MakeError(KindOf(pointer.status()), pointer.status().message(),
                   kDamagedPointerHint);
}

}  // namespace carmilla
