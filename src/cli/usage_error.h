#pragma once

#include <arrow/status.h>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace carmilla {

/// Words an error of the parser as ours: kUsage with what is wrong, and the nearest word
/// that would be right.
arrow::Status UsageError(const CLI::App& app, const CLI::ParseError& error);

}  // namespace carmilla
