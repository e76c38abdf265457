#pragma once

#include <memory>
#include <stop_token>
#include <string_view>

#include <arrow/io/type_fwd.h>
#include <arrow/status.h>
#include <arrow/type_fwd.h>

#include "stream/data_file.h"

namespace carmilla {

/// Proves a stored file without decoding values: size and CRC-32C of all its bytes, a
/// readable footer whose schema equals `schema`, rows and the null counts of every
/// column. kCorruptData tells what differs and calls the file `name`.
arrow::Status ProveStructure(std::shared_ptr<arrow::io::RandomAccessFile> file,
                             std::string_view name, const DataFile& expected,
                             const arrow::Schema& schema, const std::stop_token& stop);

/// Also decodes every value and compares the value hashes: finds encoder faults, swapped
/// files and bit rot.
arrow::Status ProveValues(std::shared_ptr<arrow::io::RandomAccessFile> file,
                          std::string_view name, const DataFile& expected,
                          const arrow::Schema& schema, const std::stop_token& stop);

}  // namespace carmilla
