#include "postgres/pooler_fixture.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

namespace carmilla {
namespace {

constexpr uint32_t kProtocol = 196608;
constexpr uint32_t kSslRequest = 80877103;
constexpr uint32_t kEncryptionRequest = 80877104;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {
    if (descriptor < 0) throw std::runtime_error("no socket");
  }
  ~Socket() { close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int descriptor() const { return descriptor_; }
  void Shutdown() const { shutdown(descriptor_, SHUT_RDWR); }

  bool Send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  std::optional<std::string> Receive(size_t size) const {
    std::string bytes(size, '\0');
    if (size > 0 && recv(descriptor_, bytes.data(), size, MSG_WAITALL) !=
                        static_cast<ssize_t>(size)) {
      return std::nullopt;
    }
    return bytes;
  }

 private:
  int descriptor_;
};

uint32_t ReadInteger(std::string_view bytes) {
  uint32_t value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return ntohl(value);
}

std::string Integer(uint32_t value) {
  const uint32_t bytes = htonl(value);
  std::string text(sizeof bytes, '\0');
  std::memcpy(text.data(), &bytes, sizeof bytes);
  return text;
}

// One message with its type and length, or nothing at the end.
std::optional<std::string> ReadMessage(const Socket& socket) {
  const auto head = socket.Receive(5);
  if (!head.has_value()) return std::nullopt;
  const auto body = socket.Receive(ReadInteger(std::string_view(*head).substr(1)) - 4);
  if (!body.has_value()) return std::nullopt;
  return *head + *body;
}

}  // namespace

class PoolerStandIn::Impl {
 public:
  Impl(const std::string& socket_path, const std::string& user,
       const std::string& database, int num_backends, PoolMode mode)
      : mode_(mode), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    for (int i = 0; i < num_backends; ++i) OpenBackend(socket_path, user, database);
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_.descriptor(), generic, size) != 0 ||
        listen(listener_.descriptor(), 16) != 0 ||
        getsockname(listener_.descriptor(), generic, &size) != 0) {
      throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }

  ~Impl() {
    listener_.Shutdown();
    acceptor_.join();
    {
      const std::scoped_lock lock(mutex_);
      is_closed_ = true;
      for (const auto& client : clients_) client->Shutdown();
    }
    freed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  int port() const { return port_; }

 private:
  void OpenBackend(const std::string& path, const std::string& user,
                   const std::string& database) {
    auto backend = std::make_unique<Socket>(socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (connect(backend->descriptor(), reinterpret_cast<sockaddr*>(&address),
                sizeof address) != 0) {
      throw std::runtime_error("cannot reach the server");
    }
    std::string body = Integer(kProtocol);
    body.append("user").append(1, '\0').append(user).append(1, '\0');
    body.append("database").append(1, '\0').append(database).append(2, '\0');
    backend->Send(Integer(static_cast<uint32_t>(body.size() + 4)) + body);
    parameters_.clear();
    for (auto message = ReadMessage(*backend); message.has_value();
         message = ReadMessage(*backend)) {
      if (message->front() == 'S') parameters_ += *message;
      if (message->front() == 'Z') break;
    }
    idle_.push_back(backend.get());
    backends_.push_back(std::move(backend));
  }

  void Accept() {
    while (true) {
      const int descriptor = accept(listener_.descriptor(), nullptr, nullptr);
      if (descriptor < 0) return;
      const std::scoped_lock lock(mutex_);
      clients_.push_back(std::make_unique<Socket>(descriptor));
      threads_.emplace_back([this, client = clients_.back().get()] { Serve(*client); });
    }
  }

  // As a server would greet, with a process id of its own invention.
  bool Greet(const Socket& client) const {
    while (true) {
      const auto size = client.Receive(4);
      if (!size.has_value()) return false;
      const auto body = client.Receive(ReadInteger(*size) - 4);
      if (!body.has_value()) return false;
      const uint32_t code = ReadInteger(*body);
      if (code == kProtocol) break;
      if (code != kSslRequest && code != kEncryptionRequest) return false;
      client.Send("N");
    }
    return client.Send("R" + Integer(8) + Integer(0) + parameters_ + "K" + Integer(12) +
                       Integer(4242424) + Integer(1) + "Z" + Integer(5) + "I");
  }

  void Serve(const Socket& client) {
    const Socket* backend = nullptr;
    if (Greet(client)) {
      for (auto message = ReadMessage(client);
           message.has_value() && message->front() != 'X';
           message = ReadMessage(client)) {
        if (backend == nullptr) backend = Borrow();
        if (backend == nullptr || !backend->Send(*message)) break;
        if (message->front() != 'Q' && message->front() != 'S') continue;
        if (Relay(*backend, client) && mode_ != PoolMode::kSession) {
          Return(backend);
          backend = nullptr;
        }
      }
    }
    client.Shutdown();
  }

  // Returns whether the transaction has ended.
  static bool Relay(const Socket& backend, const Socket& client) {
    for (auto message = ReadMessage(backend); message.has_value();
         message = ReadMessage(backend)) {
      client.Send(*message);
      if (message->front() == 'Z') return message->back() == 'I';
    }
    return false;
  }

  const Socket* Borrow() {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [this] { return is_closed_ || !idle_.empty(); });
    if (is_closed_) return nullptr;
    const Socket* backend = nullptr;
    if (mode_ == PoolMode::kTransactionLastUsed) {
      backend = idle_.back();
      idle_.pop_back();
    } else {
      backend = idle_.front();
      idle_.pop_front();
    }
    return backend;
  }

  void Return(const Socket* backend) {
    {
      const std::scoped_lock lock(mutex_);
      idle_.push_back(backend);
    }
    freed_.notify_one();
  }

  const PoolMode mode_;
  const Socket listener_;
  int port_ = 0;
  std::string parameters_;
  std::vector<std::unique_ptr<Socket>> backends_;
  std::mutex mutex_;
  std::condition_variable freed_;
  bool is_closed_ = false;
  std::deque<const Socket*> idle_;
  std::vector<std::unique_ptr<Socket>> clients_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

PoolerStandIn::PoolerStandIn(const std::string& socket_path, const std::string& user,
                             const std::string& database, int num_backends, PoolMode mode)
    : impl_(std::make_unique<Impl>(socket_path, user, database, num_backends, mode)) {}

PoolerStandIn::~PoolerStandIn() = default;

int PoolerStandIn::port() const { return impl_->port(); }

}  // namespace carmilla
