#include "postgres/plain_decoder.h"

#include <utility>

#include <arrow/api.h>

#include "postgres/plain_value.h"
#include "postgres/recorded_stream.h"

namespace carmilla {

namespace {

int64_t WireBytes(const PlainRow& row) {
  auto bytes = std::ssize(row.damage);
  for (const auto& field : row.fields) {
    bytes += 4 + (field.has_value() ? std::ssize(*field) : 0);
  }
  return bytes;
}

}  // namespace

std::vector<std::string> MessagesOf(const std::vector<PlainRow>& rows) {
  std::vector<std::string> messages{CopyHeader()};
  for (const PlainRow& row : rows) {
    std::vector<std::optional<std::string>> fields{Ctid(row.block, 1)};
    fields.insert(fields.end(), row.fields.begin(), row.fields.end());
    messages.push_back(CopyRow(fields) + row.damage);
  }
  messages.push_back(CopyTrailer());
  return messages;
}

arrow::Result<PlainAnswer> DecodePlainly(const CopyRequest& request,
                                         const std::vector<PlainRow>& rows,
                                         int32_t server_version) {
  PlainAnswer answer{.counts = std::vector<PolicyCounts>(request.columns.size())};
  const auto schema = SchemaOf(request.columns);
  ARROW_ASSIGN_OR_RAISE(auto builder, arrow::RecordBatchBuilder::Make(
                                          schema, arrow::default_memory_pool()));
  const auto range_of = [&](const PlainRow& row) {
    size_t range = 0;
    while (request.ranges[range].end.has_value() &&
           row.block >= *request.ranges[range].end)
      ++range;
    return static_cast<int32_t>(range);
  };
  int64_t batch_rows = 0;
  int64_t batch_bytes = 0;
  int32_t batch_range = 0;
  const auto finish = [&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto batch, builder->Flush());
    answer.batches.push_back({.rows = std::move(batch), .range = batch_range});
    batch_rows = batch_bytes = 0;
    return arrow::Status::OK();
  };
  for (size_t number = 0; number < rows.size(); ++number) {
    const PlainRow& row = rows[number];
    const int64_t wire_bytes = WireBytes(row);
    if (batch_rows > 0 &&
        (range_of(row) != batch_range || batch_rows == request.batch_rows ||
         batch_bytes + wire_bytes > request.batch_bytes)) {
      ARROW_RETURN_NOT_OK(finish());
    }
    batch_range = range_of(row);
    const std::string place = "row " + std::to_string(number + 1) + " (ctid (" +
                              std::to_string(row.block) + ",1)): ";
    if (!row.damage.empty()) {
      answer.status = MakeError(ErrorKind::kCorruptData, place);
      return answer;
    }
    for (size_t index = 0; index < row.fields.size(); ++index) {
      const CopyColumn& column = request.columns[index];
      const arrow::Status status =
          AppendPlainly(column.mapping, row.fields[index],
                        {.policies = column.policies,
                         .counts = &answer.counts[index],
                         .expansion = &batch_bytes,
                         .server_version = server_version,
                         .is_text_unchecked = request.is_text_unchecked},
                        builder->GetField(static_cast<int>(index)));
      if (!status.ok()) {
        answer.status =
            MakeError(KindOf(status), place + "column \"" + column.name + "\": ");
        return answer;
      }
    }
    ++batch_rows;
    batch_bytes += wire_bytes;
  }
  if (batch_rows > 0) ARROW_RETURN_NOT_OK(finish());
  return answer;
}

}  // namespace carmilla
