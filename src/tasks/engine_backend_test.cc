#include "tasks/engine_backend.h"

#include <optional>
#include <utility>
#include <vector>

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "tasks/unlimited_services.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::ElementsAre;

struct Id {
  int64_t id;
};
CARMILLA_RECORD(Id, id);

/// A run in which nothing can be written.
class FullDisk final : public UnlimitedServices {
 public:
  arrow::Result<std::unique_ptr<BatchSource>> Read(const TaskRead& /*read*/) override {
    return MakeError(ErrorKind::kUnknownRelation, "no such table");
  }
  arrow::Result<std::unique_ptr<TaskWriter>> Write(const TaskTable& /*table*/) override {
    return MakeError(ErrorKind::kDiskFull, "no room");
  }
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

/// A run with `--limit 3` ; tells what it was asked for.
class Taste final : public UnlimitedServices {
 public:
  arrow::Result<std::unique_ptr<BatchSource>> Read(const TaskRead& read) override {
    limits.push_back(read.limit);
    return std::make_unique<Ids>(read.limit);
  }
  arrow::Result<std::unique_ptr<TaskWriter>> Write(const TaskTable& /*table*/) override {
    return std::make_unique<Nowhere>();
  }
  int64_t limit() const override { return 3; }

  std::vector<int64_t> limits;

 private:
  /// Ids from 1 on, up to the limit; two if there is none.
  class Ids final : public BatchSource {
   public:
    explicit Ids(int64_t limit) : rows_(limit < 0 ? 2 : limit) {}
    const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
    arrow::Result<std::optional<SourceBatch>> Next(std::stop_token /*stop*/) override {
      if (rows_ == 0) return std::nullopt;
      arrow::Int64Builder ids;
      for (int64_t id = 1; id <= rows_; ++id) ARROW_RETURN_NOT_OK(ids.Append(id));
      ARROW_ASSIGN_OR_RAISE(auto column, ids.Finish());
      const int64_t rows = std::exchange(rows_, 0);
      return SourceBatch{.rows = arrow::RecordBatch::Make(schema_, rows, {column})};
    }

   private:
    const std::shared_ptr<arrow::Schema> schema_ =
        arrow::schema({arrow::field("id", arrow::int64())});
    int64_t rows_;
  };
  class Nowhere final : public TaskWriter {
   public:
    arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& /*rows*/,
                        const std::string& /*partition*/) override {
      return arrow::Status::OK();
    }
    void CountNull(const std::string& /*column*/, int64_t /*count*/) override {}
    arrow::Result<std::vector<TaskFile>> Finish() override {
      return std::vector<TaskFile>{};
    }
  };
};

struct Order {
  int64_t id;
  struct Columns {
    static constexpr Column<int64_t> id{"id", "bigint"};
    static constexpr Column<Date> day{"day", "date"};
  };
  static constexpr Columns columns{};
  static constexpr Relation kRelation{.schema = "public", .name = "orders"};
};
CARMILLA_MODEL(Order, id);

TEST(EngineBackendTest, ALimitCutsWhatIsStreamedAndNoLookUp) {
  Taste services;
  int64_t met = 0;
  const auto task = [&](Context& context) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto all, context.Load<Order>());
    met = static_cast<int64_t>(all.size());
    return context.Stream<Order>()
        .Filter([](const Order& order) { return order.id > 2; })
        .WriteParquet("large");
  };
  ASSERT_OK(RunTask(task, &services, internal::InvalidValue::kFail));
  EXPECT_EQ(met, 2);
  EXPECT_THAT(services.limits, ElementsAre(-1, 3));
}

TEST(EngineBackendTest, ATableThatHasTheRowsAskedForReadsNoMoreWindows) {
  Taste services;
  const auto task = [&](Context& context) -> arrow::Status {
    return context
        .Windows<Order>(Order::columns.day, Every::kDay, Date::FromDays(0),
                        Date::FromDays(60))
        .WriteParquet("days");
  };
  ASSERT_OK(RunTask(task, &services, internal::InvalidValue::kFail));
  EXPECT_THAT(services.limits, ElementsAre(3));
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
