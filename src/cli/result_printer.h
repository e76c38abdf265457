#pragma once

#include <cstdint>
#include <ostream>
#include <stop_token>

#include <arrow/result.h>

#include "stream/query_engine.h"

namespace carmilla {

enum class ResultFormat : uint8_t {
  /// A text table for people, as psql draws it. Numbers stand right; NULL is `NULL`;
  /// control
  /// characters are escaped (`\n`, `\t`, `\x1b`) so that a value cannot steer the
  /// terminal.
  kTable,
  /// RFC 4180 with a header and LF line ends. NULL is an empty field, an empty string is
  /// `""`.
  kCsv,
  /// One JSON object per line. Repeated column names get `_2`, `_3`.
  kJsonLines,
};

struct ResultPrinterOptions {
  ResultFormat format = ResultFormat::kTable;
  /// Columns of the terminal; text that does not fit is cut with `…`, numbers and times
  /// never are. What does not fit even so is printed row by row as blocks of `title |
  /// value`. 0 means unlimited. kTable only.
  int width = 0;
  /// Tell the engine's type of each column. kTable only.
  bool shows_types = false;
  /// Rows held back to find the widths of columns, but never more than 4 MiB of text;
  /// later rows are streamed. kTable only.
  int64_t sample_rows = 1000;
};

/// Writes all rows of `result` to `out` and returns their number; memory stays bounded.
///
/// Values look the same in all formats: decimals with all their digits, floating point as
/// the shortest text that reads back, timestamps `2024-05-01 12:00:00.123456+00` (without
/// the zone for those without one), binary `\x` and hexadecimal digits, NaN, Infinity,
/// -Infinity, and nested values as JSON (`[1, 2]`, `{"a": 1}`; maps with keys as text).
/// JSON lines hold integers, finite floating point and decimals as numbers with all their
/// digits, booleans and null as such, and everything else as text. Invalid UTF-8 becomes
/// U+FFFD, except in CSV, which passes text as it is.
///
/// Errors: those of `result`; kIo when `out` fails. What was printed before stays
/// printed.
arrow::Result<int64_t> PrintResult(QueryResult& result,
                                   const ResultPrinterOptions& options, std::ostream& out,
                                   const std::stop_token& stop);

}  // namespace carmilla
