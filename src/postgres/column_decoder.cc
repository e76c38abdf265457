#include "postgres/column_decoder.h"

#include <utility>
#include <vector>

#include <arrow/type.h>

#include "core/error.h"
#include "postgres/checked_text_decoder.h"
#include "postgres/fixed_decoder.h"
#include "postgres/float_list_decoder.h"
#include "postgres/interval_decoder.h"
#include "postgres/list_decoder.h"
#include "postgres/range_decoder.h"
#include "postgres/struct_decoder.h"
#include "postgres/text_decoder.h"

namespace carmilla {
namespace {

constexpr int32_t kMaxPrecision = 38;

arrow::Status NoDecoder(const DecoderContext& context) {
  return MakeError(ErrorKind::kBug,
                   "column \"" + context.column + "\": no decoder for its mapping");
}

using Decoders = std::vector<std::unique_ptr<ColumnDecoder>>;

/// A NULL has four bytes on the wire. What becomes of it beyond this is counted.
constexpr int64_t kMostBytesOfNull = 32;

bool IsWideComposite(const TypeMapping& mapping) {
  return mapping.wire == WireForm::kStruct &&
         BytesOfNull(mapping, /*with_composites=*/true) > kMostBytesOfNull;
}

/// A decoder for each part.
arrow::Result<Decoders> MakeParts(const TypeMapping& mapping,
                                  const DecoderContext& context) {
  Decoders parts;
  for (const TypeMapping& part : mapping.parts) {
    ARROW_ASSIGN_OR_RAISE(auto decoder, MakeColumnDecoder(part, context));
    parts.push_back(std::move(decoder));
  }
  return parts;
}

arrow::Result<std::unique_ptr<ColumnDecoder>> MakeListDecoder(const TypeMapping& mapping,
                                                              ListHeader header,
                                                              DecoderContext context) {
  if (mapping.parts.size() != 1) return NoDecoder(context);
  ARROW_ASSIGN_OR_RAISE(Decoders parts, MakeParts(mapping, context));
  return std::make_unique<ListDecoder>(mapping.arrow_type, header, std::move(parts),
                                       std::move(context));
}

arrow::Result<std::unique_ptr<ColumnDecoder>> MakeMapDecoder(const TypeMapping& mapping,
                                                             DecoderContext context) {
  const TypeMapping text{.wire = WireForm::kText, .arrow_type = arrow::utf8()};
  Decoders parts;
  for (const bool is_key : {true, false}) {
    DecoderContext of_part = context;
    of_part.is_key = is_key;
    ARROW_ASSIGN_OR_RAISE(auto decoder, MakeColumnDecoder(text, std::move(of_part)));
    parts.push_back(std::move(decoder));
  }
  return std::make_unique<ListDecoder>(mapping.arrow_type, ListHeader::kCount,
                                       std::move(parts), std::move(context));
}

/// Text that the server stores as it is; any other is made of numbers.
bool IsStoredText(WireForm wire) {
  return wire == WireForm::kText || wire == WireForm::kTrimmedText ||
         wire == WireForm::kJsonb;
}

arrow::Result<std::unique_ptr<ColumnDecoder>> MakeStructDecoder(
    const TypeMapping& mapping, DecoderContext context) {
  const size_t num_members = mapping.parts.size();
  if (num_members == 0 || mapping.member_oids.size() != num_members) {
    return NoDecoder(context);
  }
  context.counts_nulls = context.counts_nulls || IsWideComposite(mapping);
  ARROW_ASSIGN_OR_RAISE(Decoders parts, MakeParts(mapping, context));
  return std::make_unique<StructDecoder>(mapping, std::move(parts), std::move(context));
}

arrow::Result<std::unique_ptr<ColumnDecoder>> MakeRangeDecoder(const TypeMapping& mapping,
                                                               DecoderContext context) {
  if (mapping.parts.size() != 1) return NoDecoder(context);
  DecoderContext of_bound = context;
  of_bound.is_bound = true;
  for (const PolicyField& field : kPolicyFields) {
    ValuePolicy& policy = of_bound.policies.*field.member;
    if (policy == ValuePolicy::kNull) policy = ValuePolicy::kError;
  }
  Decoders bounds;
  for (int bound = 0; bound < 2; ++bound) {
    ARROW_ASSIGN_OR_RAISE(auto decoder,
                          MakeColumnDecoder(mapping.parts.front(), of_bound));
    bounds.push_back(std::move(decoder));
  }
  return std::make_unique<RangeDecoder>(mapping.arrow_type, std::move(bounds),
                                        std::move(context));
}

}  // namespace

bool Expands(const TypeMapping& mapping) {
  return mapping.Any([](const TypeMapping& part) {
    return part.wire == WireForm::kNumericText || part.wire == WireForm::kBitText ||
           IsWideComposite(part);
  });
}

arrow::Result<std::unique_ptr<ColumnDecoder>> MakeColumnDecoder(
    const TypeMapping& mapping, DecoderContext context) {
  const bool is_impossible_decimal =
      mapping.wire == WireForm::kNumericDecimal &&
      (mapping.precision < 1 || mapping.precision > kMaxPrecision);
  if (!mapping.arrow_type || is_impossible_decimal) return NoDecoder(context);
  switch (mapping.wire) {
    case WireForm::kList:
      return MakeListDecoder(mapping, ListHeader::kArray, std::move(context));
    case WireForm::kZeroBasedList:
      return MakeListDecoder(mapping, ListHeader::kZeroBasedArray, std::move(context));
    case WireForm::kMultirange:
      return MakeListDecoder(mapping, ListHeader::kCount, std::move(context));
    case WireForm::kTextMap:
      return MakeMapDecoder(mapping, std::move(context));
    case WireForm::kStruct:
      return MakeStructDecoder(mapping, std::move(context));
    case WireForm::kRange:
      return MakeRangeDecoder(mapping, std::move(context));
    case WireForm::kIntervalParts:
      return std::make_unique<IntervalDecoder>(mapping.arrow_type, std::move(context));
    case WireForm::kFloatList:
      return std::make_unique<FloatListDecoder>(mapping.arrow_type, std::move(context));
    default:
      break;
  }
  if (auto decoder = MakeFixedDecoder(mapping, context)) return decoder;
  auto decoder = MakeTextDecoder(mapping, context);
  if (decoder == nullptr) return NoDecoder(context);
  if (!context.is_text_unchecked || !IsStoredText(mapping.wire)) return decoder;
  return std::make_unique<CheckedTextDecoder>(std::move(decoder), std::move(context));
}

}  // namespace carmilla
