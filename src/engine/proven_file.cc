#include "engine/proven_file.h"

#include <utility>

#include "columnar/file_proof.h"

namespace carmilla {

arrow::Status Prove(std::shared_ptr<arrow::io::RandomAccessFile> stored,
                    const std::string& name, const DataFile& written,
                    const arrow::Schema& schema, Proof proof,
                    const std::stop_token& stop) {
  const auto prove = proof == Proof::kFull ? ProveValues : ProveStructure;
  return prove(std::move(stored), name, written, schema, stop);
}

arrow::Status CommitThenProve(ObjectStore& store, const std::string& key,
                              ObjectWriter& object, const DataFile& written,
                              const arrow::Schema& schema, Proof proof,
                              const std::stop_token& stop) {
  ARROW_RETURN_NOT_OK(object.Commit());
  ARROW_ASSIGN_OR_RAISE(auto stored, store.OpenRead(key));
  return Prove(std::move(stored), key, written, schema, proof, stop);
}

}  // namespace carmilla
