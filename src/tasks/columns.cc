#include <arrow/type.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/utf8.h>

#include "carmilla/internal/column_writer.h"
#include "carmilla/internal/record_writer.h"
#include "carmilla/internal/row_reader.h"
#include "core/error.h"

namespace carmilla::internal {

std::shared_ptr<arrow::Buffer> PackBits(const std::vector<uint8_t>& bytes) {
  std::vector<uint8_t> bits((bytes.size() + 7) / 8);
  for (size_t i = 0; i < bytes.size(); ++i) {
    arrow::bit_util::SetBitTo(bits.data(), static_cast<int64_t>(i), bytes[i] != 0);
  }
  return arrow::Buffer::FromVector(std::move(bits));
}

std::shared_ptr<arrow::Buffer> ValidityWriter::Finish() {
  auto bits = nulls_ == 0 ? nullptr : PackBits(bits_);
  bits_.clear();
  length_ = 0;
  nulls_ = 0;
  return bits;
}

arrow::Status ColumnTooLarge() {
  return MakeError(ErrorKind::kRowTooLarge,
                   "writing rows: a few rows hold more than 2 GiB of one column",
                   "a file has no room for them; write less into a row");
}

arrow::Status CheckText(const std::vector<int32_t>& offsets, std::string_view bytes) {
  arrow::util::InitializeUTF8();
  const auto* const begin = reinterpret_cast<const uint8_t*>(bytes.data());
  bool is_valid = arrow::util::ValidateUTF8(begin, static_cast<int64_t>(bytes.size()));
  // What is valid as a whole may be cut inside of a character.
  for (const int32_t offset : offsets) {
    const auto place = static_cast<size_t>(offset);
    constexpr uint8_t kContinuationMask = 0xC0;
    constexpr uint8_t kContinuation = 0x80;
    if (place < bytes.size() && (begin[place] & kContinuationMask) == kContinuation) {
      is_valid = false;
    }
  }
  if (is_valid) return arrow::Status::OK();
  return MakeError(ErrorKind::kTask, "writing rows: a text is not UTF-8",
                   "bytes that are no text belong into a member of type carmilla::Bytes");
}

namespace {

arrow::FieldVector FieldsOf(const NamedTypes& types) {
  arrow::FieldVector fields;
  for (const auto& [name, type] : types) fields.push_back(arrow::field(name, type));
  return fields;
}

}  // namespace

std::shared_ptr<arrow::Schema> SchemaOf(const NamedTypes& columns) {
  return arrow::schema(FieldsOf(columns));
}

std::shared_ptr<arrow::DataType> StructOf(const NamedTypes& members) {
  return arrow::struct_(FieldsOf(members));
}

std::shared_ptr<arrow::DataType> ListOf(std::shared_ptr<arrow::DataType> element) {
  return arrow::list(std::move(element));
}

arrow::Status CheckColumn(const arrow::ArrayData& column, const arrow::DataType& type,
                          bool is_nullable, std::string_view name) {
  if (!column.type->Equals(type)) {
    return MakeError(ErrorKind::kBug, "reading column " + std::string(name) + ": it is " +
                                          column.type->ToString() + ", not " +
                                          type.ToString());
  }
  if (is_nullable || column.GetNullCount() == 0) return arrow::Status::OK();
  return MakeError(ErrorKind::kStaleHeader,
                   "reading column " + std::string(name) +
                       ": it holds NULL, for which the struct has no room",
                   "make the member std::optional; if a header has it, write that again "
                   "with `carmilla generate`");
}

}  // namespace carmilla::internal
