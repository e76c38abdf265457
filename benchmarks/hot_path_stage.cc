// Runs one stage of the hot path over a recording, for a profiler to watch:
//   hot_path_stage decode|encode|hash FOLDER NAME
// prints the rows, and the bytes of what was read and of the file.

#include <cstdio>
#include <string>

#include "core/error.h"
#include "stages.h"

namespace carmilla {
namespace {

arrow::Status Run(const std::string& stage, const std::string& folder,
                  const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const Recording recording, Recording::Load(folder, name));
  int64_t file_bytes = 0;
  if (stage == "decode") {
    ARROW_RETURN_NOT_OK(DecodeStage(recording));
  } else {
    ARROW_ASSIGN_OR_RAISE(const Batches batches, DecodeAll(recording));
    if (stage == "hash") {
      ARROW_RETURN_NOT_OK(HashStage(batches));
    } else if (stage == "encode") {
      ARROW_ASSIGN_OR_RAISE(file_bytes, EncodeStage(recording, batches));
    } else {
      return MakeError(ErrorKind::kUsage, "no such stage: " + stage);
    }
  }
  std::printf("%lld %lld %lld\n", static_cast<long long>(recording.rows()),
              static_cast<long long>(recording.bytes()),
              static_cast<long long>(file_bytes));
  return arrow::Status::OK();
}

}  // namespace
}  // namespace carmilla

int main(int argc, char** argv) {
  const arrow::Status status =
      argc == 4 ? carmilla::Run(argv[1], argv[2], argv[3])
                : arrow::Status::Invalid("hot_path_stage decode|encode|hash FOLDER NAME");
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
