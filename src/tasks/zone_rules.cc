#include "tasks/zone_rules.h"

#include <algorithm>
#include <limits>
#include <string>

#include "carmilla/calendar.h"
#include "core/error.h"
#include "tasks/text_scanner.h"

namespace carmilla::internal {
namespace {

constexpr int64_t kSecondsOfDay = 86400;

arrow::Status Broken(std::string_view problem) {
  return MakeError(ErrorKind::kCorruptData,
                   "reading the rules of a time zone: " + std::string(problem),
                   "the package tzdata has them");
}

/// Takes `-1`, `5:30` or `+10:30:15` as seconds.
std::optional<int64_t> TakeClock(TextScanner& text) {
  const bool is_negative = text.Take("-");
  if (!is_negative) text.Take("+");
  int64_t seconds = 0;
  for (const int64_t factor : {3600, 60, 1}) {
    if (factor != 3600 && !text.Take(":")) break;
    const auto part = text.TakeNumber(1, 3);
    if (!part.has_value()) return std::nullopt;
    seconds += *part * factor;
  }
  return is_negative ? -seconds : seconds;
}

/// Takes `CET` or `<+03>`.
bool TakeName(TextScanner& text) {
  if (text.Take("<")) {
    const size_t end = text.rest.find('>');
    if (end == std::string_view::npos) return false;
    text.rest.remove_prefix(end + 1);
    return true;
  }
  const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  const size_t before = text.rest.size();
  while (!text.IsAtEnd() && is_letter(text.rest[0])) text.rest.remove_prefix(1);
  return before - text.rest.size() >= 3;
}

/// Takes a number that must lie between two.
bool TakeBetween(TextScanner& text, int64_t least, int64_t most, int32_t* number) {
  const auto taken = text.TakeNumber(1, 3);
  if (!taken.has_value() || *taken < least || *taken > most) return false;
  *number = static_cast<int32_t>(*taken);
  return true;
}

/// Takes `,M3.5.0/2`.
std::optional<YearlyChange> TakeChange(TextScanner& text) {
  YearlyChange change;
  bool is_well = text.Take(",");
  if (text.Take("M")) {
    is_well = is_well && TakeBetween(text, 1, 12, &change.month) && text.Take(".") &&
              TakeBetween(text, 1, 5, &change.week) && text.Take(".") &&
              TakeBetween(text, 0, 6, &change.day);
  } else if (text.Take("J")) {
    change.kind = YearlyChange::Kind::kDayWithout29;
    is_well = is_well && TakeBetween(text, 1, 365, &change.day);
  } else {
    change.kind = YearlyChange::Kind::kDay;
    is_well = is_well && TakeBetween(text, 0, 365, &change.day);
  }
  if (is_well && text.Take("/")) {
    const auto seconds = TakeClock(text);
    is_well = seconds.has_value();
    change.seconds = seconds.value_or(0);
  }
  return is_well ? std::optional(change) : std::nullopt;
}

/// The big-endian numbers of a file.
class BinaryScanner {
 public:
  explicit BinaryScanner(std::string_view bytes) : rest_(bytes) {}

  bool Has(uint64_t count) const { return count <= rest_.size(); }

