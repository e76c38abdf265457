#include "transform/json_path_tree.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace carmilla {
namespace {

/// The order of jsonb.
bool IsKeyBefore(std::string_view left, std::string_view right) {
  return left.size() != right.size() ? left.size() < right.size() : left < right;
}

/// Documents are followed by so many bytes that may be read.
constexpr size_t kLongestPlainKey = 60;

bool IsPlainKey(std::string_view key) {
  return key.size() <= kLongestPlainKey && std::ranges::none_of(key, [](char character) {
           return character == '"' || character == '\\' ||
                  static_cast<unsigned char>(character) < 0x20;
         });
}

JsonPathNode* StepInto(JsonPathNode* node, const JsonStep& step) {
  auto& children = step.IsElement() ? node->elements : node->members;
  for (const auto& child : children) {
    if (child->key == step.key && child->index == step.index) return child.get();
  }
  children.push_back(std::make_unique<JsonPathNode>());
  JsonPathNode* const child = children.back().get();
  child->key = step.key;
  child->index = step.index;
  child->is_plain = IsPlainKey(step.key);
  std::ranges::sort(children, [](const auto& left, const auto& right) {
    return left->index != right->index ? left->index < right->index
                                       : IsKeyBefore(left->key, right->key);
  });
  return child;
}

JsonPathNode* Follow(JsonPathNode* node, const JsonPath& path) {
  for (const JsonStep& step : path) node = StepInto(node, step);
  return node;
}

/// Until a document shows another order, members come in that of jsonb.
void ExpectOrder(JsonPathNode* node) {
  node->following.resize(node->members.size() + 1);
  std::iota(node->following.begin(), node->following.end(), size_t{0});
  for (const auto& child : node->members) ExpectOrder(child.get());
  for (const auto& child : node->elements) ExpectOrder(child.get());
  if (node->inner != nullptr) ExpectOrder(node->inner.get());
}

}  // namespace

size_t JsonPathNode::FindMember(std::string_view member_key) const {
  const auto found = std::ranges::lower_bound(
      members, member_key, IsKeyBefore,
      [](const auto& member) -> std::string_view { return member->key; });
  const bool is_found = found != members.end() && (*found)->key == member_key;
  return is_found ? static_cast<size_t>(found - members.begin()) : members.size();
}

JsonPathTree BuildJsonPathTree(std::span<const JsonDerivation> derivations) {
  JsonPathTree tree{.root = std::make_unique<JsonPathNode>()};
  for (size_t i = 0; i < derivations.size(); ++i) {
    const JsonDerivation& derivation = derivations[i];
    JsonPathNode* node = tree.root.get();
    if (derivation.parse_at.has_value()) {
      node = Follow(node, *derivation.parse_at);
      if (node->inner == nullptr) {
        node->inner = std::make_unique<JsonPathNode>();
        node->inner_slot = tree.num_inner++;
      }
      node = node->inner.get();
    }
    node = Follow(node, derivation.path);
    (derivation.join.has_value() ? node->joins : node->ends).push_back(i);
  }
  ExpectOrder(tree.root.get());
  return tree;
}

}  // namespace carmilla
