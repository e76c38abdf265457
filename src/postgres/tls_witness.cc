#include "postgres/tls_witness.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <ctime>

namespace carmilla {
namespace {

using enum CertificateProblem::Kind;

CertificateProblem::Kind KindOf(int64_t code) {
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return kExpired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return kNotYetValid;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return kSelfSigned;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return kUnknownAuthority;
    default:
      return kOther;
  }
}

/// The common name, or the organization where there is none.
std::string CommonName(const X509_NAME* name) {
  std::array<char, 256> text{};
  for (const int part : {NID_commonName, NID_organizationName}) {
    if (X509_NAME_get_text_by_NID(name, part, text.data(), text.size()) > 0) {
      return text.data();
    }
  }
  return "";
}

std::string DateOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "";
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
  return text.data();
}

thread_local TlsWitness* witness_of_thread = nullptr;

// libpq may get through a whole handshake in one step, so the session is caught where it
// is made.
void OnNewSession(void* session, void* /*value*/, CRYPTO_EX_DATA* /*data*/, int /*index*/,
                  long /*argl*/,  // NOLINT(google-runtime-int): theirs.
                  void* /*argp*/) {
  if (witness_of_thread != nullptr) witness_of_thread->Keep(static_cast<SSL*>(session));
}

}  // namespace

void TlsWitness::Deleter::operator()(ssl_st* session) const { SSL_free(session); }

TlsWitness::TlsWitness() {
  // Once for the process; where no witness lives the call does nothing.
  static const int index =
      SSL_get_ex_new_index(/*argl=*/0, /*argp=*/nullptr, &OnNewSession,
                           /*dup_func=*/nullptr, /*free_func=*/nullptr);
  static_cast<void>(index);
  witness_of_thread = this;
}

TlsWitness::~TlsWitness() { witness_of_thread = nullptr; }

void TlsWitness::Keep(ssl_st* session) {
  SSL_up_ref(session);
  session_.reset(session);
}

std::optional<CertificateProblem> TlsWitness::Problem() const {
  if (session_ == nullptr) return std::nullopt;
  const int64_t code = SSL_get_verify_result(session_.get());
  if (code == X509_V_OK) return std::nullopt;
  CertificateProblem problem{.kind = KindOf(code),
                             .reason = X509_verify_cert_error_string(code)};
  // The chain is there although it was refused; the server's own stands first.
  const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(session_.get());
  const int length = chain == nullptr ? 0 : sk_X509_num(chain);
  if (length > 0) {
    problem.expiry = DateOf(X509_get0_notAfter(sk_X509_value(chain, 0)));
    problem.authority =
        CommonName(X509_get_issuer_name(sk_X509_value(chain, length - 1)));
  }
  return problem;
}

}  // namespace carmilla
