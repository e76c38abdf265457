#include "postgres/copy_stream.h"

#include <libpq-events.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <thread>
#include <utility>

#include "core/error.h"
#include "postgres/copy_format.h"
#include "postgres/error.h"
#include "postgres/row_length.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The kernel wakes us only when this much is there, or after kReceiveWaitMillis: else
// every 8 KiB that the server flushes would cost a poll, a recv and a context switch.
constexpr int kReceiveLowWater = 256 * 1024;
// A short answer must not wait for bytes that never come, so it begins after this much.
constexpr int64_t kBytesBeforeLowWater = 1 << 20;
constexpr int kReceiveWaitMillis = 20;
// More than half of what a unix socket holds by default, so that the server need not
// wait.
constexpr int kWorthTaking = 96 * 1024;
constexpr std::chrono::microseconds kGrowthWait{300};
// Next has 200 ms to return after a stop; then the destructor may take its time.
constexpr milliseconds kStopPatience{100};
constexpr milliseconds kClosePatience{2000};
constexpr milliseconds kCancelInterval{100};

int InputGrown(PGEventId, void*, void*) { return 1; }

/// Makes libpq's input buffer large enough to take kReceiveLowWater at once: it grows to
/// the largest message seen and never shrinks. Done once per connection, which remembers
/// it as a registered event procedure.
arrow::Status GrowInput(Session& session) {
  if (PQregisterEventProc(session.native(), &InputGrown, "carmilla input", nullptr) ==
      0) {
    return arrow::Status::OK();
  }
  return session.Execute("SELECT pg_catalog.repeat('x', 300000)");
}

/// How long a message is at least, by the lengths of its fields as far as they are there.
int64_t LeastBytes(std::string_view message) {
  int64_t next = 0;
  if (message.starts_with(kCopySignature)) {
    next = kCopyHeaderBytes;
    if (std::ssize(message) < next) return next;
    next += LoadUint32(message.data() + next - sizeof(uint32_t));
  }
  next += sizeof(int16_t);
  if (std::ssize(message) < next) return next;
  const int16_t num_fields = LoadInt16(message.data() + next - sizeof(int16_t));
  message.remove_prefix(static_cast<size_t>(next));
  return next + LengthOfFields(message, num_fields).bytes;
}

int RoomOf(const MessageBlock& block) {
  return static_cast<int>(std::min<int64_t>(block.room(), INT_MAX));
}

bool IsPast(steady_clock::time_point deadline) { return steady_clock::now() >= deadline; }

}  // namespace

CopyStream::CopyStream(Session& session, std::string reading, LargeRows large_rows,
                       int64_t max_row_bytes)
    : session_(session),
      connection_(session.native()),
      reading_(std::move(reading)),
      large_rows_(std::move(large_rows)),
      // No message of the protocol is longer than INT_MAX.
      most_message_bytes_(max_row_bytes > 0 ? max_row_bytes + MessageBlock::kUsualRoom
                                            : INT_MAX) {}

arrow::Result<std::unique_ptr<CopyStream>> CopyStream::Start(Session& session,
                                                             const std::string& sql,
                                                             std::string reading,
                                                             LargeRows large_rows,
                                                             int64_t max_row_bytes) {
  ARROW_RETURN_NOT_OK(GrowInput(session));
  std::unique_ptr<CopyStream> stream(
      new CopyStream(session, std::move(reading), std::move(large_rows), max_row_bytes));
  // The extended protocol takes one statement only, whatever a `where` tries.
  if (PQsendQueryParams(stream->connection_, sql.c_str(), /*nParams=*/0, nullptr, nullptr,
                        nullptr, nullptr, /*resultFormat=*/1) == 0) {
    return TranslateServerError(stream->connection_, nullptr, stream->reading_);
  }
  stream->is_active_ = true;
  return stream;
}

CopyStream::~CopyStream() {
  if (!is_active_) return;
  Abandon(kClosePatience);
  if (is_active_) Break();
}