  std::string_view Take(size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  uint64_t TakeUnsigned(size_t count) {
    uint64_t number = 0;
    for (const char c : Take(count))
      number = (number << 8) | static_cast<unsigned char>(c);
    return number;
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// How many of each kind the block after a header has.
struct BlockCounts {
  uint64_t utc_marks = 0;
  uint64_t standard_marks = 0;
  uint64_t leap_seconds = 0;
  uint64_t changes = 0;
  uint64_t types = 0;
  uint64_t name_bytes = 0;

  uint64_t Bytes(uint64_t bytes_of_time) const {
    return changes * (bytes_of_time + 1) + types * 6 + name_bytes +
           leap_seconds * (bytes_of_time + 4) + standard_marks + utc_marks;
  }
};

constexpr size_t kHeaderBytes = 44;

arrow::Result<BlockCounts> TakeHeader(BinaryScanner& bytes) {
  if (!bytes.Has(kHeaderBytes) || bytes.Take(4) != "TZif") return Broken("no such file");
  if (bytes.TakeUnsigned(1) < '2') return Broken("a file of the first version");
  bytes.Take(15);
  BlockCounts counts;
  for (uint64_t* count : {&counts.utc_marks, &counts.standard_marks, &counts.leap_seconds,
                          &counts.changes, &counts.types, &counts.name_bytes}) {
    *count = bytes.TakeUnsigned(4);
  }
  return counts;
}

}  // namespace

int64_t YearlyChange::In(int64_t year) const {
  CivilDate date = {.year = year};
  int64_t days = DaysOf(date) + day;
  if (kind == Kind::kDayWithout29) {
    const bool is_leap = LastDayOf({.year = year, .month = 2}) == 29;
    days += is_leap && day >= 60 ? 0 : -1;
  } else if (kind == Kind::kWeekday) {
    date.month = month;
    const int64_t first = DaysOf(date);
    // Sunday is 0 here.
    const int64_t until = (day - IsoDayOfWeek(first) % 7 + 7) % 7 + (week - 1) * 7;
    days = first + (until < LastDayOf(date) ? until : until - 7);
  }
  return days * kSecondsOfDay + seconds;
}

arrow::Result<ZoneFuture> ZoneFuture::Parse(std::string_view text) {
  TextScanner scanner{text};
  ZoneFuture future;
  // The sign is the other way round here: hours behind UTC.
  auto behind = TakeName(scanner) ? TakeClock(scanner) : std::nullopt;
  if (!behind.has_value()) return Broken("no offset of the standard time");
  future.standard_offset = static_cast<int32_t>(-*behind);
  if (scanner.IsAtEnd()) return future;
  if (!TakeName(scanner)) return Broken("no name of the summer time");
  future.summer_offset = future.standard_offset + 3600;
  if (!scanner.rest.starts_with(',')) {
    behind = TakeClock(scanner);
    if (!behind.has_value()) return Broken("no offset of the summer time");
    future.summer_offset = static_cast<int32_t>(-*behind);
  }
  future.summer_begins = TakeChange(scanner);
  future.summer_ends = TakeChange(scanner);
  if (!future.summer_begins.has_value() || !future.summer_ends.has_value() ||
      !scanner.IsAtEnd()) {
    return Broken("no days of the summer time");
  }
  return future;
}

int32_t ZoneFuture::OffsetAt(int64_t utc_seconds) const {
  if (!summer_begins.has_value()) return standard_offset;
  const int64_t year = CivilOf(FloorDivide(utc_seconds, kSecondsOfDay)).year;
  // The last change that was; summers of the south go over the turn of the year.
  int64_t latest = std::numeric_limits<int64_t>::min();
  int32_t offset = standard_offset;
  for (int64_t y = year - 1; y <= year + 1; ++y) {
    const int64_t end = summer_ends->In(y) - summer_offset;
    const int64_t begin = summer_begins->In(y) - standard_offset;
    if (end <= utc_seconds && end > latest) {
      latest = end;
      offset = standard_offset;
    }
    if (begin <= utc_seconds && begin >= latest) {
      latest = begin;
      offset = summer_offset;
    }
  }
  return offset;
}

arrow::Result<ZoneRules> ZoneRules::Parse(std::string_view bytes) {
  BinaryScanner scanner(bytes);
  ARROW_ASSIGN_OR_RAISE(const BlockCounts first, TakeHeader(scanner));
  if (!scanner.Has(first.Bytes(4))) return Broken("it ends too early");
  scanner.Take(first.Bytes(4));
  ARROW_ASSIGN_OR_RAISE(const BlockCounts counts, TakeHeader(scanner));
  if (!scanner.Has(counts.Bytes(8)) || counts.types == 0)
    return Broken("it ends too early");

  ZoneRules rules;
  for (uint64_t i = 0; i < counts.changes; ++i) {
    rules.changes_.push_back(static_cast<int64_t>(scanner.TakeUnsigned(8)));
  }
  const std::string_view types = scanner.Take(counts.changes);
  std::vector<int32_t> offsets;
  for (uint64_t i = 0; i < counts.types; ++i) {
    offsets.push_back(static_cast<int32_t>(scanner.TakeUnsigned(4)));
    scanner.Take(2);
  }
  rules.offsets_.push_back(offsets[0]);
  for (const char type : types) {
    const auto index = static_cast<unsigned char>(type);
    if (index >= offsets.size()) return Broken("a change to a time of no kind");
    rules.offsets_.push_back(offsets[index]);
  }
  if (!std::ranges::is_sorted(rules.changes_)) {
    return Broken("changes in no order");
  }

  scanner.Take(counts.Bytes(8) - counts.changes * 9 - counts.types * 6);
  std::string_view footer = scanner.rest();
  if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n') {
    return Broken("it ends too early");
  }
  footer = footer.substr(1, footer.size() - 2);
  if (footer.empty()) return rules;
  ARROW_ASSIGN_OR_RAISE(rules.future_, ZoneFuture::Parse(footer));
  return rules;
}

int32_t ZoneRules::OffsetAt(int64_t utc_seconds) const {
  const auto next = std::ranges::upper_bound(changes_, utc_seconds);
  if (next == changes_.end() && future_.has_value())
    return future_->OffsetAt(utc_seconds);
  return offsets_[static_cast<size_t>(next - changes_.begin())];
}

int64_t ZoneRules::UtcOf(int64_t local_seconds) const {
  const int32_t before = OffsetAt(local_seconds - kSecondsOfDay);
  const int32_t after = OffsetAt(local_seconds + kSecondsOfDay);
  if (before == after) return local_seconds - before;
  // Shown twice: the later one. Skipped: as if the clocks had not changed.
  return local_seconds - (OffsetAt(local_seconds - after) == after ? after : before);
}

}  // namespace carmilla::internal
