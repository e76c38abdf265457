#include "cli/tls_flags.h"

#include <CLI/CLI.hpp>

#include "cli/flag_value.h"
#include "plan/certificate_file.h"

namespace carmilla {
void TlsFlags::Declare(CLI::App& app) {
  app.add_option("--tls", tls_, "Other machines prove their name (default), or not")
      ->type_name("verify|insecure");
  app.add_option("--ca-file", ca_file_, "Certificates of the authorities to trust (PEM)")
      ->type_name("FILE");
}

arrow::Status TlsFlags::Read(ConnectionTls* tls, std::string* ca_file) const {
  ARROW_ASSIGN_OR_RAISE(*tls,
                        ParseChoice<ConnectionTls>("--tls", tls_, kConnectionTlsNames));
  *ca_file = ca_file_;
  if (ca_file_.empty()) return arrow::Status::OK();
  return WithContext(CheckCertificateFile(ca_file_), "--ca-file");
}

}  // namespace carmilla
