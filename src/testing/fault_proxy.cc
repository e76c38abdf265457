#include "testing/fault_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace carmilla {
namespace {

bool SendAll(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

// Appends what arrives; false at the end.
bool Receive(int connection, std::string* buffered) {
  char bytes[64 << 10];
  const ssize_t size = ::recv(connection, bytes, sizeof bytes, 0);
  if (size <= 0) return false;
  buffered->append(bytes, static_cast<size_t>(size));
  return true;
}

std::string_view TakeLine(std::string_view* text) {
  const size_t end = text->find("\r\n");
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(std::min(text->size(), end + 2));
  return line;
}

size_t LengthIn(const HttpHeaders& headers) {
  const HttpResponse holder{.headers = headers};
  const std::string_view text = holder.Header("content-length").value_or("0");
  size_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

// Reads one request, however it is cut into packets; nothing at the end.
std::optional<FaultProxy::Request> ReadRequest(int connection, std::string* buffered) {
  size_t end = 0;
  while ((end = buffered->find("\r\n\r\n")) == std::string::npos) {
    if (!Receive(connection, buffered)) return std::nullopt;
  }
  std::string_view head = std::string_view(*buffered).substr(0, end + 2);
  FaultProxy::Request request;
  const std::string_view first = TakeLine(&head);
  const size_t space = first.find(' ');
  request.method = first.substr(0, space);
  request.target = first.substr(space + 1, first.rfind(' ') - space - 1);
  while (!head.empty()) {
    const std::string_view line = TakeLine(&head);
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  const size_t length = LengthIn(request.headers);
  while (buffered->size() < end + 4 + length) {
    if (!Receive(connection, buffered)) return std::nullopt;
  }
  request.body = buffered->substr(end + 4, length);
  buffered->erase(0, end + 4 + length);
  return request;
}

bool IsOfOneHop(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), ::tolower);
  return lower == "connection" || lower == "content-length" ||
         lower == "transfer-encoding" || lower == "keep-alive";
}

std::string HeadOf(const HttpResponse& answer, bool is_head) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Status\r\n";
  for (const auto& [name, value] : answer.headers) {
    if (!IsOfOneHop(name)) head.append(name).append(": ").append(value).append("\r\n");
  }
  const size_t length = is_head ? LengthIn(answer.headers) : answer.body.size();
  if (answer.status != 204) head += "Content-Length: " + std::to_string(length) + "\r\n";
  return head + "\r\n";
}

void Damage(std::string* bytes) {
  if (!bytes->empty()) (*bytes)[bytes->size() / 2] ^= 1;
}

}  // namespace

Fault Fault::Error(int status, std::string_view code, std::string_view message) {
  Fault fault{.kind = Kind::kAnswer};
  fault.answer.status = status;
  fault.answer.body = "<?xml version=\"1.0\"?><Error><Code>" + std::string(code) +
                      "</Code><Message>" + std::string(message) +
                      "</Message><RequestId>REQUEST-1</RequestId></Error>";
  return fault;
}

Fault Fault::Instead(int status, std::string_view body) {
  Fault fault{.kind = Kind::kReplaceAnswer};
  fault.answer.status = status;
  fault.answer.body = body;
  return fault;
}

FaultProxy::FaultProxy(std::string upstream, std::shared_ptr<HttpTransport> transport,
                       Script script)
    : upstream_(std::move(upstream)),
      transport_(std::move(transport)),
      script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, generic, size) != 0 ||
      ::listen(listener_, 64) != 0 || ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("the fault proxy gets no port");
  }
  url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  acceptor_ = std::thread([this] { Accept(); });
}

FaultProxy::~FaultProxy() {
  is_stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int connection : connections_) ::shutdown(connection, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int connection : connections_) ::close(connection);
  ::close(listener_);
}

void FaultProxy::Play(Script script) {
  const std::scoped_lock lock(mutex_);
  script_ = std::move(script);
}

void FaultProxy::Accept() {
  while (!is_stopping_) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    const std::scoped_lock lock(mutex_);
    connections_.push_back(connection);
    threads_.emplace_back([this, connection] { Serve(connection); });
  }
}

void FaultProxy::Serve(int connection) {
  std::string buffered;
  while (!is_stopping_ && ServeOne(connection, &buffered)) {
  }
  ::shutdown(connection, SHUT_RDWR);
}

bool FaultProxy::ServeOne(int connection, std::string* buffered) {
  auto request = ReadRequest(connection, buffered);
  if (!request.has_value()) return false;
  request->number = ++num_requests_;
  Fault fault;
  {
    const std::scoped_lock lock(mutex_);
    fault = script_(*request);
  }
  using Kind = Fault::Kind;
  if (fault.kind == Kind::kLoseRequest) return false;
  if (fault.kind == Kind::kSilence) {
    while (Receive(connection, buffered)) {
    }
    return false;
  }
  if (fault.kind == Kind::kDamageRequest) Damage(&request->body);
  HttpResponse answer;
  if (fault.kind != Kind::kAnswer) answer = Forward(*request);
  if (fault.kind == Kind::kLoseAnswer) return false;
  if (fault.kind == Kind::kAnswer || fault.kind == Kind::kReplaceAnswer) {
    answer = std::move(fault.answer);
  }
  if (fault.kind == Kind::kDamageBody) Damage(&answer.body);

  const bool is_head = request->method == "HEAD";
  const bool is_partial = fault.kind == Kind::kCutBody || fault.kind == Kind::kStallBody;
  std::string_view body = is_head ? std::string_view() : answer.body;
  if (is_partial) body = body.substr(0, body.size() / 2);
  // In one packet, or a client's delayed acknowledgement costs 40 ms.
  if (!SendAll(connection, HeadOf(answer, is_head).append(body))) return false;
  // Until the client gives up.
  while (fault.kind == Kind::kStallBody && Receive(connection, buffered)) {
  }
  return !is_partial;
}

HttpResponse FaultProxy::Forward(const Request& request) const {
  HttpRequest forwarded{
      .method = request.method, .url = upstream_ + request.target, .body = request.body};
  for (const auto& header : request.headers) {
    if (!IsOfOneHop(header.first)) forwarded.headers.push_back(header);
  }
  auto answer = transport_->Send(forwarded);
  if (answer.ok()) return *std::move(answer);
  return {.status = 502, .body = answer.status().ToString()};
}

}  // namespace carmilla
