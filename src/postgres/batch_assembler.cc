#include "postgres/batch_assembler.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "core/error.h"
#include "core/quantity.h"
#include "postgres/copy_format.h"
#include "postgres/copy_query.h"

namespace carmilla {
namespace {

constexpr int64_t kFirstRoom = 1024;
constexpr int64_t kSmallestRoom = 16;
// A guess before the first batch: fields of a few bytes with their share of offsets.
constexpr int64_t kGuessedFieldBytes = 16;
/// The length of NULL, read without a sign.
constexpr auto kNullSize = static_cast<uint32_t>(kCopyNull);
constexpr size_t kCtidFieldBytes = kCopyLengthBytes + kCtidBytes;
// Far from where adding to it would overflow.
constexpr int64_t kUnlimitedRowBytes = std::numeric_limits<int64_t>::max() / 2;
// Enough that a column's loop runs long, few enough that the fields stay in the
// processor's first cache.
constexpr int64_t kMostWaitingFields = 4096;
constexpr int64_t kMostWaitingRows = 256;

arrow::Status Corrupt(std::string problem) {
  return MakeError(
      ErrorKind::kCorruptData, std::move(problem),
      "the server, or something between, does not follow PostgreSQL's binary "
      "COPY format");
}

}  // namespace

BatchAssembler::BatchAssembler(CopyRequest request)
    : request_(std::move(request)),
      max_row_bytes_(request_.max_row_bytes > 0 ? request_.max_row_bytes
                                                : kUnlimitedRowBytes),
      schema_(SchemaOf(request_.columns)),
      counts_(request_.columns.size()) {
  const auto num_columns = static_cast<int64_t>(request_.columns.size());
  num_fields_ = static_cast<int16_t>(num_columns + (SelectsCtid(request_) ? 1 : 0));
  const int64_t guess = request_.batch_bytes / (kGuessedFieldBytes * (num_columns + 1));
  expected_rows_ = std::clamp(guess, kSmallestRoom, kFirstRoom);
  // What outgrows its bytes decides where a batch ends: the next row must know.
  const bool expands = std::ranges::any_of(
      request_.columns, [](const CopyColumn& column) { return Expands(column.mapping); });
  most_waiting_rows_ = expands
                           ? 1
                           : std::clamp<int64_t>(kMostWaitingFields / (num_columns + 1),
                                                 1, kMostWaitingRows);
  places_.resize(static_cast<size_t>(most_waiting_rows_ * num_columns));
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
                                           .server_version = server_version,
                                           .is_text_unchecked = kept.is_text_unchecked}));
    assembler->decoders_.push_back(std::move(decoder));
  }
  return assembler;
}

// What each row goes through, which becomes part of Next.

/// Takes the ctid off row_ and sets its range.
[[gnu::always_inline]] inline arrow::Status BatchAssembler::TakeCtid() {
  const std::string_view fields = row_.fields;
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size is looked at.
  if (fields.size() < kCtidFieldBytes || LoadInt32(fields.data()) != kCtidBytes) {
    return Corrupt("a row has no ctid");
  }
  row_.fields.remove_prefix(kCtidFieldBytes);
  const uint32_t block = LoadUint32(fields.data() + kCopyLengthBytes);
  // Rows of one block come behind each other.
  return cursor_->IsAt(block) ? arrow::Status::OK() : LocateBlock(block);
}

