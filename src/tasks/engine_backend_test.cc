#include "tasks/engine_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

struct Id {
  int64_t id;
};
CARMILLA_RECORD(Id, id);

/// A run in which nothing can be written.
class FullDisk final : public TaskServices {
 public:
  arrow::Result<std::unique_ptr<BatchSource>> Read(const TaskRead& /*read*/) override {
    return MakeError(ErrorKind::kUnknownRelation, "no such table");
  }
  arrow::Result<std::unique_ptr<TaskWriter>> Write(const TaskTable& /*table*/) override {
    return MakeError(ErrorKind::kDiskFull, "no room");
  }
  arrow::Status Reserve(int64_t /*bytes*/) override { return arrow::Status::OK(); }
  std::stop_token stop() const override { return {}; }
  int64_t limit() const override { return -1; }
  int threads() const override { return 1; }
};

TEST(EngineBackendTest, ATableThatCouldNotBeWrittenFailsTheTaskThatHidesIt) {
  FullDisk services;
  const auto hides = [](Context& context) {
    const WriteResult ignored = context.From(std::vector<Id>{{1}}).WriteParquet("ids");
    return arrow::Status::OK();
  };
  EXPECT_THAT(RunTask(hides, &services, internal::InvalidValue::kFail),
              HasKind(ErrorKind::kDiskFull));
}

TEST(EngineBackendTest, AnUnknownCompressionIsNamed) {
  FullDisk services;
  const auto status = RunTask(
      [](Context& context) -> arrow::Status {
        return context.From(std::vector<Id>{{1}})
            .WriteParquet("ids", {.compression = "zst"});
      },
      &services, internal::InvalidValue::kFail);
  EXPECT_THAT(status, HasKind(ErrorKind::kTask));
  EXPECT_EQ(HintOf(status), "did you mean \"zstd\"?");
}

}  // namespace
}  // namespace carmilla
