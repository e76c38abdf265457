#include "operations/catalog_session.h"

#include <utility>

namespace carmilla {

arrow::Result<std::unique_ptr<Session>> OpenCatalogSession(
    const ConnectionSettings& settings, std::stop_token stop) {
  ARROW_ASSIGN_OR_RAISE(auto session, Session::Connect(settings, std::move(stop)));
  ARROW_RETURN_NOT_OK(
      session->Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
  return session;
}

}  // namespace carmilla
