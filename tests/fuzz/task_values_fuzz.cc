// A choice, then any text as a value of a task, as the file of a time zone, or as JSON.

#include "carmilla/date.h"
#include "carmilla/decimal.h"
#include "carmilla/interval.h"
#include "carmilla/json.h"
#include "carmilla/timestamp.h"
#include "carmilla/uuid.h"
#include "fuzz/fuzz_input.h"
#include "tasks/zone_rules.h"
#include "transform/json_syntax.h"

namespace carmilla {
namespace {

template <typename Value>
void RequireReadBack(const std::string& text) {
  const auto value = Value::Parse(text);
  if (!value.ok()) return;
  const auto again = Value::Parse(value->ToString());
  Require(again.ok() && *again == *value, "a value reads what it writes",
          text + " " + value->ToString());
}

void RequireZoneWell(const std::string& bytes, int64_t seconds) {
  const auto rules = internal::ZoneRules::Parse(bytes);
  if (!rules.ok()) return;
  for (int64_t step = 0; step < 64; ++step) {
    const int64_t at = seconds / 64 * step - seconds / 2;
    const int64_t local = at + rules->OffsetAt(at);
    const int64_t utc = rules->UtcOf(local);
    // Where clocks change, another moment may show the same; but not far away.
    Require(utc - at < 10'000'000'000 && at - utc < 10'000'000'000,
            "a local time has a moment", std::to_string(at));
  }
}

/// Text that is wrongly said to be JSON gives any answer, but harms nothing.
void RequireSafe(const Json& json) {
  for (const char* path : {"$", "$.a[0]", "$.b", "$[2].a"}) {
    try {
      json.GetText(path);
      json.GetElements(path);
    } catch (const ValueError&) {  // NOLINT(bugprone-empty-catch)
    }
  }
}

void RequireJsonWell(const std::string& text) {
  RequireSafe(Json::FromPostgres(text));
  const Json json(text);
  try {
    Require(IsJson(json.GetText("$").value_or("null")) || json.GetJson("$").has_value(),
            "what is found is JSON", text);
    json.GetInt64("$.a[0]");
    const auto elements = json.GetElements("$");
    if (!elements.has_value()) return;
    for (const Json& element : *elements) {
      Require(IsJson(element.text()), "the elements of an array are JSON", text);
    }
    Require(elements->empty() ||
                json.GetJson("$[" + std::to_string(elements->size() - 1) + "]")
                        .value_or(Json())
                        .text() == elements->back().text(),
            "the last element is the last one", text);
  } catch (const ValueError&) {  // NOLINT(bugprone-empty-catch)
    // Text that is no JSON, or no array.
  }
}

}  // namespace
}  // namespace carmilla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carmilla;
  FuzzInput input(data, size);
  const uint64_t choice = input.Number(1) % 3;
  if (choice == 0) {
    const std::string text = input.Rest();
    RequireReadBack<Decimal<9, 2>>(text);
    RequireReadBack<Decimal<38, 10>>(text);
    RequireReadBack<Date>(text);
    RequireReadBack<Time>(text);
    RequireReadBack<Timestamp>(text);
    RequireReadBack<TimestampTz>(text);
    RequireReadBack<Interval>(text);
    RequireReadBack<Uuid>(text);
  } else if (choice == 1) {
    const auto seconds = static_cast<int64_t>(input.Number(5));
    RequireZoneWell(input.Rest(), seconds);
  } else {
    RequireJsonWell(input.Rest());
  }
  return 0;
}
