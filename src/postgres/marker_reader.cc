#include "postgres/marker_reader.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "postgres/catalog_value.h"
#include "postgres/copy_format.h"
#include "postgres/copy_header.h"
#include "postgres/copy_query.h"
#include "postgres/copy_stream.h"
#include "postgres/identifier.h"

namespace carmilla {
namespace {

constexpr int32_t kVersionWithGeneratedColumns = 120000;
constexpr int32_t kVersionWithBlockRanges = 140000;
/// A key further behind would make each comparison long.
constexpr size_t kMostMarkerColumns = 8;
constexpr size_t kMostMarkerBytes = 4096;
/// Blocks in which the first row of a range is looked for. A search through many that
/// hold no rows would read them twice, and into the cache of production.
constexpr int64_t kMostSearchedBlocks = 128;

struct TableColumn {
  bool is_generated = false;
  bool is_key = false;      ///< Of the primary key.
  bool is_base = false;     ///< Its bytes depend on the value alone.
  bool is_bounded = false;  ///< A few bytes at most.
};
using TableColumns = std::map<std::string, TableColumn>;

/// Whether the rows are all those of the relation, and the values those of its columns.
bool ReadsRelationAsItIs(const CopyRequest& request) {
  return request.query.empty() && request.where.empty() && request.limit < 0 &&
         !request.columns.empty() && !request.ranges.empty() &&
         request.ranges.front().begin == 0 && !request.ranges.back().end.has_value() &&
         std::ranges::all_of(
             request.columns,
             [](const CopyColumn& column) { return column.mapping.select.is_plain(); });
}

std::string ColumnsQuery(int32_t server_version) {
  const std::string is_generated =
      server_version >= kVersionWithGeneratedColumns ? "a.attgenerated <> ''" : "false";
  // Labels of enums and members of composites may change under a snapshot.
  return "SELECT a.attname, " + is_generated +
         ", coalesce(a.attnum = ANY (k.conkey), false), "
         "t.typtype = 'b' AND t.typcategory <> 'A', a.attlen > 0 "
         "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
         "JOIN pg_attribute a ON a.attrelid = c.oid "
         "JOIN pg_type t ON t.oid = a.atttypid "
         "LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p' "
         "WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind = 'r' "
         "AND a.attnum > 0 AND NOT a.attisdropped";
}

/// Those of a plain table; none of another relation.
arrow::Result<TableColumns> ReadTableColumns(Session& session,
                                             const RelationName& relation) {
  const std::string parameters[] = {relation.schema, relation.name};
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(ColumnsQuery(session.server().version_number), parameters));
  TableColumns columns;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    columns[rows.At(i, 0)] = {.is_generated = IsTrue(rows.At(i, 1)),
                              .is_key = IsTrue(rows.At(i, 2)),
                              .is_base = IsTrue(rows.At(i, 3)),
                              .is_bounded = IsTrue(rows.At(i, 4))};
  }
  return columns;
}

/// Whether COPY takes the columns by name: it refuses generated ones.
bool CanBeCopied(const CopyRequest& request, const TableColumns& columns) {
  return std::ranges::all_of(request.columns, [&](const CopyColumn& column) {
    const auto found = columns.find(column.name);
    return found != columns.end() && !found->second.is_generated;
  });
}

/// How many of the first columns tell each row from every other one; nothing if none do,
/// or only too many or too long ones.
std::optional<size_t> CountMarkerColumns(const CopyRequest& request,
                                         const TableColumns& columns) {
  const auto is_key = [](const auto& column) { return column.second.is_key; };
  auto keys_left = std::ranges::count_if(columns, is_key);
  if (keys_left == 0) return std::nullopt;
  const size_t most = std::min(request.columns.size(), kMostMarkerColumns);
  for (size_t i = 0; i < most; ++i) {
    const TableColumn& column = columns.at(request.columns[i].name);
    // A value of an index is short enough, and looked at besides.
    if (!column.is_base || !(column.is_bounded || column.is_key)) return std::nullopt;
    if (column.is_key && --keys_left == 0) return i + 1;
  }
  return std::nullopt;
}

/// The whole answer of a copy that is known to be short.
arrow::Result<std::string> ReadAnswer(Session& session, const std::string& sql,
                                      const std::string& reading) {
  ARROW_ASSIGN_OR_RAISE(const auto stream, CopyStream::Start(session, sql, reading));
  MessageBlock block;
  std::string answer;
  do {
    ARROW_RETURN_NOT_OK(stream->Fill(block, session.stop()));
    for (size_t i = 0; i < block.num_messages(); ++i) answer += block.message(i);
  } while (block.num_messages() > 0);
  return answer;
}

