#include "engine/task_client.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <arrow/record_batch.h>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr std::string_view kAnswer = "an answer of the run";

class ClientSource final : public BatchSource {
 public:
  ClientSource(TaskClient* client, int64_t id, std::shared_ptr<arrow::Schema> schema)
      : client_(client), id_(id), schema_(std::move(schema)) {}
  ~ClientSource() override {
    if (asked_.has_value()) client_->Forget(*asked_);
    client_->Close(id_);
  }
  ClientSource(const ClientSource&) = delete;
  ClientSource& operator=(const ClientSource&) = delete;

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }

  arrow::Result<std::optional<SourceBatch>> Next(std::stop_token stop) override {
    ARROW_RETURN_NOT_OK(status_);
    if (is_at_end_) return std::nullopt;
    if (!asked_.has_value()) ARROW_RETURN_NOT_OK(AskForNext());
    auto batch = TakeAnswer(std::move(stop));
    status_ = batch.status();
    return batch;
  }

 private:
  arrow::Status AskForNext() {
    ARROW_ASSIGN_OR_RAISE(asked_, client_->Ask(task_request::kNext, {{"id", id_}}));
    return arrow::Status::OK();
  }

  arrow::Result<std::optional<SourceBatch>> TakeAnswer(std::stop_token stop) {
    ARROW_ASSIGN_OR_RAISE(const TaskMessage answer,
                          client_->Await(*asked_, std::move(stop)));
    asked_.reset();
    if (answer.header.contains("is_end")) {
      is_at_end_ = true;
      return std::nullopt;
    }
    ARROW_RETURN_NOT_OK(AskForNext());
    const JsonObjectReader reader(answer.header, kAnswer);
    ARROW_ASSIGN_OR_RAISE(const int64_t range, reader.Integer("range"));
    ARROW_ASSIGN_OR_RAISE(auto rows, RowsOf(answer, schema_));
    return SourceBatch{.rows = std::move(rows), .range = static_cast<int32_t>(range)};
  }

  TaskClient* const client_;
  const int64_t id_;
  const std::shared_ptr<arrow::Schema> schema_;
  std::optional<TaskClient::Ticket> asked_;
  bool is_at_end_ = false;
  arrow::Status status_;
};

class ClientWriter final : public TaskWriter {
 public:
  ClientWriter(TaskClient* client, int64_t id, std::shared_ptr<arrow::Schema> schema)
      : client_(client), id_(id), schema_(std::move(schema)) {}
  ~ClientWriter() override {
    if (asked_.has_value()) client_->Forget(*asked_);
    client_->Close(id_);
  }
  ClientWriter(const ClientWriter&) = delete;
  ClientWriter& operator=(const ClientWriter&) = delete;

  arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows,
                      const std::string& partition) override {
    ARROW_RETURN_NOT_OK(TakeAnswer());
    const bool has_other_schema = rows->schema() != schema_;
    schema_ = rows->schema();
    ARROW_ASSIGN_OR_RAISE(
        asked_, client_->Ask(task_request::kRows, {{"id", id_}, {"partition", partition}},
                             has_other_schema ? schema_.get() : nullptr, rows.get()));
    return arrow::Status::OK();
  }

  void CountNull(const std::string& column, int64_t count) override {
    nulls_[column] += count;
  }

  arrow::Result<std::vector<TaskFile>> Finish() override {
    ARROW_RETURN_NOT_OK(TakeAnswer());
    Json nulls = Json::object();
    for (const auto& [column, count] : nulls_) nulls[column] = count;
    ARROW_ASSIGN_OR_RAISE(
        const auto ticket,
        client_->Ask(task_request::kFinish, {{"id", id_}, {"nulls", std::move(nulls)}}));
    ARROW_ASSIGN_OR_RAISE(const TaskMessage answer, client_->Await(ticket, {}));
    const JsonObjectReader reader(answer.header, kAnswer);
    ARROW_ASSIGN_OR_RAISE(const Json* files, reader.Array("files"));
    return UnpackFiles(*files);
  }

 private:
  /// How the rows before were taken.
  arrow::Status TakeAnswer() {
    if (!asked_.has_value()) return arrow::Status::OK();
    return client_->Await(*std::exchange(asked_, std::nullopt), {}).status();
  }

  TaskClient* const client_;
  const int64_t id_;
  std::shared_ptr<arrow::Schema> schema_;
  std::map<std::string, int64_t> nulls_;
  std::optional<TaskClient::Ticket> asked_;
};

}  // namespace

TaskClient::TaskClient(TaskChannel* channel, FileDescriptor stop_pipe, TaskOrder order)
    : channel_(channel),
      stop_pipe_(std::move(stop_pipe)),
      order_(std::move(order)),
      thread_([this] { Run(); }) {}

TaskClient::~TaskClient() { channel_->ShutDown(); }

