#pragma once

#include <memory>
#include <optional>
#include <string>

struct ssl_st;

namespace carmilla {

/// What is wrong with the certificate that a server showed.
struct CertificateProblem {
  enum class Kind { kUnknownAuthority, kSelfSigned, kExpired, kNotYetValid, kOther };
  Kind kind = Kind::kOther;
  std::string reason;     ///< In OpenSSL's words.
  std::string authority;  ///< Who signed it, such as `Corporate Root 2`; "" if unknown.
  std::string expiry;     ///< Of the server's certificate, `2024-05-01`; "" if unknown.
};

/// Watches the TLS handshakes that its own thread begins while it lives: those of one
/// connection attempt. libpq says "certificate verify failed" whatever the reason, and
/// frees the session that knows it; the witness keeps that session. At most one lives in
/// a thread.
class TlsWitness {
 public:
  TlsWitness();
  ~TlsWitness();
  TlsWitness(const TlsWitness&) = delete;
  TlsWitness& operator=(const TlsWitness&) = delete;

  /// What was wrong with the last certificate; nothing when it was good or none came.
  std::optional<CertificateProblem> Problem() const;

  /// For OpenSSL's call when a session begins.
  void Keep(ssl_st* session);

 private:
  struct Deleter {
    void operator()(ssl_st* session) const;
  };
  std::unique_ptr<ssl_st, Deleter> session_;
};

}  // namespace carmilla
