#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arrow/api.h>

#include "postgres/copy_reader.h"
#include "postgres/postgres_fixture.h"

namespace carmilla {

/// Test support: reads tables of a database of its own.
class CopyTest : public PostgresTest {
 protected:
  void SetUp() override {
    session_ = Connect();
    ASSERT_NE(session_, nullptr);
  }

  /// A request for all columns of `public.<table>` as one stream.
  CopyRequest RequestFor(const std::string& table) {
    CopyRequest request;
    request.relation = {"public", table};
    request.parent = request.relation;
    const auto columns = session_->Query(
        "SELECT attname, atttypid, atttypmod, attnotnull FROM pg_attribute WHERE "
        "attrelid = "
        "('public.\"' || $1 || '\"')::regclass AND attnum > 0 AND NOT attisdropped "
        "ORDER BY attnum",
        {&table, 1});
    EXPECT_THAT(columns, IsOk());
    for (size_t row = 0; row < columns->rows().size(); ++row) {
      const auto mapping = MapType(*TypeOf(columns->At(row, 1)),
                                   std::stoi(columns->At(row, 2)), columns->At(row, 0));
      EXPECT_THAT(mapping, IsOk());
      request.columns.push_back({.name = columns->At(row, 0),
                                 .mapping = *mapping,
                                 .is_not_null = columns->At(row, 3) == "t"});
    }
    return request;
  }

  /// The batches of `request` in a transaction of their own, or the error.
  arrow::Result<std::vector<SourceBatch>> Read(CopyRequest request) {
    ARROW_RETURN_NOT_OK(
        session_->Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    auto batches = ReadInTransaction(std::move(request));
    ARROW_RETURN_NOT_OK(session_->Execute("ROLLBACK"));
    return batches;
  }

  /// The whole answer as one batch; null when it has no rows.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> ReadOne(CopyRequest request) {
    request.batch_rows = 1 << 20;
    request.batch_bytes = 1 << 30;
    ARROW_ASSIGN_OR_RAISE(const auto batches, Read(std::move(request)));
    EXPECT_LE(batches.size(), 1U);
    return batches.empty() ? nullptr : batches[0].rows;
  }

  std::unique_ptr<Session> session_;
  std::vector<PolicyCounts> counts_;  // of the last read
  int64_t wire_bytes_ = 0;

 private:
  arrow::Result<std::vector<SourceBatch>> ReadInTransaction(CopyRequest request) {
    ARROW_ASSIGN_OR_RAISE(auto reader, CopyReader::Start(*session_, std::move(request)));
    std::vector<SourceBatch> batches;
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(auto batch, reader->Next(std::stop_token()));
      counts_ = reader->policy_counts();
      wire_bytes_ = reader->wire_bytes();
      if (!batch.has_value()) return batches;
      ARROW_RETURN_NOT_OK(batch->rows->ValidateFull());
      batches.push_back(std::move(*batch));
    }
  }

  std::shared_ptr<const PostgresType> TypeOf(const std::string& oid) {
    const auto rows = session_->Query(
        "SELECT oid, typname, typtype, CASE WHEN typtype = 'd' THEN typbasetype "
        "WHEN typcategory = 'A' THEN typelem ELSE 0 END, typtypmod FROM pg_type "
        "WHERE oid = $1::oid",
        {&oid, 1});
    EXPECT_THAT(rows, IsOk());
    auto type = std::make_shared<PostgresType>();
    type->oid = static_cast<uint32_t>(std::stoul(rows->At(0, 0)));
    type->name = rows->At(0, 1);
    type->domain_typmod = std::stoi(rows->At(0, 4));
    const std::string& kind = rows->At(0, 2);
    const std::string& element = rows->At(0, 3);
    if (element != "0") type->element = TypeOf(element);
    if (kind == "e") type->kind = PostgresTypeKind::kEnum;
    if (kind == "d") type->kind = PostgresTypeKind::kDomain;
    if (kind == "b" && element != "0") type->kind = PostgresTypeKind::kArray;
    return type;
  }
};

}  // namespace carmilla
