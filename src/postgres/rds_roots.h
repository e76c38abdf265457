#pragma once

#include <string>
#include <string_view>

#include <arrow/result.h>

namespace carmilla {

/// The certificate authorities that sign the servers of Amazon RDS and Aurora and of RDS
/// Proxy, as PEM text. They ship inside the program; tools/rds_roots.py tells which.
std::string_view RdsRoots();

/// True for names of Amazon RDS: `db.abc.eu-west-1.rds.amazonaws.com`, also of China.
bool IsRdsHost(std::string_view host);

/// A path under which the roots can be read as a file, by this process and as long as it
/// lives. Nothing is written to a disk. kIo where the system has no such files or no
/// /proc. Thread safe.
arrow::Result<std::string> RdsRootsPath();

}  // namespace carmilla
