#pragma once

#include <string>
#include <vector>

#include <arrow/status.h>

#include "postgres/session.h"
#include "types/table_description.h"

namespace carmilla {

/// The relation as planned: what must still be true when it is read.
struct ExpectedRelation {
  RelationName name;  ///< The leaf or view.
  uint32_t oid = 0;
  uint32_t filenode = 0;                   ///< 0: has none (view, foreign table).
  std::vector<ColumnDescription> columns;  ///< The columns that will be selected.
};

/// Takes the relation lock (`SELECT ... FROM ONLY r WHERE false` inside the snapshot's
/// transaction) and proves that the relation is still the one of the snapshot: same oid
/// under the name, same filenode, the same column types by Describe, and what CheckTypes
/// proves. TRUNCATE, a rewrite, drop-and-create or ALTER TYPE since the snapshot is
/// kRelationChanged; a lock not granted is kLockTimeout; a vanished relation is
/// kRelationChanged. Call once per worker transaction, before CopyReader::Start, and
/// CheckTypes after the last batch.
arrow::Status CheckRelation(Session& session, const ExpectedRelation& expected);

/// For what CheckRelation cannot see beforehand, that is for views and queries: proves
/// that each relation that this transaction has locked is the one of its snapshot,
/// neither truncated nor rewritten nor replaced. Call after the last batch, in the same
/// transaction, whose locks keep the answer true. kRelationChanged otherwise.
arrow::Status CheckLockedRelations(Session& session);

/// Values are printed with today's enum labels and sent with today's members of composite
/// types, whatever the snapshot, and a lock on the relation keeps neither: proves that no
/// label was added or renamed meanwhile and no member added, dropped, replaced or
/// renamed.
arrow::Status CheckTypes(Session& session, const ExpectedRelation& expected);

}  // namespace carmilla
