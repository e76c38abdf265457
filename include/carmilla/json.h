#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "carmilla/date.h"
#include "carmilla/decimal.h"
#include "carmilla/timestamp.h"

namespace carmilla {

/// PostgreSQL's json or jsonb: a view of its text, which somebody else owns (the batch
/// that a row came in, a look-up, `context.Text`).
///
/// Values are got by the paths that `derive:` knows: `$.campaign.id`, `$.items[0]`,
/// `$."any key"`. What is missing, or JSON's null, is std::nullopt. What is there but is
/// of another type, or does not fit exactly (1.5 as an integer), throws ValueError, as
/// does text that is no JSON; a task's policy decides what becomes of the row. Numbers
/// may also stand in strings. A path that is none throws std::invalid_argument, which is
/// a mistake of the program. Each call goes through the document once; any thread may
/// call.
class Json {
 public:
  /// JSON's null.
  constexpr Json() = default;

  /// Any text; it is checked at each call.
  constexpr explicit Json(std::string_view text) : text_(text) {}
  /// Refuses a string that is about to die, with a sentence.
  template <typename T>
    requires std::same_as<std::remove_const_t<T>, std::string>
  constexpr explicit Json(T&& /*text*/) {
    static_assert(internal::kNever<T>,
                  "this Json would view a string that is about to die: keep it with "
                  "context.Text(...)");
  }

  /// Text that PostgreSQL sent as json or jsonb, which is known to be JSON.
  static constexpr Json FromPostgres(std::string_view text) {
    Json json(text);
    json.is_trusted_ = true;
    return json;
  }

  constexpr std::string_view text() const { return text_; }
  std::string ToString() const { return std::string(text_); }

  std::optional<bool> GetBool(std::string_view path) const;
  std::optional<int64_t> GetInt64(std::string_view path) const;
  /// The nearest floating point number.
  std::optional<double> GetDouble(std::string_view path) const;
  template <int P, int S>
  std::optional<Decimal<P, S>> GetDecimal(std::string_view path) const {
    const std::optional<Int128> unscaled = GetUnscaled(path, P, S);
    if (!unscaled.has_value()) return std::nullopt;
    return Decimal<P, S>::FromUnscaled(*unscaled);
  }
  /// Strings without their quotes and escapes, anything else as it is written, as `->>`.
  std::optional<std::string> GetText(std::string_view path) const;
  /// From `2024-05-01`.
  std::optional<Date> GetDate(std::string_view path) const;
  /// From `2024-05-01T12:00:00.5`, without a time zone.
  std::optional<Timestamp> GetTimestamp(std::string_view path) const;
  /// From `2024-05-01T12:00:00.5Z`, with one.
  std::optional<TimestampTz> GetTimestampTz(std::string_view path) const;
  /// Any value as a document of its own; a view into the same text.
  std::optional<Json> GetJson(std::string_view path) const;
  /// The elements of an array, nulls included; each is asked for `$`.
  std::optional<std::vector<Json>> GetElements(std::string_view path) const;

 private:
  std::optional<Int128> GetUnscaled(std::string_view path, int precision,
                                    int scale) const;

  std::string_view text_ = "null";
  bool is_trusted_ = false;
};

}  // namespace carmilla