arrow::Result<std::unique_ptr<BatchSource>> TaskClient::Read(const TaskRead& read) {
  const int64_t id = NextId();
  ARROW_ASSIGN_OR_RAISE(
      const TaskMessage answer,
      Call(task_request::kRead, {{"id", id}, {"read", PackRead(read)}}));
  ARROW_ASSIGN_OR_RAISE(auto schema, SchemaOf(answer));
  return std::make_unique<ClientSource>(this, id, std::move(schema));
}

arrow::Result<std::unique_ptr<TaskWriter>> TaskClient::Write(const TaskTable& table) {
  const int64_t id = NextId();
  ARROW_RETURN_NOT_OK(Call(task_request::kWrite,
                           {{"id", id}, {"table", PackTable(table)}}, table.schema.get())
                          .status());
  return std::make_unique<ClientWriter>(this, id, table.schema);
}

arrow::Status TaskClient::Reserve(int64_t bytes) {
  return Call(task_request::kReserve, {{"bytes", bytes}}).status();
}

arrow::Status TaskClient::End(const arrow::Status& status) {
  return channel_->Send({{"what", task_request::kEnd}, {"status", PackStatus(status)}});
}

arrow::Result<TaskClient::Ticket> TaskClient::Ask(std::string_view what, Json request,
                                                  const arrow::Schema* schema,
                                                  const arrow::RecordBatch* rows) {
  const Ticket ticket = NextId();
  {
    const std::scoped_lock lock(mutex_);
    if (lost_.has_value()) return *lost_;
    answers_[ticket] = std::nullopt;
  }
  request["what"] = what;
  request["ticket"] = ticket;
  const arrow::Status sent = channel_->Send(request, schema, rows);
  if (!sent.ok()) {
    Forget(ticket);
    return sent;
  }
  return ticket;
}

arrow::Result<TaskMessage> TaskClient::Await(Ticket ticket, std::stop_token stop) {
  std::optional<TaskMessage> answer;
  {
    std::unique_lock lock(mutex_);
    const bool is_answered = changed_.wait(lock, std::move(stop), [&] {
      return lost_.has_value() || answers_[ticket].has_value();
    });
    if (!is_answered) return MakeError(ErrorKind::kInterrupted, "reading: interrupted");
    if (!answers_[ticket].has_value()) return *lost_;
    answer = std::move(answers_[ticket]);
    answers_.erase(ticket);
  }
  const auto packed = answer->header.find("status");
  if (packed == answer->header.end()) return *std::move(answer);
  arrow::Status status;
  ARROW_RETURN_NOT_OK(UnpackStatus(*packed, &status));
  if (!status.ok() && KindOf(status) == ErrorKind::kOutOfMemory) {
    was_refused_memory_ = true;
  }
  return status;
}

void TaskClient::Forget(Ticket ticket) {
  const std::scoped_lock lock(mutex_);
  answers_.erase(ticket);
}

void TaskClient::Close(int64_t id) {
  // When nobody hears it the run has ended, and everything with it.
  static_cast<void>(channel_->Send({{"what", task_request::kClose}, {"id", id}}));
}

arrow::Result<TaskMessage> TaskClient::Call(std::string_view what, Json request,
                                            const arrow::Schema* schema) {
  ARROW_ASSIGN_OR_RAISE(const Ticket ticket, Ask(what, std::move(request), schema));
  return Await(ticket, {});
}

/// Takes what the run sends, until it has gone.
void TaskClient::Run() {
  std::array<pollfd, 2> watched{{{.fd = channel_->descriptor(), .events = POLLIN},
                                 {.fd = stop_pipe_.get(), .events = POLLIN}}};
  for (;;) {
    if (::poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[1].revents != 0) {
      stop_.request_stop();
      watched[1].fd = -1;  // It has nothing more to tell.
    }
    if (watched[0].revents == 0) continue;
    const arrow::Status status = ReceiveOne();
    if (status.ok()) continue;
    Lose(status);
    return;
  }
}

arrow::Status TaskClient::ReceiveOne() try {
  ARROW_ASSIGN_OR_RAISE(std::optional<TaskMessage> message, channel_->Receive());
  if (!message.has_value()) {
    return MakeError(ErrorKind::kInterrupted, "asking the run: it has ended");
  }
  ARROW_ASSIGN_OR_RAISE(const Ticket ticket,
                        JsonObjectReader(message->header, kAnswer).Integer("ticket"));
  const std::scoped_lock lock(mutex_);
  // Nobody may wait for it any more.
  if (const auto found = answers_.find(ticket); found != answers_.end()) {
    found->second = std::move(message);
  }
  changed_.notify_all();
  return arrow::Status::OK();
} catch (const std::bad_alloc&) {
  return MakeError(ErrorKind::kOutOfMemory, "asking the run: no memory for its answer");
}

void TaskClient::Lose(const arrow::Status& status) {
  {
    const std::scoped_lock lock(mutex_);
    lost_ = status;
  }
  changed_.notify_all();
  // The run must not wait in the middle of a message: it shall hear how the task ends.
  channel_->StopReceiving();
  stop_.request_stop();
}

int64_t TaskClient::NextId() {
  const std::scoped_lock lock(mutex_);
  return ++last_id_;
}

}  // namespace carmilla
