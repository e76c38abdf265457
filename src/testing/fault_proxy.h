#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/http_transport.h"

namespace carmilla {

/// What a FaultProxy does with one request.
struct Fault {
  enum class Kind : uint8_t {
    kNone,
    kAnswer,         ///< Gives `answer` without asking the server.
    kLoseRequest,    ///< Closes the connection without asking the server.
    kLoseAnswer,     ///< Asks the server, then closes the connection.
    kReplaceAnswer,  ///< Asks the server, then gives `answer`.
    kCutBody,        ///< Closes the connection after half of the answer's body.
    kStallBody,   ///< Gives half of the body and then nothing, for as long as it takes.
    kSilence,     ///< Answers nothing, for as long as it takes.
    kDamageBody,  ///< Changes one byte of the answer's body.
    kDamageRequest,  ///< Changes one byte of the request's body.
  };
  Kind kind = Kind::kNone;
  HttpResponse answer;

  /// An error as S3 gives it.
  static Fault Error(int status, std::string_view code, std::string_view message = "");
  /// `body` instead of what the server says, after it did what it was asked for.
  static Fault Instead(int status, std::string_view body);
};

/// A plain HTTP server on a free port of loopback that passes requests on, and spoils
/// some. Signatures stay valid: the Host that the client signed is passed on too.
class FaultProxy {
 public:
  struct Request {
    std::string method;
    std::string target;  ///< Path and query, encoded.
    HttpHeaders headers;
    std::string body;
    int number = 0;  ///< Of all requests, from 1.

    bool Has(std::string_view part) const {
      return target.find(part) != std::string::npos;
    }
  };
  /// Called once for each request, by one thread at a time.
  using Script = std::function<Fault(const Request&)>;

  /// `upstream` is scheme, host and port; "" if the script answers everything itself.
  /// Throws std::runtime_error if no port can be had.
  FaultProxy(std::string upstream, std::shared_ptr<HttpTransport> transport,
             Script script);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  /// `http://127.0.0.1:PORT`
  const std::string& url() const { return url_; }
  int num_requests() const { return num_requests_; }
  /// Replaces the script.
  void Play(Script script);

 private:
  void Accept();
  void Serve(int connection);
  bool ServeOne(int connection, std::string* buffered);
  HttpResponse Forward(const Request& request) const;

  const std::string upstream_;
  const std::shared_ptr<HttpTransport> transport_;
  std::string url_;
  int listener_ = -1;
  std::atomic<int> num_requests_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;  ///< Guards what follows.
  Script script_;
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace carmilla
