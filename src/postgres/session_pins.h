#pragma once

#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "postgres/session.h"

namespace carmilla {

/// One setting and its value as pg_settings tells it (in base units).
using PinnedSetting = std::pair<std::string, std::string>;

/// Settings that each session sets, by server version: those that could change bytes or
/// rows, and those that keep us from harming the server.
std::vector<PinnedSetting> PinnedSettings(int32_t version_number,
                                          const ConnectionSettings& settings);

/// Settings that only a superuser could change and that must be found so: they make the
/// server leave out rows of damaged pages.
std::vector<PinnedSetting> RequiredSettings();

/// The SET statements, as one batch.
arrow::Result<std::string> PinStatements(const std::vector<PinnedSetting>& pins);

}  // namespace carmilla
