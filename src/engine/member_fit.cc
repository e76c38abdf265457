#include "engine/member_fit.h"

#include <utility>

#include <arrow/array.h>
#include <arrow/compute/cast.h>
#include <arrow/type.h>

#include "columnar/stored_type.h"
#include "core/error.h"
#include "types/arrow_type_text.h"

namespace carmilla {
namespace {

bool HasRoomForDigits(const arrow::DataType& member, const arrow::DataType& stored) {
  const auto& to = static_cast<const arrow::DecimalType&>(member);
  const auto& from = static_cast<const arrow::DecimalType&>(stored);
  return from.scale() <= to.scale() &&
         from.precision() - from.scale() <= to.precision() - to.scale();
}

}  // namespace

bool HasRoomFor(const arrow::DataType& member, const arrow::DataType& stored) {
  if (arrow::is_decimal(member.id()) && arrow::is_decimal(stored.id())) {
    return HasRoomForDigits(member, stored);
  }
  const bool is_wider = arrow::is_signed_integer(member.id()) &&
                        arrow::is_signed_integer(stored.id()) &&
                        stored.bit_width() <= member.bit_width();
  if (is_wider) return true;
  if (member.id() == arrow::Type::DOUBLE && stored.id() == arrow::Type::FLOAT) {
    return true;
  }
  return ArrowTypeText(member) == ArrowTypeText(stored);
}

arrow::Result<std::shared_ptr<arrow::Array>> Widen(
    const std::shared_ptr<arrow::Array>& values,
    const std::shared_ptr<arrow::DataType>& member) {
  if (values->type()->Equals(*member)) return values;
  if (HasSameLayout(*values->type(), *member)) {
    return arrow::MakeArray(WithType(*values->data(), member));
  }
  return arrow::compute::Cast(*values, member);
}

std::string Misfit(const std::string& column, const std::string& type,
                   const std::string& member) {
  return column + " is " + type + " and its member " + member;
}

arrow::Status RefuseMisfits(const std::string& doing, const std::string& source,
                            std::span<const std::string> problems, std::string hint) {
  std::string told;
  for (const std::string& problem : problems) {
    if (!problem.empty()) told += (told.empty() ? "" : "; ") + problem;
  }
  if (told.empty()) return arrow::Status::OK();
  return MakeError(ErrorKind::kStaleHeader,
                   doing + ": the struct is not what " + source + ": " + told,
                   std::move(hint));
}

}  // namespace carmilla
