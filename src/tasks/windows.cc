#include "carmilla/windows.h"

#include <chrono>

#include "core/error.h"

namespace carmilla {
namespace {

Date BeginOf(Every every, Date day) {
  switch (every) {
    case Every::kDay:
      return day;
    case Every::kWeek:
      return day - std::chrono::days(day.iso_day_of_week() - 1);
    case Every::kMonth:
      return day - std::chrono::days(day.day() - 1);
  }
  return day;
}

Date EndOf(Every every, Date begin) {
  switch (every) {
    case Every::kDay:
      return begin + std::chrono::days(1);
    case Every::kWeek:
      return begin + std::chrono::days(7);
    case Every::kMonth:
      return begin + std::chrono::months(1);
  }
  return begin;
}

}  // namespace

namespace internal {

arrow::Status NoWindows() {
  return MakeError(ErrorKind::kTask, "reading windows: there is no day between the two",
                   "`from` is the first day, `to` the one after the last");
}

}  // namespace internal

std::vector<Window> WindowsBetween(Every every, Date from, Date to) {
  std::vector<Window> windows;
  if (from >= to) return windows;
  for (Date begin = BeginOf(every, from); begin < to;) {
    const Date end = EndOf(every, begin);
    windows.push_back({.begin = begin, .end = end});
    begin = end;
  }
  return windows;
}

}  // namespace carmilla
