#include "core/hmac_sha256.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <string>
#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

struct MacDeleter {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

template <typename Bytes>
const unsigned char* Unsigned(const Bytes& bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

arrow::Status Failed(const std::string& what) {
  return MakeError(ErrorKind::kBug, "computing an HMAC: OpenSSL could not " + what);
}

}  // namespace

class HmacSha256::Impl {
 public:
  arrow::Status Start(std::string_view key) {
    mac_.reset(EVP_MAC_fetch(/*libctx=*/nullptr, "HMAC", /*properties=*/nullptr));
    if (mac_ == nullptr) return Failed("find HMAC");
    context_.reset(EVP_MAC_CTX_new(mac_.get()));
    std::string digest = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    if (context_ == nullptr ||
        EVP_MAC_init(context_.get(), Unsigned(key), key.size(), parameters) != 1) {
      return Failed("take the key");
    }
    return arrow::Status::OK();
  }

  arrow::Result<Digits> Compute(std::string_view text) {
    constexpr std::string_view kHexadecimal = "0123456789abcdef";
    std::array<unsigned char, 32> bytes{};
    size_t size = 0;
    // Without a key it begins again with the one that it has.
    if (EVP_MAC_init(context_.get(), nullptr, 0, nullptr) != 1 ||
        EVP_MAC_update(context_.get(), Unsigned(text), text.size()) != 1 ||
        EVP_MAC_final(context_.get(), bytes.data(), &size, bytes.size()) != 1 ||
        size != bytes.size()) {
      return Failed("finish it");
    }
    Digits digits{};
    for (size_t i = 0; i < bytes.size(); ++i) {
      digits[2 * i] = kHexadecimal[bytes[i] >> 4];
      digits[2 * i + 1] = kHexadecimal[bytes[i] & 0xF];
    }
    return digits;
  }

 private:
  std::unique_ptr<EVP_MAC, MacDeleter> mac_;
  std::unique_ptr<EVP_MAC_CTX, MacDeleter> context_;
};

HmacSha256::HmacSha256(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HmacSha256::~HmacSha256() = default;

arrow::Result<std::unique_ptr<HmacSha256>> HmacSha256::Make(std::string_view key) {
  auto impl = std::make_unique<Impl>();
  ARROW_RETURN_NOT_OK(impl->Start(key));
  return std::unique_ptr<HmacSha256>(new HmacSha256(std::move(impl)));
}

arrow::Result<HmacSha256::Digits> HmacSha256::Compute(std::string_view text) {
  return impl_->Compute(text);
}

}  // namespace carmilla