/// The server tells that it begins together with the first rows, which may take long to
/// find.
arrow::Status CopyStream::AwaitAnswer(const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const ResultHandle result, NextResult(stop));
  switch (PQresultStatus(result.get())) {
    case PGRES_COPY_OUT:
      break;
    case PGRES_FATAL_ERROR:
      return TranslateServerError(connection_, result.get(), reading_);
    default:
      return MakeError(ErrorKind::kBug, reading_ + ": the server does not start a copy");
  }
  if (PQbinaryTuples(result.get()) == 0) {
    return MakeError(ErrorKind::kBug, reading_ + ": the server copies text, not binary");
  }
  is_copying_ = true;
  return arrow::Status::OK();
}

arrow::Status CopyStream::Fill(MessageBlock& block, const std::stop_token& stop) {
  block.Clear();
  if (!is_active_) return arrow::Status::OK();
  if (!is_copying_) ARROW_RETURN_NOT_OK(AwaitAnswer(stop));
  while (block.WantsMore()) {
    ARROW_RETURN_NOT_OK(block.MakeRoom(MessageBlock::kUsualRoom));
    const int room = RoomOf(block);
    // PQgetCopyData would allocate a copy of each message, which costs more than taking
    // the row apart.
    const int length = PQgetlineAsync(connection_, block.space(), room);
    if (length > 0) [[likely]] {
      block.Extend(length);
      if (length == room) ARROW_RETURN_NOT_OK(ReadRest(block, stop));
      block.EndMessage();
      continue;
    }
    if (block.num_messages() > 0) break;  // what is at hand need not wait
    if (length < 0) return Finish(stop);
    if (received_bytes_ >= kBytesBeforeLowWater) SetLowWater(kReceiveLowWater);
    ARROW_RETURN_NOT_OK(Receive(stop));
  }
  received_bytes_ += block.bytes();
  return arrow::Status::OK();
}

/// Completes a message that fills the room for it: libpq hands over what fits, without
/// telling whether that is all. Of one that is too large it takes what shows that.
arrow::Status CopyStream::ReadRest(MessageBlock& block, const std::stop_token& stop) {
  for (;;) {
    const std::string_view message = block.written();
    const int64_t least = LeastBytes(message);
    const int64_t missing = least - std::ssize(message);
    const int64_t most = most_message_bytes_ - std::ssize(message);
    if (missing <= 0 || most <= 0) return arrow::Status::OK();
    if (least > large_rows_.bytes) ARROW_RETURN_NOT_OK(AwaitAdmission(stop));
    ARROW_RETURN_NOT_OK(
        block.MakeRoom(std::min(missing + MessageBlock::kUsualRoom, most)));
    const int room = static_cast<int>(std::min<int64_t>(RoomOf(block), most));
    const int length = PQgetlineAsync(connection_, block.space(), room);
    block.Extend(std::max(length, 0));
    if (length < room) return arrow::Status::OK();
  }
}

/// The server waits meanwhile, with the row in libpq's buffer.
arrow::Status CopyStream::AwaitAdmission(const std::stop_token& stop) {
  if (!large_rows_.admit) return arrow::Status::OK();
  const arrow::Status admitted = large_rows_.admit(stop);
  if (!admitted.ok()) Abandon(kStopPatience);
  return admitted;
}

arrow::Status CopyStream::Receive(const std::stop_token& stop) {
  if (stop.stop_requested()) {
    Abandon(kStopPatience);
    return MakeError(ErrorKind::kInterrupted, reading_ + ": interrupted");
  }
  return TakeInput();
}

/// Waits a moment for bytes and takes in what is there.
arrow::Status CopyStream::TakeInput() {
  // The statement itself may not have left yet: sessions never block to send.
  const int unsent = PQflush(connection_);
  const short events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;
  pollfd descriptor{.fd = PQsocket(connection_), .events = events, .revents = 0};
  // Through TLS libpq takes no more than a record of 8 KiB: the rest is there already.
  const bool is_there = PQsslInUse(connection_) != 0 && NumQueued() > 0;
  if (!is_there && poll(&descriptor, 1, kReceiveWaitMillis) > 0 && low_water_ > 1) {
    LetQueueGrow();
  }
  // Once for all that libpq may hold: it doubles its buffer when it is full.
  if (unsent < 0 || PQconsumeInput(connection_) == 0) {
    is_active_ = false;
    return TranslateServerError(connection_, nullptr, reading_);
  }
  return arrow::Status::OK();
}

