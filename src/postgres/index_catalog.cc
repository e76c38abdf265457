#include "postgres/index_catalog.h"

#include "postgres/catalog_value.h"

namespace carmilla {

arrow::Result<std::set<std::pair<uint32_t, int16_t>>> ReadIndexedColumns(
    Session& session, std::span<const TableDescription> tables) {
  std::set<uint32_t> oids;
  for (const TableDescription& table : tables) oids.insert(table.oid);
  const std::string parameter = OidArray(oids);
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query("SELECT i.indrelid, i.indkey[0] FROM pg_index i "
                    "JOIN pg_class c ON c.oid = i.indexrelid "
                    "JOIN pg_am m ON m.oid = c.relam "
                    "WHERE i.indrelid = ANY ($1::oid[]) AND i.indisvalid "
                    "AND i.indpred IS NULL AND i.indkey[0] > 0 "
                    "AND m.amname IN ('btree', 'brin')",
                    {&parameter, 1}));
  std::set<std::pair<uint32_t, int16_t>> columns;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    columns.emplace(ParseOid(rows.At(i, 0)),
                    static_cast<int16_t>(ParseInteger(rows.At(i, 1))));
  }
  return columns;
}

}  // namespace carmilla
