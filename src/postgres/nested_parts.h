#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "postgres/column_decoder.h"

namespace carmilla {

/// Decodes what nested values are made of, in sets of one field for each part: the
/// elements of lists (one part), keys and values, members of structs, bounds of ranges.
/// Fields are noted and decoded some thousand at a time, part by part.
class NestedParts {
 public:
  explicit NestedParts(std::vector<std::unique_ptr<ColumnDecoder>> decoders);

  size_t num_parts() const { return decoders_.size(); }

  /// Makes room for a set. `bytes` are those of all places. Fails as Decode does.
  arrow::Status BeginSet(const char* bytes) {
    if (num_taken_ - num_decoded_ == most_sets_) ARROW_RETURN_NOT_OK(Decode(bytes));
    next_place_ = places_.data() + (num_taken_ - num_decoded_);
    return arrow::Status::OK();
  }
  /// Adds the next field of the set, whose length was looked at.
  void Add(uint32_t place) {
    *next_place_ = place;
    next_place_ += most_sets_;
  }
  void AddNull() { Add(FieldColumn::kNullPlace); }
  /// A set that is not ended does not count.
  void EndSet() { ++num_taken_; }

  /// Decodes the sets at hand. Fails again after it has failed.
  arrow::Status Decode(const char* bytes);

  /// Sets ended, and those that are decoded: all of them unless Decode failed.
  int64_t num_taken() const { return num_taken_; }
  int64_t num_decoded() const { return num_decoded_; }

  /// Hands over the parts and starts again.
  arrow::Result<std::vector<std::shared_ptr<arrow::ArrayData>>> Finish();

 private:
  std::vector<std::unique_ptr<ColumnDecoder>> decoders_;
  arrow::Status error_;
  int64_t most_sets_;             // that are not yet decoded
  std::vector<uint32_t> places_;  // of theirs, part by part
  uint32_t* next_place_ = nullptr;
  int64_t num_taken_ = 0;
  int64_t num_decoded_ = 0;
  int64_t room_ = 0;
};

}  // namespace carmilla
