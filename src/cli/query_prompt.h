#pragma once

#include <arrow/status.h>

#include "cli/query_answer.h"

namespace carmilla {

/// Asks for SQL on the terminal and answers it, statement by statement, until Ctrl-D or
/// `.quit`. Ctrl-C gives up the line or the running query and nothing else. An error is
/// told and the prompt comes again.
arrow::Status RunQueryPrompt(const QueryAnswerOptions& options);

/// Where the history is kept: $XDG_STATE_HOME/carmilla/history, else in ~/.local/state;
/// "" where neither variable is set.
std::string HistoryPath();

}  // namespace carmilla
