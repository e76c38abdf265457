#pragma once

#include <cstdint>
#include <string_view>

#include <arrow/result.h>

#include "types/declared_type.h"
#include "types/postgres_type.h"
#include "types/type_mapping.h"

namespace carmilla {

/// Maps a column as a person declared it, where that can be exact or is what the person
/// asked for:
///
///     any type                            text: what the server prints
///     numeric, smallint, integer, bigint  decimal(p,s), double
///     smallint, integer                   a wider integer
///     real                                double
///     text, varchar                       binary: the bytes as the server stores them
///     char(n)                             trim
///     time                                time64
///     timestamp, timestamptz              timestamp[ms], timestamp[ms, UTC]: floored
///     interval                            struct: months, days, micros
///     uuid                                binary
///     geometry, geography                 wkt, wkb, ewkb
///
/// and what the type is mapped to anyway. Domains count as their base. Anything else is
/// kConfiguration, naming `column`.
arrow::Result<TypeMapping> MapDeclared(const PostgresType& type, int32_t typmod,
                                       const DeclaredType& declared,
                                       std::string_view column);

}  // namespace carmilla
