#pragma once

#include <string>

#include <arrow/status.h>

#include "postgres/copy_reader.h"
#include "postgres/session.h"

namespace carmilla {

/// Sets request->markers if its rows can do without ctid: if all of a plain table is
/// read, column by column as it is, and its primary key tells with which row each range
/// begins. Leaves `request` as it is where that cannot be, or where it takes long to
/// find out.
///
/// Asks the catalog, and the table for the first row of each range but the first; so it
/// must be called in the transaction of the copy. `reading` begins error messages. Errors
/// as Session::Query and CopyStream.
arrow::Status ReadMarkers(Session& session, const std::string& reading,
                          CopyRequest* request);

}  // namespace carmilla
