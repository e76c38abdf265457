#include "postgres/libpq_handle.h"

#include <libpq-fe.h>

namespace carmilla {

void LibpqDeleter::operator()(pg_conn* connection) const { PQfinish(connection); }
void LibpqDeleter::operator()(pg_result* result) const { PQclear(result); }
void LibpqDeleter::operator()(pg_cancel* cancel) const { PQfreeCancel(cancel); }

}  // namespace carmilla
