#include "carmilla/time_zone.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/error.h"
#include "tasks/zone_rules.h"

namespace carmilla {
namespace {

using internal::CheckedSum;
using internal::FloorDivide;
using internal::kMicrosOfSecond;

constexpr std::string_view kZoneFolder = "/usr/share/zoneinfo/";

/// True for names of files below the folder, and for no way out of it.
bool IsZoneName(std::string_view name) {
  const auto is_allowed = [](char c) {
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '+' || c == '-' || c == '/';
  };
  return !name.empty() && name.front() != '/' && std::ranges::all_of(name, is_allowed);
}

arrow::Result<internal::ZoneRules> ReadZone(std::string_view name) {
  const std::string path = std::string(kZoneFolder) + std::string(name);
  std::error_code error;
  if (!IsZoneName(name) || !std::filesystem::is_regular_file(path, error)) {
    return MakeError(ErrorKind::kNotFound,
                     "finding a time zone: there is none of the name " +
                         EscapeControlCharacters(name.substr(0, 64)),
                     "names are like Europe/Berlin; those of this machine are in " +
                         std::string(kZoneFolder) + " (package tzdata)");
  }
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return internal::ZoneRules::Parse(bytes);
}

/// The zones that somebody found, kept until the program ends.
class FoundZones {
 public:
  arrow::Result<const internal::ZoneRules*> Find(std::string_view name) {
    const std::scoped_lock lock(mutex_);
    const auto found = zones_.find(name);
    if (found != zones_.end()) return found->second.get();
    ARROW_ASSIGN_OR_RAISE(internal::ZoneRules rules, ReadZone(name));
    auto kept = std::make_unique<const internal::ZoneRules>(std::move(rules));
    return zones_.emplace(name, std::move(kept)).first->second.get();
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<const internal::ZoneRules>, std::less<>> zones_;
};

}  // namespace

arrow::Result<TimeZone> TimeZone::Find(std::string_view name) {
  static FoundZones zones;
  ARROW_ASSIGN_OR_RAISE(const internal::ZoneRules* rules, zones.Find(name));
  return TimeZone(rules);
}

int32_t TimeZone::OffsetAt(TimestampTz moment) const {
  return rules_->OffsetAt(FloorDivide(moment.micros(), kMicrosOfSecond));
}

Timestamp InZone(TimestampTz moment, const TimeZone& zone) {
  return Timestamp::FromMicros(
      CheckedSum(moment.micros(), zone.OffsetAt(moment) * kMicrosOfSecond));
}

arrow::Result<Timestamp> InZone(TimestampTz moment, std::string_view zone) {
  ARROW_ASSIGN_OR_RAISE(const TimeZone found, TimeZone::Find(zone));
  return InZone(moment, found);
}

TimestampTz FromZone(Timestamp timestamp, const TimeZone& zone) {
  const int64_t local = FloorDivide(timestamp.micros(), kMicrosOfSecond);
  const int64_t ahead = local - zone.rules().UtcOf(local);
  return TimestampTz::FromMicros(
      CheckedSum(timestamp.micros(), -ahead * kMicrosOfSecond));
}

arrow::Result<TimestampTz> FromZone(Timestamp timestamp, std::string_view zone) {
  ARROW_ASSIGN_OR_RAISE(const TimeZone found, TimeZone::Find(zone));
  return FromZone(timestamp, found);
}

TimestampTz Add(TimestampTz moment, const Interval& interval, const TimeZone& zone) {
  // As PostgreSQL, there and back for each: the months may end where clocks change.
  for (const Interval& step :
       {Interval{.months = interval.months}, Interval{.days = interval.days}}) {
    if (step != Interval{}) moment = FromZone(InZone(moment, zone) + step, zone);
  }
  return moment + std::chrono::microseconds(interval.micros);
}

}  // namespace carmilla
