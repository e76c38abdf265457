#pragma once

#include <string>
#include <utility>

namespace carmilla {

/// Text that never prints: a password, a key, a scalar that may have come from `env:` or
/// `file:`.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  /// For the function that hands it to the library, or the signature, that needs it only.
  const std::string& Reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace carmilla
