#pragma once

#include <functional>
#include <string_view>

#include <arrow/result.h>

namespace carmilla {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

/// Sends diagnostics of at least `level` to standard error, one line each. Call once,
/// before threads start. Default: kWarning.
void SetLogLevel(LogLevel level);

/// Parses debug, info, warning, error or off.
arrow::Result<LogLevel> ParseLogLevel(std::string_view text);

/// Writes one line; control characters are escaped. Thread safe. Never pass a credential
/// or a cell value.
void Log(LogLevel level, std::string_view message);

/// Hands every line, with its line break, to `writer` instead of standard error, until it
/// is called with nullptr. The writer is called by any thread, one at a time, and must
/// not log itself.
void RedirectLog(std::function<void(std::string_view line)> writer);

inline void LogDebug(std::string_view message) { Log(LogLevel::kDebug, message); }
inline void LogInfo(std::string_view message) { Log(LogLevel::kInfo, message); }
inline void LogWarning(std::string_view message) { Log(LogLevel::kWarning, message); }

}  // namespace carmilla
