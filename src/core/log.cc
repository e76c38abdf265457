#include "core/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <array>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 5> kLevels{{
    {"debug", LogLevel::kDebug},
    {"info", LogLevel::kInfo},
    {"warning", LogLevel::kWarning},
    {"error", LogLevel::kError},
    {"off", LogLevel::kOff},
}};

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

using LineWriter = std::function<void(std::string_view line)>;

/// Standard error, or whoever takes the lines in its place.
class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  void Redirect(LineWriter writer) {
    const std::scoped_lock lock(mutex_);
    writer_ = std::move(writer);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (writer_) {
      writer_({line.data(), line.size()});
    } else {
      std::fwrite(line.data(), 1, line.size(), stderr);
    }
  }
  void flush_() override { std::fflush(stderr); }

 private:
  LineWriter writer_;
};

const std::shared_ptr<LineSink>& SharedSink() {
  static const auto sink = std::make_shared<LineSink>();
  return sink;
}

std::shared_ptr<spdlog::logger> MakeLogger() {
  auto logger = std::make_shared<spdlog::logger>("carmilla", SharedSink());
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      "%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc));
  logger->set_level(LevelOf(LogLevel::kWarning));
  return logger;
}

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = MakeLogger();
  return *logger;
}

}  // namespace

void SetLogLevel(LogLevel level) { Logger().set_level(LevelOf(level)); }

arrow::Result<LogLevel> ParseLogLevel(std::string_view text) {
  for (const auto& [name, level] : kLevels) {
    if (name == text) return level;
  }
  return MakeError(ErrorKind::kUsage,
                   "reading the log level: unknown level \"" + std::string(text) + "\"",
                   "use debug, info, warning, error or off");
}

void RedirectLog(LineWriter writer) { SharedSink()->Redirect(std::move(writer)); }

void Log(LogLevel level, std::string_view message) {
  const auto own_level = LevelOf(level);
  if (level == LogLevel::kOff || !Logger().should_log(own_level)) return;
  const std::string line = EscapeControlCharacters(message);
  Logger().log(own_level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace carmilla
