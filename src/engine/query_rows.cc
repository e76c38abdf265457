#include "engine/query_rows.h"

#include <string>
#include <utility>
#include <vector>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "core/letter_case.h"
#include "engine/member_fit.h"
#include "types/arrow_type_text.h"

namespace carmilla {
namespace {

class QueryRows final : public BatchSource {
 public:
  QueryRows(std::unique_ptr<QueryResult> answer, std::shared_ptr<arrow::Schema> schema,
            std::vector<int> places, int64_t limit)
      : answer_(std::move(answer)),
        schema_(std::move(schema)),
        places_(std::move(places)),
        rows_left_(limit) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }

  arrow::Result<std::optional<SourceBatch>> Next(std::stop_token stop) override {
    if (rows_left_ == 0) return std::nullopt;
    ARROW_ASSIGN_OR_RAISE(const auto rows, answer_->Next(std::move(stop)));
    if (rows == nullptr) return std::nullopt;
    arrow::ArrayVector columns;
    for (int i = 0; i < schema_->num_fields(); ++i) {
      ARROW_ASSIGN_OR_RAISE(auto column,
                            Widen(rows->column(places_[static_cast<size_t>(i)]),
                                  schema_->field(i)->type()));
      columns.push_back(std::move(column));
    }
    auto batch = arrow::RecordBatch::Make(schema_, rows->num_rows(), std::move(columns));
    if (rows_left_ >= 0) {
      batch = batch->Slice(0, rows_left_);
      rows_left_ -= batch->num_rows();
    }
    return SourceBatch{.rows = std::move(batch), .range = 0};
  }

 private:
  const std::unique_ptr<QueryResult> answer_;
  const std::shared_ptr<arrow::Schema> schema_;
  const std::vector<int> places_;  ///< In the answer.
  int64_t rows_left_;              ///< -1: all.
};

}  // namespace

arrow::Result<std::unique_ptr<BatchSource>> OpenQueryRows(
    std::unique_ptr<QueryResult> answer, const TaskRead& read) {
  const arrow::Schema& schema = *answer->schema();
  std::vector<std::string> problems;
  std::vector<int> places;
  arrow::FieldVector fields;
  for (const TaskColumn& wanted : read.columns) {
    ARROW_ASSIGN_OR_RAISE(auto type, ParseArrowType(wanted.arrow_type));
    const int place = schema.GetFieldIndex(LowerCase(wanted.name));
    if (place < 0) {
      problems.push_back("there is no column " + wanted.name);
    } else if (!HasRoomFor(*type, *schema.field(place)->type())) {
      problems.push_back(Misfit(wanted.name, ArrowTypeText(*schema.field(place)->type()),
                                wanted.arrow_type));
    }
    places.push_back(place);
    fields.push_back(arrow::field(wanted.name, std::move(type)));
  }
  ARROW_RETURN_NOT_OK(
      RefuseMisfits("reading from Athena", "the query gives", problems,
                    "correct the member, or cast and name the column in the SQL"));
  return std::make_unique<QueryRows>(std::move(answer), arrow::schema(std::move(fields)),
                                     std::move(places), read.limit);
}

}  // namespace carmilla
