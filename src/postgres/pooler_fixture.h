#pragma once

#include <memory>
#include <string>

namespace carmilla {

enum class PoolMode { kTransactionLastUsed, kTransactionRoundRobin, kSession };

/// A connection pooler on a loopback port, as tests need it: it keeps a few connections
/// to the server and lends them to clients per transaction (the one used last first, or
/// in turn) or per connection. It asks for no password and knows neither COPY nor
/// cancelling.
class PoolerStandIn {
 public:
  PoolerStandIn(const std::string& socket_path, const std::string& user,
                const std::string& database, int num_backends, PoolMode mode);
  ~PoolerStandIn();
  PoolerStandIn(const PoolerStandIn&) = delete;
  PoolerStandIn& operator=(const PoolerStandIn&) = delete;

  int port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace carmilla
