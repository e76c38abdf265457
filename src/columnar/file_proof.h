#pragma once

#include <stop_token>

#include <arrow/status.h>
#include <arrow/type_fwd.h>

#include "stream/data_file.h"
#include "stream/object_store.h"

namespace carmilla {

/// Proves a stored file without decoding values: size and CRC-32C of all its bytes, a
/// readable footer whose schema equals `schema`, rows and the null counts of every
/// column. kCorruptData (or kNotFound) names the file and what differs. `key` is the
/// object's key in `store`.
arrow::Status ProveStructure(ObjectStore& store, std::string_view key,
                             const DataFile& expected, const arrow::Schema& schema,
                             const std::stop_token& stop);

/// Also decodes every value and compares the value hashes: finds encoder faults, swapped
/// files and bit rot.
arrow::Status ProveValues(ObjectStore& store, std::string_view key,
                          const DataFile& expected, const arrow::Schema& schema,
                          const std::stop_token& stop);

}  // namespace carmilla
