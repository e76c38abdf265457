#include "postgres/decoding_error.h"

#include <string>
#include <utility>

#include "core/error.h"
#include "core/yaml_quote.h"

namespace carmilla {
namespace {

std::string ColumnText(const DecoderContext& context) {
  return "column \"" + context.column + "\": ";
}

/// A bound or a key, of which no policy makes NULL.
arrow::Status RefusedPart(const DecoderContext& context, std::string_view what,
                          const std::string& policy, std::string_view also) {
  const std::string column = QuoteForYaml(context.column);
  const std::string place = context.is_bound ? "a bound of a range" : "a key";
  const std::string why =
      context.is_bound ? "NULL would mean unbounded" : "no key is NULL";
  std::string hint =
      "declare the column as text: add to this table in carmilla.yaml: types: {" +
      column + ": text}";
  if (policy == "on_invalid_utf8") {
    hint += "; the whole cell becomes NULL, and is counted, by policies: {" + column +
            ": {on_invalid_utf8: null}} beside it";
  } else if (also == "clamp") {
    hint += ", or policies: {" + column + ": {" + policy + ": clamp}}";
  }
  return MakeError(ErrorKind::kData,
                   ColumnText(context) + "holds " + place + " that is " +
                       std::string(what) + ", which " + policy +
                       ": null does not make NULL: " + why,
                   std::move(hint));
}

}  // namespace

arrow::Status MalformedValue(const DecoderContext& context, std::string_view problem) {
  return MakeError(
      ErrorKind::kCorruptData, ColumnText(context) + std::string(problem),
      "the server, or something between, does not follow PostgreSQL's binary "
      "COPY format, or the column changed its type");
}

arrow::Status ImpossibleLength() {
  return MakeError(ErrorKind::kCorruptData, "a field has an impossible length");
}

arrow::Status WrongWidth(const DecoderContext& context, int32_t size, int32_t expected) {
  return MalformedValue(context, "a value should have " + std::to_string(expected) +
                                     " bytes on the wire, but has " +
                                     std::to_string(size));
}

arrow::Status RefusedByPolicy(const DecoderContext& context, std::string_view what,
                              std::string_view policy, std::string_view also) {
  const std::string name(policy);
  if (context.is_bound || context.is_key) return RefusedPart(context, what, name, also);
  std::string hint = "add to this table in carmilla.yaml: policies: {" +
                     QuoteForYaml(context.column) + ": {" + name + ": null}}";
  if (!also.empty()) hint += ", or " + std::string(also) + " instead of null";
  return MakeError(ErrorKind::kData,
                   ColumnText(context) + "holds " + std::string(what) + " (" + name +
                       ": error; cells touched by policies so far: " +
                       std::to_string(context.counts->total()) + ")",
                   std::move(hint));
}

arrow::Status ChangedComposite(const DecoderContext& context) {
  return MakeError(ErrorKind::kRelationChanged,
                   ColumnText(context) + "its composite type has other members now",
                   "run again; migrations are best kept out of the run");
}

arrow::Status RefusedShape(const DecoderContext& context, std::string_view what) {
  return RefusedByPolicy(context, what, "on_array_shape", "text or flatten");
}

arrow::Status ValueTooLarge(const DecoderContext& context, std::string_view problem) {
  return MakeError(ErrorKind::kRowTooLarge, ColumnText(context) + std::string(problem),
                   "leave the column out with columns:, or exclude the row with where:");
}

arrow::Status CountExpansion(const DecoderContext& context, int64_t bytes) {
  if (bytes <= 0) return arrow::Status::OK();
  context.expansion->bytes += bytes;
  if (context.expansion->bytes <= context.expansion->limit) return arrow::Status::OK();
  return ValueTooLarge(context, "a row grows beyond its limit when decoded");
}

}  // namespace carmilla
