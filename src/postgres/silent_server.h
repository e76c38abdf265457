#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace carmilla {

/// Test support: a listening socket that nobody accepts from. The kernel connects, and no
/// server answers.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_, generic, size) != 0 || listen(socket_, 4) != 0 ||
        getsockname(socket_, generic, &size) != 0) {
      throw std::runtime_error("no socket to listen at");
    }
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  std::string conninfo() const { return "host=127.0.0.1 port=" + std::to_string(port_); }

 private:
  int socket_;
  uint16_t port_ = 0;
};

}  // namespace carmilla
