#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include <arrow/status.h>
#include <arrow/type_fwd.h>

#include "stream/data_file.h"
#include "stream/object_store.h"
#include "types/storage_choice.h"

namespace carmilla {

/// Proves what is stored as `proof` asks; `name` is for messages.
arrow::Status Prove(std::shared_ptr<arrow::io::RandomAccessFile> stored,
                    const std::string& name, const DataFile& written,
                    const arrow::Schema& schema, Proof proof,
                    const std::stop_token& stop);

/// Puts a finished file under `key`, which no manifest names yet, reads it back and
/// proves it: what every file goes through before a version of a table names it.
arrow::Status CommitThenProve(ObjectStore& store, const std::string& key,
                              ObjectWriter& object, const DataFile& written,
                              const arrow::Schema& schema, Proof proof,
                              const std::stop_token& stop);

}  // namespace carmilla
