#include "postgres/nested_parts.h"

#include <algorithm>
#include <utility>

#include <arrow/array/data.h>

namespace carmilla {
namespace {

// Enough that a part's loop runs long, few enough for the processor's first cache.
constexpr int64_t kMostPlaces = 4096;

}  // namespace

NestedParts::NestedParts(std::vector<std::unique_ptr<ColumnDecoder>> decoders)
    : decoders_(std::move(decoders)),
      most_sets_(std::max<int64_t>(kMostPlaces / std::ssize(decoders_), 1)),
      places_(static_cast<size_t>(most_sets_) * decoders_.size()) {}

arrow::Status NestedParts::Decode(const char* bytes) {
  const int64_t num_sets = num_taken_ - num_decoded_;
  if (num_sets == 0 || !error_.ok()) return error_;
  if (num_decoded_ + num_sets > room_) {
    room_ = std::max(num_decoded_ + num_sets, 2 * room_);
    for (const auto& decoder : decoders_) ARROW_RETURN_NOT_OK(decoder->Reserve(room_));
  }
  FieldColumn fields{.bytes = bytes, .places = places_.data(), .num_rows = num_sets};
  for (const auto& decoder : decoders_) {
    const int64_t rows = decoder->Append(fields);
    fields.places += most_sets_;
    if (rows == fields.num_rows) continue;
    // From here on only what comes before that field counts: the first of the sets.
    fields.num_rows = rows;
    error_ = decoder->error();
  }
  num_decoded_ += fields.num_rows;
  return error_;
}

arrow::Result<std::vector<std::shared_ptr<arrow::ArrayData>>> NestedParts::Finish() {
  std::vector<std::shared_ptr<arrow::ArrayData>> parts;
  parts.reserve(num_parts());
  for (const auto& decoder : decoders_) {
    ARROW_ASSIGN_OR_RAISE(auto part, decoder->Finish());
    parts.push_back(std::move(part));
  }
  num_taken_ = num_decoded_ = room_ = 0;
  return parts;
}

}  // namespace carmilla
