#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>

#include <arrow/result.h>

#include "postgres/session.h"
#include "types/postgres_type.h"

namespace carmilla {

using TypesByOid = std::map<uint32_t, std::shared_ptr<const PostgresType>>;

/// Reads types and all that they are made of: elements, bases of domains, members of
/// composites, enum labels. As many queries as types are nested, whatever their number.
arrow::Result<TypesByOid> ReadTypes(Session& session, const std::set<uint32_t>& oids);

}  // namespace carmilla
