#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/session.h"
#include "types/table_description.h"

namespace carmilla {

/// Fills table descriptions from the catalog, one query per kind of fact for all tables
/// together. For DescribeTables only. All queries must see one snapshot.
class TableCatalog {
 public:
  explicit TableCatalog(Session& session) : session_(session) {}

  /// Reads everything about `names`. A name that no relation has is left out.
  arrow::Status Read(std::span<const RelationName> names);

  /// The description of a name, or null. Valid as long as this object.
  const TableDescription* Find(const RelationName& name) const;

 private:
  arrow::Status ReadRelations(std::span<const RelationName> names);
  arrow::Status ReadColumns();
  arrow::Status ReadPrimaryKeys();
  arrow::Status ReadLeaves();
  arrow::Status ReadStatistics();
  std::string AllOids() const;

  Session& session_;
  std::map<uint32_t, TableDescription> tables_;
  std::map<RelationName, uint32_t> oids_;
};

}  // namespace carmilla
