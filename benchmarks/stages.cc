#include "stages.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include <arrow/record_batch.h>

#include "columnar/value_hash.h"
#include "postgres/batch_assembler.h"
#include "stream/object_store.h"

namespace carmilla {
namespace {

// As the planner chooses for the default memory.
constexpr int64_t kRowGroupBytes = 16 << 20;
constexpr int32_t kServerVersion = 150000;

/// Counts bytes and keeps none.
class NullObject : public ObjectWriter {
 public:
  arrow::Status Write(const void*, int64_t nbytes) override {
    bytes_ += nbytes;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override { return bytes_; }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Status Commit() override { return arrow::Status::OK(); }
  uint32_t crc32c() const override { return 0; }

 private:
  int64_t bytes_ = 0;
};

arrow::Result<std::unique_ptr<BatchAssembler>> MakeAssembler(const Recording& recording) {
  CopyRequest request{.columns = recording.columns(), .method = ScanMethod::kStream};
  return BatchAssembler::Make(std::move(request), kServerVersion);
}

}  // namespace

arrow::Result<int64_t> DecodeStage(const Recording& recording) {
  ARROW_ASSIGN_OR_RAISE(const auto assembler, MakeAssembler(recording));
  RecordingStream stream(recording);
  int64_t rows = 0;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, assembler->Next(stream, std::stop_token()));
    if (!batch) return rows;
    rows += batch->rows->num_rows();
  }
}

arrow::Result<Batches> DecodeAll(const Recording& recording) {
  ARROW_ASSIGN_OR_RAISE(const auto assembler, MakeAssembler(recording));
  RecordingStream stream(recording);
  Batches batches;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(auto batch, assembler->Next(stream, std::stop_token()));
    if (!batch) return batches;
    batches.push_back(std::move(batch->rows));
  }
}

arrow::Result<int64_t> EncodeStage(const Recording& recording, const Batches& batches) {
  NullObject output;
  ARROW_ASSIGN_OR_RAISE(
      const auto writer,
      ParquetWriter::Open(SchemaOf(recording.columns()),
                          {.row_group_bytes = kRowGroupBytes, .hints = recording.hints()},
                          &output));
  for (const auto& batch : batches) ARROW_RETURN_NOT_OK(writer->Write(*batch));
  ARROW_RETURN_NOT_OK(writer->Finish());
  return output.Tell();
}

arrow::Result<int64_t> HashStage(const Batches& batches) {
  int64_t rows = 0;
  std::vector<ColumnProof> proofs;
  for (const auto& batch : batches) {
    proofs.resize(static_cast<size_t>(batch->num_columns()));
    ARROW_RETURN_NOT_OK(AddToProofs(batch->columns(), rows, proofs));
    rows += batch->num_rows();
  }
  return rows;
}

}  // namespace carmilla
