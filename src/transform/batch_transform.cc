#include "transform/batch_transform.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/hmac_sha256.h"
#include "core/yaml_quote.h"
#include "transform/derived_column.h"
#include "transform/text_mask.h"

namespace carmilla {
namespace {

/// `$.campaign.id of "payload"`.
std::string PlaceText(const ColumnTransform& column) {
  const JsonDerivation& derivation = *column.derivation;
  std::string text = RenderJsonPath(derivation.path);
  if (derivation.parse_at.has_value()) {
    text += " of the JSON in the string at " + RenderJsonPath(*derivation.parse_at);
  }
  return text + " of \"" + column.source_name + "\"";
}

arrow::Status RefuseMisfit(const ColumnTransform& column, std::string_view misfit,
                           int64_t num_before) {
  return MakeError(ErrorKind::kData,
                   "column \"" + column.name + "\": " + PlaceText(column) + " holds " +
                       std::string(misfit) + ", for type " +
                       RenderDeclaredType(column.derivation->type) +
                       " (on_misfit: error; cells touched by policies so far: " +
                       std::to_string(num_before) + ")",
                   "add on_misfit: null to " + QuoteForYaml(column.name) +
                       " under derive: of this table in carmilla.yaml, or give it "
                       "another type: text takes what each JSON value is written as");
}

}  // namespace

class BatchTransform::Impl {
 public:
  arrow::Status Start(std::vector<ColumnTransform> columns, std::string_view mask_key) {
    columns_ = std::move(columns);
    misfits_.resize(columns_.size());
    arrow::FieldVector fields;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const ColumnTransform& column = columns_[i];
      fields.push_back(arrow::field(column.name, column.type));
      if (column.derivation.has_value()) DocumentOf(column).outputs.push_back(i);
      const bool needs_key =
          column.mask.has_value() && column.mask->kind == MaskKind::kHmacSha256;
      if (needs_key && hmac_ == nullptr) {
        ARROW_ASSIGN_OR_RAISE(hmac_, HmacSha256::Make(mask_key));
      }
    }
    schema_ = arrow::schema(std::move(fields));
    for (Document& document : documents_) {
      std::vector<JsonDerivation> derivations;
      for (const size_t i : document.outputs) {
        derivations.push_back(*columns_[i].derivation);
        document.builders.push_back(MakeDerivedColumn(*columns_[i].derivation));
      }
      document.extractor = std::make_unique<JsonExtractor>(derivations, document.trust);
    }
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const arrow::RecordBatch& batch) {
    arrow::ArrayVector arrays(columns_.size());
    for (Document& document : documents_) {
      ARROW_RETURN_NOT_OK(Derive(*batch.column(document.source), &document));
      for (size_t i = 0; i < document.outputs.size(); ++i) {
        ARROW_ASSIGN_OR_RAISE(arrays[document.outputs[i]],
                              document.builders[i]->Finish());
      }
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      ARROW_RETURN_NOT_OK(Complete(batch, columns_[i], &arrays[i]));
    }
    return arrow::RecordBatch::Make(schema_, batch.num_rows(), std::move(arrays));
  }

  const std::vector<int64_t>& misfits() const { return misfits_; }

 private:
  /// A column of JSON, and what is taken from it.
  struct Document {
    int source = 0;
    JsonTrust trust = JsonTrust::kNone;
    std::vector<size_t> outputs;
    std::vector<std::unique_ptr<DerivedColumn>> builders;
    std::unique_ptr<JsonExtractor> extractor;
  };

  Document& DocumentOf(const ColumnTransform& column) {
    const auto found = std::ranges::find(documents_, column.source, &Document::source);
    if (found != documents_.end()) return *found;
    documents_.push_back({.source = column.source, .trust = column.trust});
    return documents_.back();
  }

  arrow::Status Derive(const arrow::Array& array, Document* document) {
    const auto& texts = static_cast<const arrow::StringArray&>(array);
    for (int64_t row = 0; row < texts.length(); ++row) {
      if (texts.IsNull(row)) {
        for (const auto& builder : document->builders) {
          ARROW_RETURN_NOT_OK(builder->AppendNull());
        }
        continue;
      }
      const auto findings = document->extractor->Extract(Padded(texts, row));
      for (size_t i = 0; i < findings.size(); ++i) {
        ARROW_ASSIGN_OR_RAISE(const std::string_view misfit,
                              document->builders[i]->Append(findings[i]));
        if (misfit.empty()) continue;
        const size_t output = document->outputs[i];
        if (columns_[output].derivation->on_misfit == ValuePolicy::kError) {
          return RefuseMisfit(columns_[output], misfit, misfits_[output]);
        }
        ++misfits_[output];
        ARROW_RETURN_NOT_OK(document->builders[i]->AppendNull());
      }
    }
    return arrow::Status::OK();
  }

  /// The text of a row, with bytes behind it that may be read.
  std::string_view Padded(const arrow::StringArray& texts, int64_t row) {
    const std::string_view text = texts.GetView(row);
    const int64_t end = texts.value_offset(row + 1) + JsonExtractor::Padding();
    if (end <= texts.value_data()->size()) return text;
    scratch_.reserve(text.size() + static_cast<size_t>(JsonExtractor::Padding()));
    scratch_.assign(text);
    return scratch_;
  }

  arrow::Status Complete(const arrow::RecordBatch& batch, const ColumnTransform& column,
                         std::shared_ptr<arrow::Array>* array) {
    if (column.source < 0) {
      return arrow::MakeArrayOfNull(column.type, batch.num_rows()).Value(array);
    }
    if (*array == nullptr) *array = batch.column(column.source);
    if (!column.mask.has_value()) return arrow::Status::OK();
    return ApplyTextMask(**array, *column.mask, hmac_.get()).Value(array);
  }

  std::vector<ColumnTransform> columns_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<Document> documents_;
  std::unique_ptr<HmacSha256> hmac_;
  std::vector<int64_t> misfits_;
  std::string scratch_;
};

BatchTransform::BatchTransform(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BatchTransform::~BatchTransform() = default;

arrow::Result<std::unique_ptr<BatchTransform>> BatchTransform::Make(
    std::vector<ColumnTransform> columns, std::string_view mask_key) {
  auto impl = std::make_unique<Impl>();
  ARROW_RETURN_NOT_OK(impl->Start(std::move(columns), mask_key));
  return std::unique_ptr<BatchTransform>(new BatchTransform(std::move(impl)));
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> BatchTransform::Apply(
    const arrow::RecordBatch& batch) {
  return impl_->Apply(batch);
}

const std::vector<int64_t>& BatchTransform::misfits() const { return impl_->misfits(); }

}  // namespace carmilla
