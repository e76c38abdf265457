#include "postgres/batch_assembler.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "core/error.h"
#include "core/quantity.h"
#include "postgres/copy_format.h"

namespace carmilla {
namespace {

constexpr int64_t kFirstRoom = 1024;
constexpr int64_t kSmallestRoom = 16;
// A guess before the first batch: fields of a few bytes with their share of offsets.
constexpr int64_t kGuessedFieldBytes = 16;
constexpr int64_t kLengthBytes = 4;

arrow::Status Corrupt(std::string problem) {
  return MakeError(
      ErrorKind::kCorruptData, std::move(problem),
      "the server, or something between, does not follow PostgreSQL's binary "
      "COPY format");
}

bool SelectsCtid(const CopyRequest& request) {
  return request.method != ScanMethod::kStream;
}

}  // namespace

BatchAssembler::BatchAssembler(CopyRequest request)
    : request_(std::move(request)),
      max_row_bytes_(request_.max_row_bytes > 0 ? request_.max_row_bytes
                                                : std::numeric_limits<int64_t>::max()),
      schema_(SchemaOf(request_.columns)),
      counts_(request_.columns.size()) {
  const auto num_columns = static_cast<int64_t>(request_.columns.size());
  num_fields_ = static_cast<int16_t>(num_columns + (SelectsCtid(request_) ? 1 : 0));
  const int64_t guess = request_.batch_bytes / (kGuessedFieldBytes * (num_columns + 1));
  expected_rows_ = std::clamp(guess, kSmallestRoom, kFirstRoom);
}

arrow::Result<std::unique_ptr<BatchAssembler>> BatchAssembler::Make(
    CopyRequest request, int32_t server_version) {
  if (request.batch_rows < 1 || request.batch_bytes < 1) {
    return MakeError(ErrorKind::kBug, "a batch must have room for a row");
  }
  if (SelectsCtid(request) && request.ranges.empty()) {
    return MakeError(ErrorKind::kBug, "a scan by ctid needs ranges");
  }
  std::unique_ptr<BatchAssembler> assembler(new BatchAssembler(std::move(request)));
  const CopyRequest& kept = assembler->request_;
  if (SelectsCtid(kept)) assembler->cursor_.emplace(kept.ranges);
  for (size_t index = 0; index < kept.columns.size(); ++index) {
    const CopyColumn& column = kept.columns[index];
    ARROW_ASSIGN_OR_RAISE(
        auto decoder,
        MakeColumnDecoder(column.mapping, {.column = column.name,
                                           .policies = column.policies,
                                           .counts = &assembler->counts_[index],
                                           .expansion = &assembler->expansion_,
                                           .server_version = server_version}));
    assembler->decoders_.push_back(std::move(decoder));
  }
  return assembler;
}

arrow::Result<std::optional<SourceBatch>> BatchAssembler::Next(
    RowStream& stream, const std::stop_token& stop) {
  for (;;) {
    if (!has_row_) {
      ARROW_ASSIGN_OR_RAISE(const bool has_row, Fetch(stream, stop));
      if (!has_row) break;
    }
    if (batch_rows_ > 0 && !FitsBatch()) return FinishBatch();
    const arrow::Status status = AppendRow();
    if (!status.ok()) return Explain(status);
  }
  if (batch_rows_ > 0) return FinishBatch();
  return std::nullopt;
}

/// Reads the next row into row_; false at the end of the copy.
arrow::Result<bool> BatchAssembler::Fetch(RowStream& stream,
                                          const std::stop_token& stop) {
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const std::optional<std::string_view> message,
                          stream.Next(stop));
    if (!message.has_value()) return CheckEnd(stream);
    wire_bytes_ += static_cast<int64_t>(message->size());
    std::string_view row = *message;
    if (!has_header_) [[unlikely]] {
      ARROW_ASSIGN_OR_RAISE(row, SkipHeader(row));
      if (row.empty()) continue;  // servers send it alone or before the first row
    }
    const arrow::Status status = TakeApart(row);
    if (!status.ok()) return WithContext(status, Reading());
    if (has_row_) return true;
  }
}

