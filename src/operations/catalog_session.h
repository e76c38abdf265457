#pragma once

#include <memory>
#include <stop_token>

#include <arrow/result.h>

#include "postgres/session.h"

namespace carmilla {

/// Connects for several questions to the catalog, whose answers fit together: they are of
/// one snapshot, as long as the session lives. Errors as Session::Connect.
arrow::Result<std::unique_ptr<Session>> OpenCatalogSession(
    const ConnectionSettings& settings, std::stop_token stop);

}  // namespace carmilla
