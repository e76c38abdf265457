#include "plan/certificate_file.h"

#include "core/error.h"
#include "plan/text_file.h"

namespace carmilla {
namespace {

constexpr size_t kLargestFile = 16 << 20;

}  // namespace

arrow::Status CheckCertificateFile(const std::string& path) {
  const arrow::Result<std::string> read =
      ReadTextFile(path, {.limit_bytes = kLargestFile});
  if (!read.ok()) {
    return MakeError(ErrorKind::kConfiguration, read.status().message(),
                     "name a file with the certificate of the server's authority (PEM)");
  }
  const std::string& text = *read;
  if (text.find("-----BEGIN CERTIFICATE-----") != std::string::npos ||
      text.find("-----BEGIN TRUSTED CERTIFICATE-----") != std::string::npos) {
    return arrow::Status::OK();
  }
  return MakeError(ErrorKind::kConfiguration,
                   "the file holds no certificate in PEM text: " + path,
                   "a file in another form is converted by `openssl x509 -inform der -in "
                   "FILE -out ca.pem`");
}

}  // namespace carmilla
