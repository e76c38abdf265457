#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "types/json_derivation.h"

namespace carmilla {

/// What stands at the end of one path.
struct JsonFinding {
  enum class Kind : uint8_t {
    kMissing,  ///< Nothing, or JSON's null.
    kString,   ///< `text`: what stands between the quotes, escapes and all.
    kNumber,   ///< `text`: as it is written.
    kBoolean,  ///< `text`: `true` or `false`.
    kObject,   ///< `text`: the JSON of it.
    kArray,    ///< The same.
    kJoined,   ///< `text`: the elements of an array, joined; no escapes.
    // What does not fit, whatever the type:
    kNoJson,     ///< What should be JSON is not.
    kBlocked,    ///< A scalar, or the wrong container, stands on the way.
    kNotJoined,  ///< `join` found an array with containers in it, or no array.
    kHalfPair,   ///< A string holds half of a surrogate pair, where it had to be read.
  };
  Kind kind = Kind::kMissing;
  std::string_view text;
};

/// Where JSON comes from decides what has to be looked at.
enum class JsonTrust : uint8_t {
  kNone,    ///< Any text: checked as a whole first.
  kJson,    ///< PostgreSQL's json: valid, with keys in any order and repeated.
  kBinary,  ///< PostgreSQL's jsonb: valid, every key once.
};

/// Finds the values of several paths in one pass over a document. Of a repeated key the
/// last one counts, as in PostgreSQL. One thread at a time.
class JsonExtractor {
 public:
  /// One path per derivation, which are read here only.
  JsonExtractor(std::span<const JsonDerivation> derivations, JsonTrust trust);
  ~JsonExtractor();
  JsonExtractor(const JsonExtractor&) = delete;
  JsonExtractor& operator=(const JsonExtractor&) = delete;

  /// How many bytes behind a document Extract reads, without looking at them.
  static int64_t Padding();

  /// Returns a finding per derivation, valid until the next call and as long as
  /// `document` is. Its bytes and Padding() more must be readable.
  std::span<const JsonFinding> Extract(std::string_view document);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace carmilla