/// The fields of the only row of a copy; "" when it has none.
arrow::Result<std::string> FieldsOf(std::string_view answer, size_t num_fields) {
  constexpr size_t kCountBytes = sizeof(int16_t);
  ARROW_ASSIGN_OR_RAISE(std::string_view row, SkipCopyHeader(answer));
  const auto count_at = [&](size_t place) { return LoadInt16(row.data() + place); };
  if (row.size() < kCountBytes || count_at(row.size() - kCountBytes) != kCopyTrailer) {
    return CorruptCopy("the stream ended without its trailer");
  }
  row.remove_suffix(kCountBytes);
  if (row.empty()) return "";
  if (row.size() <= kCountBytes || std::cmp_not_equal(count_at(0), num_fields)) {
    return CorruptCopy("the first row of a range has not the fields asked for");
  }
  return std::string(row.substr(kCountBytes));
}

/// The markers of all ranges but the first, as far as they have rows; nothing when one
/// takes long to find or is long.
arrow::Result<std::optional<std::vector<RangeMarker>>> FindMarkers(
    Session& session, const std::string& reading, const CopyRequest& request,
    size_t num_columns) {
  std::vector<RangeMarker> markers;
  for (size_t index = 1; index < request.ranges.size(); ++index) {
    const BlockRange& range = request.ranges[index];
    const int64_t last = range.begin + kMostSearchedBlocks;
    const BlockRange searched{.begin = range.begin,
                              .end = std::min(range.end.value_or(last), last)};
    ARROW_ASSIGN_OR_RAISE(const std::string sql,
                          RenderFirstRow(request, num_columns, searched));
    ARROW_ASSIGN_OR_RAISE(const std::string answer, ReadAnswer(session, sql, reading));
    auto fields = FieldsOf(answer, num_columns);
    ARROW_RETURN_NOT_OK(WithContext(fields.status(), reading));
    if (fields->size() > kMostMarkerBytes) return std::nullopt;
    if (!fields->empty()) {
      markers.push_back({static_cast<int32_t>(index), *std::move(fields)});
    } else if (searched != range) {
      return std::nullopt;
    }
  }
  return markers;
}

/// The same by the blocks' numbers, whatever the server thinks that this costs: else it
/// might read the table from its begin for each range.
arrow::Result<std::optional<std::vector<RangeMarker>>> FindMarkersByBlock(
    Session& session, const std::string& reading, const CopyRequest& request,
    size_t num_columns) {
  ARROW_RETURN_NOT_OK(session.Execute("SET LOCAL enable_seqscan = off"));
  ARROW_ASSIGN_OR_RAISE(auto markers,
                        FindMarkers(session, reading, request, num_columns));
  ARROW_RETURN_NOT_OK(session.Execute("SET LOCAL enable_seqscan = on"));
  return markers;
}

/// Fails where something else than the heap is behind a table: an extension that keeps
/// rows elsewhere and shows them to queries refuses ctid, but COPY would not ask it.
arrow::Status CheckThatRowsAreInTheHeap(Session& session, const std::string& reading,
                                        const CopyRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const std::string relation, QuoteRelation(request.relation));
  return WithContext(session.Execute("SELECT ctid FROM ONLY " + relation + " LIMIT 0"),
                     reading);
}

}  // namespace

arrow::Status ReadMarkers(Session& session, const std::string& reading,
                          CopyRequest* request) {
  const bool has_ranges = request->ranges.size() > 1;
  if (request->method != ScanMethod::kSequential || !ReadsRelationAsItIs(*request) ||
      (has_ranges && session.server().version_number < kVersionWithBlockRanges)) {
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const TableColumns columns,
                        ReadTableColumns(session, request->relation));
  if (!CanBeCopied(*request, columns)) return arrow::Status::OK();
  if (!has_ranges) {
    ARROW_RETURN_NOT_OK(CheckThatRowsAreInTheHeap(session, reading, *request));
    request->markers.emplace();
    return arrow::Status::OK();
  }
  const std::optional<size_t> num_columns = CountMarkerColumns(*request, columns);
  if (!num_columns.has_value()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(request->markers,
                        FindMarkersByBlock(session, reading, *request, *num_columns));
  return arrow::Status::OK();
}

}  // namespace carmilla
