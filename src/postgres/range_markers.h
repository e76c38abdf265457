#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/status.h>

namespace carmilla {

/// Where the rows of a range begin: what the first one begins with, and no other row of
/// the copy does.
struct RangeMarker {
  int32_t range = 0;   ///< Index in CopyRequest::ranges.
  std::string fields;  ///< Its first fields, lengths included.

  bool operator==(const RangeMarker&) const = default;
};

/// Assigns rows that come in physical order, without ctid, to ranges of blocks: each
/// range begins with the row of its marker. Rows before the first such row are of the
/// first range.
class RangeMarkers {
 public:
  /// `markers` are in the order of their ranges; a range without a marker has no rows,
  /// unless it is the first. `slack` bytes behind any message, kCopySlack at least, may
  /// be read.
  RangeMarkers(std::vector<RangeMarker> markers, int64_t slack);

  /// Whether a range is still to begin.
  bool has_next() const { return next_ < markers_.size(); }

  /// Whether a row with these fields may begin the next range, by a look at few of its
  /// bytes, which need not be there: almost always false when it does not. Only while
  /// has_next().
  bool MayBegin(const char* fields) const {
    const uint64_t first = Load(fields + first_offset_) ^ first_word_;
    const uint64_t last = Load(fields + last_offset_) ^ last_word_;
    return ((first | last) & mask_) == 0;
  }

  /// The index of the range of a row with these fields, the `number`th of the copy,
  /// counted from 1. Rows are asked about in order; those that MayBegin denies may be
  /// left out.
  int32_t Locate(std::string_view fields, int64_t number);

  /// kBug while a range is still to begin: the server did not send the row that it showed
  /// before, or not in its place.
  arrow::Status CheckEnd() const;

  /// A range and the number of its first row in the copy, counted from 1.
  struct Beginning {
    int32_t range = 0;
    int64_t first_row = 1;
  };
  /// Of the range that holds the `number`th row, one of those seen so far.
  const Beginning& BeginningOf(int64_t number) const;

 private:
  static uint64_t Load(const char* bytes) {
    uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
  }
  void LookForNext();

  const std::vector<RangeMarker> markers_;
  const int64_t slack_;
  size_t next_ = 0;
  std::vector<Beginning> beginnings_{{}};

  // Of the next marker: a word where the first value is and one at its end, as keys tend
  // to differ there. The mask leaves out what a short marker does not have.
  int64_t first_offset_ = 0;
  int64_t last_offset_ = 0;
  uint64_t first_word_ = 0;
  uint64_t last_word_ = 0;
  uint64_t mask_ = 0;
};

}  // namespace carmilla