/// Sets row_ and has_row_, unless the message is a header or the trailer.
[[gnu::always_inline]] inline arrow::Status BatchAssembler::TakeMessage(
    std::string_view message) {
  if (!has_header_) [[unlikely]] {
    ARROW_ASSIGN_OR_RAISE(message, SkipHeader(message));
    // Servers send it alone or before the first row.
    if (message.empty()) return arrow::Status::OK();
  }
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

/// Decides by the rows since the start of the range alone, so that files do not depend on
/// who reads them; ctid does not count.
inline bool BatchAssembler::FitsBatch() const {
  const int64_t bytes =
      batch_bytes_ + expansion_.bytes + static_cast<int64_t>(row_.fields.size());
  return row_.range == batch_range_ && batch_rows_ < request_.batch_rows &&
         bytes <= request_.batch_bytes;
}

/// Whether the batch is one row that leaves no room for any other.
inline bool BatchAssembler::IsLargeRow() const {
  return batch_bytes_ + expansion_.bytes >= request_.batch_bytes && batch_rows_ == 1 &&
         !decoders_.empty();
}

/// Notes where the fields of row_ begin. Returns what is wrong with their lengths, or
/// nothing.
[[gnu::always_inline]] inline std::string_view BatchAssembler::TakeFields() {
  const char* const block = block_.data();
  auto place = static_cast<uint64_t>(row_.fields.data() - block);
  const uint64_t end = place + row_.fields.size();
  const auto num_columns = static_cast<int64_t>(decoders_.size());
  uint32_t* next = places_.data() + waiting_rows_ * num_columns;
#pragma GCC unroll 4
  for (uint32_t* const last = next + num_columns; next != last; ++next) {
    *next = static_cast<uint32_t>(place);
    // May lie behind the row, where reading is allowed and will be noticed.
    const uint32_t size = LoadUint32(block + place);
    const uint64_t value = place + kCopyLengthBytes;
    place = value + size;
    if (place <= end) [[likely]]
      continue;
    // One comparison finds NULL, other negative lengths and those beyond the row.
    if (value > end) return "a row ends before its last field";
    if (size != kNullSize) {
      return "a field of a row has an impossible length";
    }
    place = value;
  }
  return place == end ? "" : "a row is longer than its fields";
}

/// Puts row_ into the batch, to be decoded with others.
[[gnu::always_inline]] inline arrow::Status BatchAssembler::TakeRow() {
  if (batch_rows_ == 0) StartBatch();
  const std::string_view problem = TakeFields();
  if (!problem.empty()) [[unlikely]] {
    const char* const fields = row_.fields.data();
    return AfterRowsBefore(Explain(Corrupt(std::string(problem)), rows_read_, fields));
  }
  batch_bytes_ += static_cast<int64_t>(row_.fields.size());
  ++batch_rows_;
  has_row_ = false;
  return ++waiting_rows_ == most_waiting_rows_ ? DecodeRows() : arrow::Status::OK();
}

arrow::Result<std::optional<SourceBatch>> BatchAssembler::Next(
    RowStream& stream, const std::stop_token& stop) {
  for (;;) {
    if (!has_row_) {
      if (next_message_ == block_.num_messages()) {
        ARROW_RETURN_NOT_OK(DecodeRows());
        ARROW_RETURN_NOT_OK(stream.Fill(block_, stop));
        wire_bytes_ += block_.bytes();
        next_message_ = 0;
        if (block_.num_messages() == 0) break;
      }
      const arrow::Status status = TakeMessage(block_.message(next_message_++));
      if (!status.ok()) [[unlikely]]
        return AfterRowsBefore(WithContext(status, Reading()));
      if (!has_row_) continue;
    }
    if (batch_rows_ > 0 && !FitsBatch()) {
      ARROW_RETURN_NOT_OK(DecodeRows());
      return FinishBatch();
    }
    ARROW_RETURN_NOT_OK(TakeRow());
    if (IsLargeRow()) [[unlikely]]
      return FinishLargeRow();
  }
  ARROW_RETURN_NOT_OK(CheckEnd(stream));
  if (batch_rows_ > 0) return FinishBatch();
  return std::nullopt;
}

/// Its message need not stay while it is written, nor the next one come.
arrow::Result<std::optional<SourceBatch>> BatchAssembler::FinishLargeRow() {
  ARROW_RETURN_NOT_OK(DecodeRows());
  if (next_message_ == block_.num_messages()) {
    block_.Clear();
    next_message_ = 0;
  }
  auto batch = FinishBatch();
  arrow::default_memory_pool()->ReleaseUnused();
  return batch;
}

/// Returns what follows the header.
arrow::Result<std::string_view> BatchAssembler::SkipHeader(std::string_view message) {
  if (message.size() < kCopyHeaderBytes || !message.starts_with(kCopySignature)) {
    return Corrupt("the stream has no signature of a binary copy");
  }
  const uint32_t flags = LoadUint32(message.data() + kCopySignature.size());
  const uint32_t extension = LoadUint32(message.data() + kCopySignature.size() + 4);
  message.remove_prefix(kCopyHeaderBytes);
  if ((flags & kCopyCriticalFlags) != 0) {
    return Corrupt("the stream has unknown flags");
  }
  if (extension > message.size()) {
    return Corrupt("the stream's header is longer than its message");
  }
  message.remove_prefix(extension);
  has_header_ = true;
  return message;
}

/// A short answer must not pass for a whole one.
arrow::Status BatchAssembler::CheckEnd(const RowStream& stream) const {
  if (!has_trailer_) {
    return WithContext(Corrupt("the stream ended without its trailer"), Reading());
  }
  const int64_t reported = stream.reported_rows();
  if (reported >= 0 && reported != rows_read_) {
    return MakeError(ErrorKind::kBug, Reading() + ": " + FormatCount(rows_read_) +
                                          " rows were read, but the server sent " +
                                          FormatCount(reported));
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

arrow::Status BatchAssembler::LocateBlock(uint32_t block) {
  const arrow::Result<int32_t> range = cursor_->Locate(block);
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
  const char* const fields = row_.fields.data();
  return MakeError(
      ErrorKind::kRowTooLarge,
      RowPlace(rows_read_, fields) + " has " +
          FormatBytes(static_cast<int64_t>(row_.fields.size())) +
          ", more than fits the memory budget, " + FormatBytes(max_row_bytes_),
      "raise memory:, leave wide columns out with columns:, or exclude the row "
      "with where:");
}

void BatchAssembler::StartBatch() {
  batch_range_ = row_.range;
  batch_bytes_ = 0;
  expansion_.bytes = 0;
  room_ = 0;
}

/// Decodes the waiting rows.
arrow::Status BatchAssembler::DecodeRows() {
  if (waiting_rows_ == 0) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(MakeRoom());
  // Where values may outgrow their bytes, row_ is the only one that waits.
  expansion_.limit =
      expansion_.bytes + max_row_bytes_ - static_cast<int64_t>(row_.fields.size());
  // Counted from 1; row_ may be read, but not wait.
  const int64_t first_row = rows_read_ - (has_row_ ? 1 : 0) - waiting_rows_ + 1;
  FieldColumn fields{.bytes = block_.data(),
                     .places = places_.data(),
                     .stride = static_cast<int64_t>(decoders_.size()),
                     .num_rows = std::exchange(waiting_rows_, 0)};
  const ColumnDecoder* failed = nullptr;
  for (const auto& decoder : decoders_) {
    const int64_t rows = decoder->Append(fields);
    ++fields.places;
    if (rows == fields.num_rows) continue;
    // From here on only what comes before that cell counts: the first of the rows.
    fields.num_rows = rows;
    failed = decoder.get();
  }
  if (failed == nullptr) [[likely]]
    return arrow::Status::OK();
  const int64_t row = fields.num_rows;
  return Explain(failed->error(), first_row + row,
                 block_.data() + places_[static_cast<size_t>(row * fields.stride)]);
}

/// What is wrong with rows before `status` came comes first. Gives up the memory of
/// messages, which may be giant: to end the copy early takes more of the kind.
arrow::Status BatchAssembler::AfterRowsBefore(const arrow::Status& status) {
  ARROW_RETURN_NOT_OK(DecodeRows());
  block_.Clear();
  next_message_ = 0;
  has_row_ = false;
  return status;
}

/// Tells where a row could not be decoded: its number and where the fields behind its
/// ctid begin.
arrow::Status BatchAssembler::Explain(const arrow::Status& status, int64_t number,
                                      const char* fields) const {
  return WithContext(WithContext(status, RowPlace(number, fields)), Reading());
}

/// Makes room for all rows of the batch so far.
arrow::Status BatchAssembler::MakeRoom() {
  if (batch_rows_ <= room_) return arrow::Status::OK();
  if (room_ == 0) {
    room_ = std::max(expected_rows_, batch_rows_);
  } else {
    // As many as the bytes of a batch suffice for, by the rows so far.
    const int64_t row_bytes = batch_bytes_ / batch_rows_ + 1;
    const int64_t rows = request_.batch_bytes / row_bytes;
    room_ = std::max({rows + rows / 16, 2 * room_, batch_rows_});
  }
  room_ = std::min(room_, request_.batch_rows);
  for (const auto& decoder : decoders_) ARROW_RETURN_NOT_OK(decoder->Reserve(room_));
  return arrow::Status::OK();
}

arrow::Result<SourceBatch> BatchAssembler::FinishBatch() {
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  columns.reserve(decoders_.size());
  for (const auto& decoder : decoders_) {
    ARROW_ASSIGN_OR_RAISE(auto column, decoder->Finish());
    columns.push_back(std::move(column));
  }
  const int64_t rows = std::exchange(batch_rows_, 0);
  // The next batch is probably like this one, give or take a few rows; the last one of a
  // range may be short by chance.
  expected_rows_ =
      std::min(std::max(expected_rows_, rows + rows / 16), request_.batch_rows);
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

std::string BatchAssembler::RowPlace(int64_t number, const char* fields) const {
  std::string place = "row " + FormatCount(number);
  if (cursor_.has_value()) {
    const char* const ctid = fields - kCtidBytes;
    place += " (ctid (" + std::to_string(LoadUint32(ctid)) + "," +
             std::to_string(LoadUint16(ctid + 4)) + "))";
  } else if (request_.method == ScanMethod::kBlockRange) {
    place += " WHERE " + RenderRange(request_.ranges.front());
  }
  return place;
}

}  // namespace carmilla
