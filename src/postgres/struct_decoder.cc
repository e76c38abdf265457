#include "postgres/struct_decoder.h"

#include <algorithm>
#include <string>
#include <utility>

#include <arrow/array/data.h>
#include <arrow/type_traits.h>

#include "postgres/copy_format.h"
#include "postgres/decoding_error.h"

namespace carmilla {
namespace {

// Number of members; per member its type, then a field.
constexpr int32_t kCountBytes = 4;
constexpr int32_t kOidBytes = 4;

constexpr int64_t kOffsetBytes = 4;
constexpr int64_t kIntervalBytes = 16;
constexpr int64_t kUuidBytes = 16;
constexpr int64_t kFlagsOfRange = 3;

int64_t BytesOfMembers(const TypeMapping& mapping, bool with_composites) {
  int64_t bytes = 0;
  for (const TypeMapping& part : mapping.parts) {
    bytes += BytesOfNull(part, with_composites);
  }
  return bytes;
}

}  // namespace

int64_t BytesOfNull(const TypeMapping& mapping, bool with_composites) {
  switch (mapping.wire) {
    case WireForm::kStruct:
      return with_composites ? BytesOfMembers(mapping, with_composites) : 0;
    case WireForm::kRange:
      return 2 * BytesOfMembers(mapping, with_composites) + kFlagsOfRange;
    case WireForm::kIntervalParts:
      return kIntervalBytes;
    case WireForm::kUuidBytes:
      return kUuidBytes;
    case WireForm::kBoolean:
      return 1;  // as decoded, until it becomes a bit
    default:
      return arrow::is_fixed_width(*mapping.arrow_type) ? mapping.arrow_type->byte_width()
                                                        : kOffsetBytes;
  }
}

StructDecoder::StructDecoder(const TypeMapping& mapping,
                             std::vector<std::unique_ptr<ColumnDecoder>> members,
                             DecoderContext context)
    : type_(mapping.arrow_type),
      oids_(mapping.member_oids),
      members_(std::move(members)),
      context_(std::move(context)),
      bytes_of_null_(context_.counts_nulls
                         ? BytesOfMembers(mapping, /*with_composites=*/false)
                         : 0) {}

arrow::Status StructDecoder::Reserve(int64_t rows) { return validity_.Reserve(rows); }

int64_t StructDecoder::Append(FieldColumn fields) {
  const int64_t first = members_.num_taken();
  arrow::Status status;
  while (status.ok() && members_.num_taken() - first < fields.num_rows) {
    const char* const field = fields.Take(members_.num_taken() - first);
    status = field == nullptr ? ImpossibleLength() : Take(fields.bytes, field);
  }
  // What is wrong with a member comes before what is wrong behind it.
  arrow::Status of_members = members_.Decode(fields.bytes);
  Succeeds(of_members.ok() ? std::move(status) : std::move(of_members));
  return members_.num_decoded() - first;
}

arrow::Status StructDecoder::Take(const char* bytes, const char* field) {
  ARROW_RETURN_NOT_OK(members_.BeginSet(bytes));
  const int32_t size = LoadInt32(field);
  const char* const value = field + kCopyLengthBytes;
  if (size < 0) {
    ARROW_RETURN_NOT_OK(TakeNull());
  } else if (size < kCountBytes) {
    return MalformedValue(context_, "a composite has no header");
  } else if (std::cmp_not_equal(LoadInt32(value), oids_.size())) {
    return ChangedComposite(context_);
  } else {
    ARROW_RETURN_NOT_OK(TakeMembers(bytes, value + kCountBytes, value + size));
  }
  members_.EndSet();
  return arrow::Status::OK();
}

arrow::Status StructDecoder::TakeNull() {
  ARROW_RETURN_NOT_OK(CountExpansion(context_, bytes_of_null_));
  for (size_t i = 0; i < oids_.size(); ++i) members_.AddNull();
  return validity_.SetNull(members_.num_taken());
}

arrow::Status StructDecoder::TakeMembers(const char* bytes, const char* next,
                                         const char* end) {
  for (const uint32_t oid : oids_) {
    if (end - next < kOidBytes + kCopyLengthBytes) {
      return MalformedValue(context_, "a composite ends within a member");
    }
    if (LoadUint32(next) != oid) return ChangedComposite(context_);
    next += kOidBytes;
    const int32_t size = LoadInt32(next);
    if (size < kCopyNull || size > end - next - kCopyLengthBytes) {
      return MalformedValue(context_, "a member of a composite has an impossible length");
    }
    members_.Add(static_cast<uint32_t>(next - bytes));
    next += kCopyLengthBytes + std::max(size, 0);
  }
  return next == end ? arrow::Status::OK()
                     : MalformedValue(context_, "a composite is longer than its members");
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> StructDecoder::Finish() {
  const int64_t length = members_.num_taken();
  const int64_t null_count = validity_.null_count();
  ARROW_ASSIGN_OR_RAISE(auto validity, validity_.Finish(length));
  ARROW_ASSIGN_OR_RAISE(auto members, members_.Finish());
  return arrow::ArrayData::Make(type_, length, {std::move(validity)}, std::move(members),
                                null_count);
}

}  // namespace carmilla
