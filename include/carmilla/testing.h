#pragma once

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/context.h"
#include "carmilla/internal/backend.h"
#include "carmilla/internal/record_writer.h"

namespace carmilla {

/// Runs a task without a database: it reads the rows that a test gives, and the test
/// looks at what it wrote.
///
///     carmilla::TestTask test;
///     test.Give<models::orders>({{.id = 1, .amount = ...}});
///     ASSERT_TRUE(test.Run("combined_orders").ok());
///     const auto written = test.Written<OrderReport>("combined_orders");
///
/// Rows travel through the same columns as in a run, found by their names: a task may
/// read some members, or wider ones, of the struct that was given. Predicates are for the
/// server: every row that was given is read, whatever they say. Rows that no database can
/// have, with a decimal that overflowed or a text that is not UTF-8, fail who reads them.
class TestTask {
 public:
  TestTask() : backend_(std::make_unique<Backend>()), context_(backend_.get()) {}

  Context& context() { return context_; }

  /// The rows of a model's relation or query; a relation that is not given has none.
  template <Model T>
  void Give(const std::vector<T>& rows) {
    Put(internal::RequestFor<T>(), rows);
  }

  /// The rows of a query of the same text, whatever the values of its parameters. One
  /// that is not given fails the task.
  template <typename T>
  void GiveQuery(std::string_view sql, const std::vector<T>& rows) {
    Put(internal::RequestFor<T>(internal::ReadKind::kQuery, "", sql), rows);
  }

  /// The rows of a table of the lake. One that is not given fails the task.
  template <typename T>
  void GiveLake(std::string_view table, const std::vector<T>& rows) {
    Put(internal::RequestFor<T>(internal::ReadKind::kLake, table, ""), rows);
  }

  /// The rows of a query of the same text on Athena. One that is not given fails the
  /// task.
  template <typename T>
  void GiveAthena(std::string_view sql, const std::vector<T>& rows) {
    Put(internal::RequestFor<T>(internal::ReadKind::kAthena, "", sql), rows);
  }

  /// Runs the task of this program that CARMILLA_TASK calls `name`, as a run does: what
  /// it throws is its failure, and its `.on_invalid` holds. Other functions are called
  /// with context(). kUsage if there is no such task.
  arrow::Status Run(std::string_view name);

  /// What was written as table `name`, in order; its views live as long as this object.
  /// T is any struct of a record or a model whose columns, found by their names, are
  /// among those of the table. Fails if they are not, or no such table was completed.
  template <typename T>
  arrow::Result<std::vector<T>> Written(const std::string& name) const {
    ARROW_ASSIGN_OR_RAISE(const auto batches,
                          backend_->WrittenTo(name, *internal::SchemaFor<T>()));
    std::vector<T> all;
    for (const auto& batch : batches) {
      ARROW_RETURN_NOT_OK(internal::CheckBatch<T>(*batch));
      std::vector<T> rows(static_cast<size_t>(batch->num_rows()));
      ARROW_RETURN_NOT_OK(internal::FillRows(*batch, 0, &rows));
      all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
  }

  /// The partitions of a table that was written, in order.
  std::vector<std::string> PartitionsOf(const std::string& name) const {
    return backend_->PartitionsOf(name);
  }

  /// What Reserve has taken so far, in bytes.
  int64_t reserved_bytes() const { return backend_->reserved_bytes; }
  /// Cells without a value that became NULL.
  int64_t invalid_cells() const { return backend_->invalid_cells; }
  void set_memory(int64_t bytes) { backend_->memory_bytes = bytes; }
  void set_on_invalid(internal::InvalidValue value) { backend_->invalid = value; }

 private:
  template <typename T>
  void Put(const internal::ReadRequest& request, const std::vector<T>& rows) {
    internal::RecordWriter<T> writer;
    std::vector<internal::InvalidCell> invalid;
    writer.Append(rows, &invalid);
    backend_->Put(request, writer.Finish(), invalid);
  }

  using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

  class Backend final : public internal::Backend {
   public:
    void Put(const internal::ReadRequest& request,
             arrow::Result<std::shared_ptr<arrow::RecordBatch>> rows,
             const std::vector<internal::InvalidCell>& cells);
    /// With the columns of `schema`, by their names, in its order.
    arrow::Result<Batches> WrittenTo(const std::string& name,
                                     const arrow::Schema& schema) const;
    std::vector<std::string> PartitionsOf(const std::string& name) const;

    arrow::Result<std::unique_ptr<internal::BatchReader>> Read(
        const internal::ReadRequest& request) override;
    arrow::Result<std::unique_ptr<internal::BatchWriter>> Write(
        const internal::WriteRequest& request) override;
    arrow::Status Reserve(int64_t bytes) override;
    std::stop_token stop() const override { return {}; }
    int threads() const override { return 2; }
    internal::InvalidValue on_invalid() const override { return invalid; }
    void OnWriteFailed(const arrow::Status& status) override {
      if (write_status.ok()) write_status = status;
    }

    int64_t memory_bytes = 1 << 30;
    int64_t reserved_bytes = 0;
    internal::InvalidValue invalid = internal::InvalidValue::kFail;
    int64_t invalid_cells = 0;
    arrow::Status write_status;  ///< Of the first table that failed.

   private:
    class Reader;
    class Writer;
    struct Table {
      Batches batches;
      std::vector<std::string> partitions;  ///< Of the batches.
      bool is_complete = false;
    };

    /// Or why there are no such rows.
    std::map<std::string, arrow::Result<std::shared_ptr<arrow::RecordBatch>>> given_;
    std::map<std::string, Table> written_;
  };

  std::unique_ptr<Backend> backend_;
  Context context_;
};

}  // namespace carmilla