/// Returns what follows the header.
arrow::Result<std::string_view> BatchAssembler::SkipHeader(std::string_view message) {
  if (message.size() < kCopyHeaderBytes || !message.starts_with(kCopySignature)) {
    return WithContext(Corrupt("the stream has no signature of a binary copy"),
                       Reading());
  }
  const uint32_t flags = LoadUint32(message.data() + kCopySignature.size());
  const uint32_t extension = LoadUint32(message.data() + kCopySignature.size() + 4);
  message.remove_prefix(kCopyHeaderBytes);
  if ((flags & kCopyCriticalFlags) != 0) {
    return WithContext(Corrupt("the stream has unknown flags"), Reading());
  }
  if (extension > message.size()) {
    return WithContext(Corrupt("the stream's header is longer than its message"),
                       Reading());
  }
  message.remove_prefix(extension);
  has_header_ = true;
  return message;
}

/// Always false (no row) or an error: a short answer must not pass for a whole one.
arrow::Result<bool> BatchAssembler::CheckEnd(const RowStream& stream) const {
  if (!has_trailer_) {
    return WithContext(Corrupt("the stream ended without its trailer"), Reading());
  }
  const int64_t reported = stream.reported_rows();
  if (reported >= 0 && reported != rows_read_) {
    return MakeError(ErrorKind::kBug, Reading() + ": " + FormatCount(rows_read_) +
                                          " rows were read, but the server sent " +
                                          FormatCount(reported));
  }
  return false;
}

/// Sets row_, or has_trailer_.
arrow::Status BatchAssembler::TakeApart(std::string_view message) {
  if (message.size() < sizeof(int16_t)) [[unlikely]] {
    return Corrupt("a row has no number of fields");
  }
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size was looked at.
  const int16_t num_fields = LoadInt16(message.data());
  message.remove_prefix(sizeof num_fields);
  if (num_fields != num_fields_ || has_trailer_) [[unlikely]] {
    return TakeTrailer(message, num_fields);
  }
  row_.fields = message;
  has_row_ = true;
  ++rows_read_;
  if (cursor_.has_value()) ARROW_RETURN_NOT_OK(TakeCtid());
  if (std::cmp_greater(row_.fields.size(), max_row_bytes_)) [[unlikely]] {
    return RowTooLarge();
  }
  return arrow::Status::OK();
}

arrow::Status BatchAssembler::TakeTrailer(std::string_view message, int16_t num_fields) {
  if (has_trailer_) return Corrupt("a message follows the trailer");
  if (num_fields != kCopyTrailer) {
    return Corrupt("a row has " + std::to_string(num_fields) + " fields instead of " +
                   std::to_string(num_fields_));
  }
  has_trailer_ = true;
  return message.empty() ? arrow::Status::OK() : Corrupt("the trailer is too long");
}

arrow::Status BatchAssembler::TakeCtid() {
  constexpr size_t kFieldBytes = kLengthBytes + kCtidBytes;
  const std::string_view fields = row_.fields;
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size is looked at.
  if (fields.size() < kFieldBytes || LoadInt32(fields.data()) != kCtidBytes) {
    return Corrupt("a row has no ctid");
  }
  row_.block = LoadUint32(fields.data() + kLengthBytes);
  row_.offset = LoadUint16(fields.data() + kLengthBytes + 4);
  row_.fields.remove_prefix(kFieldBytes);
  const arrow::Result<int32_t> range = cursor_->Locate(row_.block);
  if (range.ok()) [[likely]] {
    row_.range = *range;
    return arrow::Status::OK();
  }
  if (request_.where.empty()) return range.status();
  return MakeError(ErrorKind::kUnsupported, range.status().message(),
                   "the table's where: makes the server read in another order; write it "
                   "without joins and subqueries, or use `carmilla extract --query`");
}

arrow::Status BatchAssembler::RowTooLarge() const {
  return MakeError(
      ErrorKind::kRowTooLarge,
      RowPlace() + " has " + FormatBytes(static_cast<int64_t>(row_.fields.size())) +
          ", more than fits the memory budget, " + FormatBytes(max_row_bytes_),
      "raise memory:, leave wide columns out with columns:, or exclude the row "
      "with where:");
}

