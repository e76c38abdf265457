#include "operations/model_order.h"

#include <algorithm>

namespace carmilla {
namespace {

using Needs = std::map<std::string, std::set<std::string>>;

class Orderer {
 public:
  explicit Orderer(const Needs& needs) : needs_(needs) {}

  ModelOrder Order() && {
    for (const auto& [name, needed] : needs_) Visit(name);
    return std::move(order_);
  }

 private:
  void Visit(const std::string& name) {
    const auto begin = std::ranges::find(path_, name);
    if (begin != path_.end()) {
      TellCycle({begin, path_.end()});
      return;
    }
    const auto model = needs_.find(name);
    if (model == needs_.end() || !visited_.insert(name).second) return;
    path_.push_back(name);
    for (const std::string& needed : model->second) Visit(needed);
    path_.pop_back();
    order_.names.push_back(name);
  }

  void TellCycle(std::vector<std::string> cycle) {
    for (size_t i = 0; i < cycle.size(); ++i) {
      std::string text;
      for (const std::string& name : cycle) text += name + " -> ";
      order_.cycles.emplace(cycle.front(), text + cycle.front());
      std::ranges::rotate(cycle, cycle.begin() + 1);
    }
  }

  const Needs& needs_;
  std::vector<std::string> path_;
  std::set<std::string> visited_;
  ModelOrder order_;
};

}  // namespace

ModelOrder OrderModels(const Needs& needs) { return Orderer(needs).Order(); }

}  // namespace carmilla
