#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace carmilla {

/// Models, each behind those that it needs.
struct ModelOrder {
  std::vector<std::string> names;
  /// Those that need themselves, and how: `a -> b -> a`.
  std::map<std::string, std::string> cycles;
};

/// Orders the keys of `needs`; what else a model needs is no model. Names that are free
/// to stand anywhere stand in the order of the alphabet.
ModelOrder OrderModels(const std::map<std::string, std::set<std::string>>& needs);

}  // namespace carmilla
