#pragma once

#include <string>
#include <string_view>

#include "core/json.h"
#include "stream/catalog.h"

namespace carmilla {

// Tables and partitions as the Glue API writes them: TableInput and PartitionInput of
// docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html. The storage
// descriptor is always whole: Athena's engine stops at one with gaps.

/// Parameters that tell our tables from others and say what they show.
inline constexpr std::string_view kGlueTableMarker = "carmilla.table";
inline constexpr std::string_view kGlueRunMarker = "carmilla.run_id";

/// TableInput of `table`. Column names are lower case, as engines look them up; comments
/// are cut where the API ends them.
Json GlueTableInput(const CatalogTable& table);

/// PartitionInput of a partition of `table`.
Json GluePartitionInput(const CatalogTable& table, const CatalogPartition& partition);

/// Whether `shown` has all of `wanted`, whatever else it has: objects member by member,
/// arrays element by element.
bool GlueShows(const Json& shown, const Json& wanted);

/// `input` with the parameters that `shown` has besides, such as a user's, but none that
/// would lead engines to other files (partition projection).
Json KeepOtherParameters(Json input, const Json& shown);

}  // namespace carmilla
