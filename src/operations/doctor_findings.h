#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "operations/doctor_facts.h"
#include "operations/doctor_report.h"
#include "operations/shown_sql.h"

namespace carmilla {

/// What a check returns. For the checks of the doctor only.
using Findings = std::vector<Finding>;

/// One finding that names every configured table for which `holds`; none if there is no
/// such table.
Findings AboutTables(const DoctorFacts& facts, const std::string& what,
                     const std::function<bool(const TableFacts&)>& holds);

/// The same for the physical relations of the configured tables: partitions one by one.
Findings AboutRelations(const DoctorFacts& facts, const std::string& what,
                        const std::function<bool(const RelationTraits&)>& holds);

/// The same for their columns, as `schema.table.column`.
Findings AboutColumns(const DoctorFacts& facts, const std::string& what,
                      const std::function<bool(const TableFacts& table,
                                               const ColumnDescription& column)>& holds);

/// The selected table of this one name in the lake; null if there is none.
const TableFacts* FindTable(const DoctorFacts& facts, const std::string& name);

/// True if the run reads `column`.
bool IsRead(const TableFacts& table, const ColumnDescription& column);

/// The schemas (quoted) of the functions by which columns of the table are read; the role
/// needs USAGE on them.
std::set<std::string> FunctionSchemas(const TableFacts& table);

/// What a failed status says: its message, its hint as the cure, and its kind.
Finding FromStatus(const arrow::Status& status);
/// How long reading everything is estimated to take.
std::chrono::seconds ReadingTime(const DoctorFacts& facts);

}  // namespace carmilla
