#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/copy_column.h"
#include "postgres/range_markers.h"
#include "postgres/range_plan.h"
#include "postgres/row_stream.h"
#include "postgres/session.h"
#include "postgres/snapshot.h"
#include "stream/batch_source.h"
#include "types/table_description.h"
#include "types/type_mapping.h"

namespace carmilla {

enum class ScanMethod : uint8_t {
  /// One sequential scan of the whole leaf through the server's small ring of buffers,
  /// which leaves the cache of production alone; rows are assigned to ranges by their
  /// ctid, or without it by the row that each range begins with.
  kSequential,
  /// `ctid >= begin AND ctid < end` per range (14+): parallel, but fills the server's
  /// cache. ctid itself is selected only with a condition of the user's: it would cost
  /// the server a tenth more.
  kBlockRange,
  /// The relation or query as one stream without ctid.
  kStream,
};

/// What one reader reads: part of one relation in one transaction.
struct CopyRequest {
  RelationName relation;  ///< The leaf (or view); for messages when `query` is set.
  RelationName
      parent;  ///< The table it belongs to; equal to `relation` when not a partition.
  std::string query;  ///< kStream only: the user's SELECT instead of a relation, or "".
  std::vector<CopyColumn> columns;
  std::string where;  ///< Sent as written inside parentheses; trusted; "" for none.
  ScanMethod method = ScanMethod::kStream;
  std::vector<BlockRange> ranges;  ///< kSequential: all of the leaf; kBlockRange: one.
  int32_t first_range = 0;         ///< Index that SourceBatch::range gives to ranges[0].
  int64_t limit = -1;              ///< LIMIT, -1 for none.
  int64_t batch_rows = 65536;
  int64_t batch_bytes = 2 << 20;
  int64_t max_row_bytes =
      0;  ///< A larger row is kRowTooLarge with its place; 0 for no limit.
  /// kSequential: the reader may ask the server first whether rows can do without ctid,
  /// which spares it a tenth of its work and takes a question for each range.
  bool may_omit_ctid = false;
  /// Set by CopyReader: rows come without ctid, as the table itself is copied. Where its
  /// ranges begin; see RangeMarkers.
  std::optional<std::vector<RangeMarker>> markers;
  /// Set by CopyReader: the database does not know the encoding of its text.
  bool is_text_unchecked = false;
  LargeRows large_rows;
};

/// Whether each row comes with its ctid: where nothing else cuts files, and where a
/// condition of the user's may make the server read in another order, which must be
/// noticed.
inline bool SelectsCtid(const CopyRequest& request) {
  return (request.method == ScanMethod::kSequential && !request.markers.has_value()) ||
         (request.method == ScanMethod::kBlockRange && !request.where.empty());
}

/// Reads `COPY ... TO STDOUT (FORMAT binary)` straight into Arrow buffers.
///
/// `Start` must be called inside a transaction that sees the snapshot, after
/// CheckRelation (relation_guard.h) has locked and compared the relation. When it ends
/// early or with an error the session's query is cancelled and drained, so the session
/// stays usable where that is possible.
class CopyReader : public BatchSource {
 public:
  /// Sends the query; what the server says against it shows at the first Next. Where
  /// ctid may be omitted, the server is asked for that before. `session` must outlive
  /// the reader and serve nobody else meanwhile.
  static arrow::Result<std::unique_ptr<CopyReader>> Start(Session& session,
                                                          CopyRequest request);
  ~CopyReader() override;

  const std::shared_ptr<arrow::Schema>& schema() const override;
  arrow::Result<std::optional<SourceBatch>> Next(std::stop_token stop) override;

  /// Bytes received so far.
  int64_t wire_bytes() const;
  /// In the order of the columns; complete after the last batch.
  const std::vector<PolicyCounts>& policy_counts() const;

 private:
  class Impl;
  explicit CopyReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The Arrow schema of the columns: every field nullable (types.md), in order.
std::shared_ptr<arrow::Schema> SchemaOf(const std::vector<CopyColumn>& columns);

}  // namespace carmilla