/// Waits while more and more arrives, until it is worth taking. Unix sockets wake us at
/// once, whatever the low-water mark; each time that the server wakes us costs it more
/// than the 8 KiB that it sends.
void CopyStream::LetQueueGrow() const {
  int before = 0;
  for (int queued = NumQueued(); queued > before && queued < kWorthTaking;
       queued = NumQueued()) {
    before = queued;
    std::this_thread::sleep_for(kGrowthWait);
  }
}

/// Bytes that the kernel has received for us, 0 when it does not tell.
int CopyStream::NumQueued() const {
  int queued = 0;
  return ioctl(PQsocket(connection_), FIONREAD, &queued) == 0 ? queued : 0;
}

/// After the last row: reads how the command ended.
arrow::Status CopyStream::Finish(const std::stop_token& stop) {
  SetLowWater(1);
  arrow::Status status;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const ResultHandle result, NextResult(stop));
    if (!result) break;
    if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) {
      reported_rows_ = std::strtoll(PQcmdTuples(result.get()), nullptr, /*base=*/10);
    } else if (status.ok()) {
      status = TranslateServerError(connection_, result.get(), reading_);
    }
    if (PQstatus(connection_) == CONNECTION_BAD) break;
    if (PQresultStatus(result.get()) == PGRES_COPY_OUT) return status;  // still active
  }
  is_active_ = false;
  if (status.ok() && reported_rows_ < 0) {
    return TranslateServerError(connection_, nullptr, reading_);
  }
  return status;
}

/// Returns the next result, null after the last, without ever blocking for long.
arrow::Result<ResultHandle> CopyStream::NextResult(const std::stop_token& stop) {
  while (PQisBusy(connection_) != 0) ARROW_RETURN_NOT_OK(Receive(stop));
  return ResultHandle(PQgetResult(connection_));
}

void CopyStream::SetLowWater(int bytes) {
  if (low_water_ == bytes) return;
  low_water_ = bytes;
  // A socket that refuses is only slower.
  setsockopt(PQsocket(connection_), SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}

/// Ends the query before its time. Without an answer within `patience` the session stays
/// busy, and the destructor tries again.
void CopyStream::Abandon(milliseconds patience) {
  SetLowWater(1);
  const Deadline deadline = steady_clock::now() + patience;
  do {
    // Again and again: a cancel that overtakes its query is lost.
    session_.Cancel();
    is_active_ = !Drain(std::min(deadline, steady_clock::now() + kCancelInterval));
  } while (is_active_ && !IsPast(deadline));
}

/// Breaks the connection, so that nobody takes the rest of this answer for his own.
void CopyStream::Break() {
  shutdown(PQsocket(connection_), SHUT_RDWR);
  is_active_ = !Drain(steady_clock::now() + kClosePatience);  // lets libpq see the end
}

bool CopyStream::Drain(Deadline deadline) {
  for (;;) {
    if (IsPast(deadline) || !DrainRows(deadline)) return false;
    while (PQisBusy(connection_) != 0) {
      if (IsPast(deadline)) return false;
      if (!TakeInput().ok()) return true;
    }
    const ResultHandle result(PQgetResult(connection_));
    if (!result || PQstatus(connection_) == CONNECTION_BAD) return true;
  }
}

/// Throws away rows until there are none; true also when no copy is under way.
bool CopyStream::DrainRows(Deadline deadline) {
  std::array<char, 16 << 10> piece;  // PQgetCopyData would copy giant rows as a whole
  for (;;) {
    const int length =
        PQgetlineAsync(connection_, piece.data(), static_cast<int>(piece.size()));
    if (length < 0) return true;
    if (IsPast(deadline)) return false;
    if (length == 0 && !TakeInput().ok()) return true;
  }
}

}  // namespace carmilla