/// Decides by the rows since the start of the range alone, so that files do not depend on
/// who reads them; ctid does not count.
bool BatchAssembler::FitsBatch() const {
  const int64_t bytes =
      batch_bytes_ + expansion_.bytes + static_cast<int64_t>(row_.fields.size());
  return row_.range == batch_range_ && batch_rows_ < request_.batch_rows &&
         bytes <= request_.batch_bytes;
}

void BatchAssembler::StartBatch() {
  batch_range_ = row_.range;
  batch_bytes_ = 0;
  expansion_.bytes = 0;
  room_ = 0;
}

arrow::Status BatchAssembler::MakeRoom() {
  room_ = std::min(room_ == 0 ? expected_rows_ : 2 * room_, request_.batch_rows);
  for (const auto& decoder : decoders_) ARROW_RETURN_NOT_OK(decoder->Reserve(room_));
  return arrow::Status::OK();
}

arrow::Status BatchAssembler::AppendRow() {
  if (batch_rows_ == 0) StartBatch();
  if (batch_rows_ == room_) ARROW_RETURN_NOT_OK(MakeRoom());
  const auto row_bytes = static_cast<int64_t>(row_.fields.size());
  expansion_.limit = max_row_bytes_ - row_bytes;
  if (max_row_bytes_ != std::numeric_limits<int64_t>::max()) {
    expansion_.limit += expansion_.bytes;
  }
  ARROW_RETURN_NOT_OK(DecodeFields());
  batch_bytes_ += row_bytes;
  ++batch_rows_;
  has_row_ = false;
  return arrow::Status::OK();
}

arrow::Status BatchAssembler::DecodeFields() const {
  const char* next = row_.fields.data();
  // Bytes of values still to come: the lengths of all fields are taken off first, so that
  // none of them can lie beyond the row.
  int64_t left = static_cast<int64_t>(row_.fields.size()) -
                 kLengthBytes * static_cast<int64_t>(decoders_.size());
  if (left < 0) return Corrupt("a row ends before its last field");
  for (const auto& decoder : decoders_) {
    const int32_t size = LoadInt32(next);
    next += kLengthBytes;
    // One comparison finds NULL, other negative lengths and those beyond the row.
    if (int64_t{static_cast<uint32_t>(size)} > left) {
      if (size != kCopyNull) return Corrupt("a field of a row has an impossible length");
      if (!decoder->AppendNull()) return decoder->error();
      continue;
    }
    if (!decoder->Append(next, size)) [[unlikely]]
      return decoder->error();
    next += size;
    left -= size;
  }
  return left == 0 ? arrow::Status::OK() : Corrupt("a row is longer than its fields");
}

/// Tells where a row could not be decoded.
arrow::Status BatchAssembler::Explain(const arrow::Status& status) const {
  return WithContext(WithContext(status, RowPlace()), Reading());
}

arrow::Result<SourceBatch> BatchAssembler::FinishBatch() {
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  columns.reserve(decoders_.size());
  for (const auto& decoder : decoders_) {
    ARROW_ASSIGN_OR_RAISE(auto column, decoder->Finish());
    columns.push_back(std::move(column));
  }
  const int64_t rows = std::exchange(batch_rows_, 0);
  // The next batch is probably like this one; the last one of a range may be short by
  // chance.
  expected_rows_ = std::max(expected_rows_, rows);
  return SourceBatch{.rows = arrow::RecordBatch::Make(schema_, rows, std::move(columns)),
                     .range = request_.first_range + batch_range_};
}

std::string BatchAssembler::Reading() const {
  if (!request_.query.empty()) return "reading the query";
  std::string text = "reading " + request_.relation.ToString();
  if (request_.parent != request_.relation && !request_.parent.name.empty()) {
    text += " (a partition of " + request_.parent.ToString() + ")";
  }
  return text;
}

std::string BatchAssembler::RowPlace() const {
  std::string place = "row " + FormatCount(rows_read_);
  if (row_.block >= 0) {
    place += " (ctid (" + std::to_string(row_.block) + "," + std::to_string(row_.offset) +
             "))";
  }
  return place;
}

}  // namespace carmilla
