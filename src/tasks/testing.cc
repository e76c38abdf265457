#include "carmilla/testing.h"

#include <arrow/record_batch.h>

#include "core/error.h"

namespace carmilla {
namespace {

std::string KeyOf(const internal::ReadRequest& request) {
  return request.query.empty() ? request.schema + "." + request.name : request.query;
}

}  // namespace

/// One batch, or none.
class TestTask::Backend::Reader final : public internal::BatchReader {
 public:
  explicit Reader(std::shared_ptr<arrow::RecordBatch> rows) : rows_(std::move(rows)) {}
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    return std::exchange(rows_, nullptr);
  }

 private:
  std::shared_ptr<arrow::RecordBatch> rows_;
};

class TestTask::Backend::Writer final : public internal::BatchWriter {
 public:
  Writer(Table* table, int64_t* invalid_cells)
      : table_(table), invalid_cells_(invalid_cells) {}

  arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows,
                      const std::string& partition) override {
    ARROW_RETURN_NOT_OK(rows->ValidateFull());
    table_->batches.push_back(rows);
    table_->partitions.push_back(partition);
    return arrow::Status::OK();
  }

  void CountInvalid(const std::string& /*column*/) override { ++*invalid_cells_; }

  arrow::Result<std::vector<internal::WrittenFile>> Finish() override {
    table_->is_complete = true;
    std::vector<internal::WrittenFile> files;
    for (size_t i = 0; i < table_->batches.size(); ++i) {
      if (files.empty() || files.back().partition != table_->partitions[i]) {
        files.push_back({.partition = table_->partitions[i]});
      }
      files.back().rows += table_->batches[i]->num_rows();
    }
    return files;
  }

 private:
  Table* table_;
  int64_t* invalid_cells_;
};

void TestTask::Backend::Put(const internal::ReadRequest& request,
                            arrow::Result<std::shared_ptr<arrow::RecordBatch>> rows) {
  given_[KeyOf(request)] = std::move(rows).ValueOrDie();
}

arrow::Result<TestTask::Batches> TestTask::Backend::WrittenTo(
    const std::string& name) const {
  const auto found = written_.find(name);
  if (found != written_.end() && found->second.is_complete) return found->second.batches;
  return MakeError(ErrorKind::kUnknownRelation, "the task wrote no such table: " + name);
}

std::vector<std::string> TestTask::Backend::PartitionsOf(const std::string& name) const {
  std::vector<std::string> partitions;
  const auto found = written_.find(name);
  if (found == written_.end()) return partitions;
  for (const std::string& partition : found->second.partitions) {
    if (partitions.empty() || partitions.back() != partition) {
      partitions.push_back(partition);
    }
  }
  return partitions;
}

arrow::Result<std::unique_ptr<internal::BatchReader>> TestTask::Backend::Read(
    const internal::ReadRequest& request) {
  const auto found = given_.find(KeyOf(request));
  return std::make_unique<Reader>(found == given_.end() ? nullptr : found->second);
}

arrow::Result<std::unique_ptr<internal::BatchWriter>> TestTask::Backend::Write(
    const internal::WriteRequest& request) {
  const auto [place, is_new] = written_.try_emplace(request.name);
  if (!is_new) {
    return MakeError(ErrorKind::kTask, "writing " + request.name +
                                           ": the task has written a table of this "
                                           "name already");
  }
  return std::make_unique<Writer>(&place->second, &invalid_cells);
}

arrow::Status TestTask::Backend::Reserve(int64_t bytes) {
  reserved_bytes += bytes;
  if (reserved_bytes <= memory_bytes) return arrow::Status::OK();
  return MakeError(ErrorKind::kOutOfMemory, "the task has no more memory");
}

}  // namespace carmilla
