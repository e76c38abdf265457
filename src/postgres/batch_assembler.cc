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
#include "postgres/copy_header.h"
#include "postgres/copy_query.h"
#include "postgres/row_length.h"

namespace carmilla {
namespace {

/// Less is soon used again; to give it back takes longer.
constexpr int64_t kWorthReleasing = 2 << 20;
constexpr int64_t kFirstRoom = 1024;
constexpr int64_t kSmallestRoom = 16;
// A guess before the first batch: fields of a few bytes with their share of offsets.
constexpr int64_t kGuessedFieldBytes = 16;
constexpr size_t kCtidFieldBytes = kCopyLengthBytes + kCtidBytes;
// Far from where adding to it would overflow.
constexpr int64_t kUnlimitedRowBytes = std::numeric_limits<int64_t>::max() / 2;
// More than a block holds of any row but the shortest.
constexpr int64_t kMostWaitingRows = 256;

}  // namespace

BatchAssembler::BatchAssembler(CopyRequest request)
    : request_(std::move(request)),
      max_row_bytes_(request_.max_row_bytes > 0 ? request_.max_row_bytes
                                                : kUnlimitedRowBytes),
      schema_(SchemaOf(request_.columns)),
      counts_(request_.columns.size()),
      slack_(kCopySlack + std::ssize(request_.columns) * kMostUncheckedBytes),
      markers_(request_.markers.value_or(std::vector<RangeMarker>{}), slack_),
      block_(slack_) {
  const auto num_columns = static_cast<int64_t>(request_.columns.size());
  num_fields_ = static_cast<int16_t>(num_columns + (SelectsCtid(request_) ? 1 : 0));
  row_header_bytes_ = static_cast<int64_t>(sizeof num_fields_ +
                                           (SelectsCtid(request_) ? kCtidFieldBytes : 0));
  const int64_t guess = request_.batch_bytes / (kGuessedFieldBytes * (num_columns + 1));
  expected_rows_ = std::clamp(guess, kSmallestRoom, kFirstRoom);
  // What outgrows its bytes decides where a batch ends: the next row must know.
  const bool expands = std::ranges::any_of(
      request_.columns, [](const CopyColumn& column) { return Expands(column.mapping); });
  most_waiting_rows_ = expands ? 1 : kMostWaitingRows;
  for (auto* of_rows : {&begins_, &ends_, &places_}) {
    of_rows->resize(static_cast<size_t>(most_waiting_rows_));
  }
}

arrow::Result<std::unique_ptr<BatchAssembler>> BatchAssembler::Make(
    CopyRequest request, int32_t server_version) {
  if (request.batch_rows < 1 || request.batch_bytes < 1) {
    return MakeError(ErrorKind::kBug, "a batch must have room for a row");
  }
  if (request.method != ScanMethod::kStream && request.ranges.empty()) {
    return MakeError(ErrorKind::kBug, "a scan of blocks needs ranges");
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
    return CorruptCopy("a row has no ctid");
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
    ARROW_ASSIGN_OR_RAISE(message, SkipCopyHeader(message));
    has_header_ = true;
    // Servers send it alone or before the first row.
    if (message.empty()) return arrow::Status::OK();
  }
  if (message.size() < sizeof(int16_t)) [[unlikely]] {
    return CorruptCopy("a row has no number of fields");
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
  if (cursor_.has_value()) {
    ARROW_RETURN_NOT_OK(TakeCtid());
  } else if (markers_.has_next()) {
    row_.range = markers_.Locate(row_.fields, rows_read_);
  }
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

/// Counts rows of the batch that wait to be decoded.
inline void BatchAssembler::AddRows(int64_t rows, int64_t bytes) {
  waiting_rows_ += rows;
  batch_rows_ += rows;
  batch_bytes_ += bytes;
}

/// Puts row_ into the batch, to be decoded with others.
[[gnu::always_inline]] inline arrow::Status BatchAssembler::TakeRow() {
  if (batch_rows_ == 0) StartBatch();
  const auto begin = static_cast<uint32_t>(row_.fields.data() - block_.data());
  const auto waiting = static_cast<size_t>(waiting_rows_);
  begins_[waiting] = begin;
  ends_[waiting] = begin + static_cast<uint32_t>(row_.fields.size());
  AddRows(1, static_cast<int64_t>(row_.fields.size()));
  has_row_ = false;
  return waiting_rows_ == most_waiting_rows_ ? DecodeRows() : arrow::Status::OK();
}

/// Puts the rows behind the last one into the batch that are certainly in its range, as
/// `is_alike` tells of what follows their number of fields, and certainly fit.
template <typename IsAlike>
[[gnu::always_inline]] inline void BatchAssembler::TakeRowsWhile(
    const IsAlike& is_alike) {
  const auto messages_left = static_cast<int64_t>(block_.num_messages() - next_message_);
  const int64_t most_rows =
      std::min({messages_left, most_waiting_rows_ - waiting_rows_ - 1,
                request_.batch_rows - batch_rows_});
  const int64_t room = request_.batch_bytes - batch_bytes_ - expansion_.bytes;
  int64_t bytes_left = room;
  uint32_t* const begins = begins_.data() + waiting_rows_;
  uint32_t* const ends = ends_.data() + waiting_rows_;
  int64_t rows = 0;
  for (; rows < most_rows; ++rows) {
    const size_t index = next_message_ + static_cast<size_t>(rows);
    const int64_t begin = block_.begin(index) + row_header_bytes_;
    const int64_t end = block_.end(index);
    const int64_t bytes = end - begin;
    const char* const message = block_.data() + block_.begin(index);
    if (bytes < 0 || bytes > bytes_left || bytes > max_row_bytes_ ||
        LoadInt16(message) != num_fields_ || !is_alike(message + sizeof num_fields_)) {
      break;
    }
    bytes_left -= bytes;
    begins[rows] = static_cast<uint32_t>(begin);
    ends[rows] = static_cast<uint32_t>(end);
  }
  next_message_ += static_cast<size_t>(rows);
  rows_read_ += rows;
  AddRows(rows, room - bytes_left);
}

/// Takes most of all rows. About any other message the loop of Next decides.
inline void BatchAssembler::TakeRowsAlike() {
  if (cursor_.has_value()) {
    TakeRowsWhile([this](const char* ctid) {
      return LoadInt32(ctid) == kCtidBytes &&
             cursor_->IsAt(LoadUint32(ctid + kCopyLengthBytes));
    });
  } else if (markers_.has_next()) {
    TakeRowsWhile([this](const char* fields) { return !markers_.MayBegin(fields); });
  } else {
    TakeRowsWhile([](const char*) { return true; });
  }
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
    TakeRowsAlike();
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
  const bool is_worth_releasing = batch_bytes_ + expansion_.bytes >= kWorthReleasing;
  auto batch = FinishBatch();
  if (is_worth_releasing) arrow::default_memory_pool()->ReleaseUnused();
  return batch;
}

/// A short answer must not pass for a whole one.
arrow::Status BatchAssembler::CheckEnd(const RowStream& stream) const {
  if (!has_trailer_) {
    return WithContext(CorruptCopy("the stream ended without its trailer"), Reading());
  }
  const int64_t reported = stream.reported_rows();
  if (reported >= 0 && reported != rows_read_) {
    return MakeError(ErrorKind::kBug, Reading() + ": " + FormatCount(rows_read_) +
                                          " rows were read, but the server sent " +
                                          FormatCount(reported));
  }
  return WithContext(markers_.CheckEnd(), Reading());
}

arrow::Status BatchAssembler::TakeTrailer(std::string_view message, int16_t num_fields) {
  if (has_trailer_) return CorruptCopy("a message follows the trailer");
  if (num_fields != kCopyTrailer) {
    return CorruptCopy("a row has " + std::to_string(num_fields) + " fields instead of " +
                       std::to_string(num_fields_));
  }
  has_trailer_ = true;
  return message.empty() ? arrow::Status::OK() : CorruptCopy("the trailer is too long");
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

/// The stream may have left out the end of the row.
arrow::Status BatchAssembler::RowTooLarge() const {
  const RowLength length =
      LengthOfFields(row_.fields, static_cast<int32_t>(decoders_.size()));
  return MakeError(
      ErrorKind::kRowTooLarge,
      RowPlace(rows_read_, row_.fields.data()) +
          (length.is_whole ? " has " : " has at least ") +
          FormatBytes(std::max(length.bytes, std::ssize(row_.fields))) +
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
                     .end = std::min(ends_[static_cast<size_t>(waiting_rows_ - 1)],
                                     FieldColumn::kLastEnd),
                     .num_rows = std::exchange(waiting_rows_, 0)};
  std::copy_n(begins_.data(), fields.num_rows, places_.data());
  const ColumnDecoder* failed = nullptr;
  for (const auto& decoder : decoders_) {
    const int64_t rows = decoder->Append(fields);
    if (rows == fields.num_rows) continue;
    // From here on only what comes before that cell counts: the first of the rows.
    fields.num_rows = rows;
    failed = decoder.get();
  }
  // A row whose last field does not end where the row does has wrong lengths.
  const auto places_end = places_.begin() + fields.num_rows;
  if (failed == nullptr && std::equal(places_.begin(), places_end, ends_.begin()))
      [[likely]] {
    return arrow::Status::OK();
  }
  const int64_t row =
      std::mismatch(places_.begin(), places_end, ends_.begin()).first - places_.begin();
  const std::string_view problem = ProblemOfLengths(row);
  return Explain(problem.empty() ? failed->error() : CorruptCopy(std::string(problem)),
                 first_row + row, block_.data() + begins_[static_cast<size_t>(row)]);
}

/// What is wrong with the lengths of a row's fields, or nothing.
std::string_view BatchAssembler::ProblemOfLengths(int64_t waiting_row) const {
  const auto row = static_cast<size_t>(waiting_row);
  const char* next = block_.data() + begins_[row];
  const char* const end = block_.data() + ends_[row];
  for (size_t field = 0; field < decoders_.size(); ++field) {
    if (end - next < kCopyLengthBytes) return "a row ends before its last field";
    const int32_t size = LoadInt32(next);
    next += kCopyLengthBytes;
    if (size < kCopyNull || size > end - next) {
      return "a field of a row has an impossible length";
    }
    next += std::max(size, 0);
  }
  return next == end ? "" : "a row is longer than its fields";
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
  if (cursor_.has_value()) {
    const char* const ctid = fields - kCtidBytes;
    return "row " + FormatCount(number) + " (ctid (" + std::to_string(LoadUint32(ctid)) +
           "," + std::to_string(LoadUint16(ctid + 4)) + "))";
  }
  if (request_.method == ScanMethod::kStream) return "row " + FormatCount(number);
  const auto [range, first_row] = markers_.BeginningOf(number);
  return "row " + FormatCount(number - first_row + 1) + " WHERE " +
         RenderRange(request_.ranges[static_cast<size_t>(range)]);
}

}  // namespace carmilla
