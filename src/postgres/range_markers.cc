#include "postgres/range_markers.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "postgres/copy_format.h"

namespace carmilla {
namespace {

constexpr int64_t kWordBytes = sizeof(uint64_t);

}  // namespace

RangeMarkers::RangeMarkers(std::vector<RangeMarker> markers, int64_t slack)
    : markers_(std::move(markers)), slack_(slack) {
  LookForNext();
}

void RangeMarkers::LookForNext() {
  if (!has_next()) return;
  std::string fields = markers_[next_].fields;
  const int64_t size = std::ssize(fields);
  const std::string known(static_cast<size_t>(std::min(size, kWordBytes)), '\xff');
  mask_ = 0;
  std::memcpy(&mask_, known.data(), known.size());
  fields.resize(std::max(fields.size(), sizeof(uint64_t)));
  const int64_t end = std::ssize(fields) - kWordBytes;
  first_offset_ = std::min<int64_t>(kCopyLengthBytes, end);
  last_offset_ = std::min(end, slack_ - kWordBytes);
  first_word_ = Load(fields.data() + first_offset_);
  last_word_ = Load(fields.data() + last_offset_);
}

int32_t RangeMarkers::Locate(std::string_view fields, int64_t number) {
  if (has_next() && fields.starts_with(markers_[next_].fields)) {
    beginnings_.push_back({.range = markers_[next_].range, .first_row = number});
    ++next_;
    LookForNext();
  }
  return beginnings_.back().range;
}

arrow::Status RangeMarkers::CheckEnd() const {
  if (!has_next()) return arrow::Status::OK();
  return MakeError(ErrorKind::kBug,
                   "rows came out of physical order: the first row of block range " +
                       std::to_string(markers_[next_].range + 1) + " was not among them");
}

const RangeMarkers::Beginning& RangeMarkers::BeginningOf(int64_t number) const {
  return *std::prev(
      std::ranges::upper_bound(beginnings_, number, {}, &Beginning::first_row));
}

}  // namespace carmilla
