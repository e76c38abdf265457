#pragma once

#include <arrow/status.h>

#include <string>

namespace carmilla {

/// kConfiguration unless `path` can be read and holds certificates as PEM text, the form
/// in which authorities are named to TLS.
arrow::Status CheckCertificateFile(const std::string& path);

}  // namespace carmilla
