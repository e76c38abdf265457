#include "aws/athena_unload.h"

#include <sstream>

#include <arrow/buffer.h>

#include "core/error.h"

namespace carmilla {
namespace {

arrow::Result<std::string> ReadText(arrow::io::RandomAccessFile& file) {
  ARROW_ASSIGN_OR_RAISE(const int64_t size, file.GetSize());
  ARROW_ASSIGN_OR_RAISE(const auto bytes, file.ReadAt(0, size));
  return bytes->ToString();
}

/// A URI as a literal of SQL.
std::string Literal(const std::string& uri) {
  std::string text = "'";
  for (const char letter : uri) text += letter == '\'' ? "''" : std::string(1, letter);
  return text + "'";
}

}  // namespace

arrow::Result<AthenaSelect> AthenaUnload::Describe(const std::string& select,
                                                   const std::stop_token& stop) {
  // A comment of a line may be the last of it.
  ARROW_ASSIGN_OR_RAISE(
      const AthenaExecution execution,
      client_->Run("SELECT * FROM (\n" + select + "\n) AS carmilla_model LIMIT 0", stop));
  if (execution.output.empty()) {
    return MakeError(ErrorKind::kConfiguration,
                     "having Athena write files: the workgroup keeps answers to itself",
                     "name a workgroup that writes them, and a place for them: athena: "
                     "{workgroup: ..., output: s3://...}");
  }
  ARROW_ASSIGN_OR_RAISE(AthenaPage page,
                        client_->ReadPage(execution.id, "", /*num_rows=*/1, stop));
  return AthenaSelect{
      .columns = std::move(page.columns),
      .answers = execution.output.substr(0, execution.output.rfind('/') + 1)};
}

arrow::Result<std::vector<std::string>> AthenaUnload::Run(const std::string& select,
                                                          const std::string& folder,
                                                          const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(
      const AthenaExecution execution,
      client_->Run("UNLOAD (\n" + select + "\n) TO " + Literal(folder) +
                       " WITH (format = 'PARQUET', compression = 'ZSTD')",
                   stop));
  const auto damaged = [&](const std::string& problem) {
    return MakeError(ErrorKind::kCorruptData,
                     "reading the list of files that Athena wrote: " + problem,
                     "run it again");
  };
  if (execution.manifest.empty()) {
    return damaged("it tells none: query " + execution.id);
  }
  ARROW_ASSIGN_OR_RAISE(const auto list, open_object_(execution.manifest));
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadText(*list));
  std::istringstream lines(text);
  std::vector<std::string> files;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    if (!line.starts_with(folder)) return damaged("a file is elsewhere: " + line);
    files.push_back(std::move(line));
  }
  return files;
}

}  // namespace carmilla
