#include "core/run_id.h"

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <random>

namespace carmilla {
namespace {

// 'd' stands for a decimal digit, 'x' for a lower-case hexadecimal one.
constexpr std::string_view kPattern = "ddddddddTdddddddddZ-xxxxxx";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool MatchesPattern(char c, char pattern) {
  switch (pattern) {
    case 'd':
      return IsDigit(c);
    case 'x':
      return IsDigit(c) || (c >= 'a' && c <= 'f');
    default:
      return c == pattern;
  }
}

}  // namespace

std::string MakeRunId(std::chrono::system_clock::time_point now) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(now);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(millis);
  const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::random_device device;
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02d%02dT%02d%02d%02d%03dZ-%06x",
                utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                utc.tm_sec, static_cast<int>((millis - seconds).count()),
                static_cast<unsigned>(device() & 0xFFFFFF));
  return text;
}

bool IsRunId(std::string_view text) {
  if (text.size() != kPattern.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!MatchesPattern(text[i], kPattern[i])) return false;
  }
  return true;
}

std::string RunIdTime(std::string_view run_id) {
  if (!IsRunId(run_id)) return "";
  const auto part = [&](size_t from, size_t count) {
    return std::string(run_id.substr(from, count));
  };
  return part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + " " + part(9, 2) + ":" +
         part(11, 2) + ":" + part(13, 2);
}

}  // namespace carmilla
