#include "columnar/parquet_error.h"

#include <new>

#include <parquet/exception.h>

namespace carmilla {

arrow::Status TranslateParquetStatus(const arrow::Status& status, ErrorKind kind,
                                     std::string_view doing) {
  if (status.ok()) return status;
  if (status.detail() != nullptr || status.IsOutOfMemory() || status.IsCancelled()) {
    return WithContext(status, doing);
  }
  return MakeError(kind, std::string(doing) + ": " + status.message());
}

arrow::Status TranslateCurrentException(ErrorKind kind, std::string_view doing) {
  try {
    throw;
  } catch (const parquet::ParquetStatusException& error) {
    return TranslateParquetStatus(error.status(), kind, doing);
  } catch (const parquet::ParquetException& error) {
    return MakeError(kind, std::string(doing) + ": " + error.what());
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorKind::kOutOfMemory, std::string(doing) + ": not enough memory");
  } catch (const std::exception& error) {
    return MakeError(ErrorKind::kBug, std::string(doing) + ": " + error.what());
  }
}

}  // namespace carmilla
