#include "http/aws_time.h"

#include <ctime>

namespace carmilla {

std::optional<std::chrono::system_clock::time_point> ParseAwsTime(std::string_view text) {
  std::tm parts{};
  const std::string copy(text);
  const char* rest = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return std::nullopt;
  std::string_view zone(rest);
  if (zone.starts_with('.')) {
    const size_t end = zone.find_first_not_of("0123456789", 1);
    zone = end == std::string_view::npos ? "" : zone.substr(end);
  }
  if (zone != "Z" && zone != "UTC" && zone != "+00:00" && zone != "+0000") {
    return std::nullopt;
  }
  return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

}  // namespace carmilla
