#pragma once

#include <string>

#include <arrow/status.h>

#include "plan/configuration.h"

namespace CLI {
class App;
}

namespace carmilla {

/// `--tls` and `--ca-file`, for the commands that connect without a configuration.
class TlsFlags {
 public:
  /// Declares them on `app`; this object must outlive it.
  void Declare(CLI::App& app);

  /// Reads them after parsing. kUsage for an unknown word, kConfiguration for a file that
  /// holds no certificates.
  arrow::Status Read(ConnectionTls* tls, std::string* ca_file) const;

 private:
  std::string tls_ = "verify";
  std::string ca_file_;
};

}  // namespace carmilla
