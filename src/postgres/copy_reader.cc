#include "postgres/copy_reader.h"

#include <utility>

#include <arrow/type.h>

#include "core/error.h"
#include "postgres/batch_assembler.h"
#include "postgres/copy_query.h"
#include "postgres/copy_stream.h"
#include "postgres/marker_reader.h"

namespace carmilla {
namespace {

/// An index would deliver the rows in its own order, but files have the order of the
/// table. A bitmap scan keeps it. Without a condition no index is ever chosen.
arrow::Status KeepPhysicalOrder(Session& session, const CopyRequest& request) {
  if (request.method == ScanMethod::kStream || request.where.empty()) {
    return arrow::Status::OK();
  }
  return session.Execute("SET LOCAL enable_indexscan = off");
}

/// A server that does not know the encoding of its text would end the whole copy at the
/// first value that is no UTF-8. Sent as it is, each goes by its column's policy.
arrow::Status TakeTextAsItIs(Session& session, CopyRequest* request) {
  request->is_text_unchecked = session.server().encoding == "SQL_ASCII";
  if (!request->is_text_unchecked) return arrow::Status::OK();
  return session.Execute("SET LOCAL client_encoding = 'SQL_ASCII'");
}

std::string Reading(const CopyRequest& request) {
  return request.query.empty() ? "reading " + request.relation.ToString()
                               : "reading the query";
}

}  // namespace

class CopyReader::Impl {
 public:
  Impl(std::unique_ptr<BatchAssembler> assembler_to_use,
       std::unique_ptr<CopyStream> stream_to_read)
      : assembler(std::move(assembler_to_use)), stream(std::move(stream_to_read)) {}

  arrow::Result<std::optional<SourceBatch>> Next(const std::stop_token& stop) {
    if (!failure.ok()) return failure;
    auto batch = assembler->Next(*stream, stop);
    if (!batch.ok()) {
      failure = batch.status();
      // Cancels what is under way. After an interruption that is done already, or takes
      // longer than the caller wants to wait now.
      if (KindOf(failure) != ErrorKind::kInterrupted) stream.reset();
    }
    return batch;
  }

  const std::unique_ptr<BatchAssembler> assembler;
  std::unique_ptr<CopyStream> stream;
  arrow::Status failure;
};

CopyReader::CopyReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CopyReader::~CopyReader() = default;

arrow::Result<std::unique_ptr<CopyReader>> CopyReader::Start(Session& session,
                                                             CopyRequest request) {
  ARROW_RETURN_NOT_OK(KeepPhysicalOrder(session, request));
  ARROW_RETURN_NOT_OK(TakeTextAsItIs(session, &request));
  std::string reading = Reading(request);
  if (request.may_omit_ctid) ARROW_RETURN_NOT_OK(ReadMarkers(session, reading, &request));
  ARROW_ASSIGN_OR_RAISE(const std::string sql, RenderCopy(request));
  LargeRows large_rows = request.large_rows;
  const int64_t max_row_bytes = request.max_row_bytes;
  ARROW_ASSIGN_OR_RAISE(
      auto assembler,
      BatchAssembler::Make(std::move(request), session.server().version_number));
  ARROW_ASSIGN_OR_RAISE(auto stream,
                        CopyStream::Start(session, sql, std::move(reading),
                                          std::move(large_rows), max_row_bytes));
  return std::unique_ptr<CopyReader>(
      new CopyReader(std::make_unique<Impl>(std::move(assembler), std::move(stream))));
}

const std::shared_ptr<arrow::Schema>& CopyReader::schema() const {
  return impl_->assembler->schema();
}

arrow::Result<std::optional<SourceBatch>> CopyReader::Next(std::stop_token stop) {
  return impl_->Next(stop);
}

int64_t CopyReader::wire_bytes() const { return impl_->assembler->wire_bytes(); }

const std::vector<PolicyCounts>& CopyReader::policy_counts() const {
  return impl_->assembler->policy_counts();
}

std::shared_ptr<arrow::Schema> SchemaOf(const std::vector<CopyColumn>& columns) {
  arrow::FieldVector fields;
  fields.reserve(columns.size());
  for (const CopyColumn& column : columns) {
    fields.push_back(
        arrow::field(column.name, column.mapping.arrow_type, /*nullable=*/true));
  }
  return arrow::schema(std::move(fields));
}

}  // namespace carmilla
