#include "plan/column_masks.h"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "core/suggest.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

constexpr std::string_view kForms = "write hmac-sha256, null, drop or {truncate: 3}";
constexpr int32_t kMostCharacters = 1'000'000;

/// `{truncate: 3}`.
std::optional<ColumnMask> ReadTruncate(const YamlNode& map) {
  if (map.members.size() != 1 || map.members[0].key != "truncate") return std::nullopt;
  const std::string& text = map.members[0].value->text;
  int32_t characters = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), characters);
  if (error != std::errc() || end != text.data() + text.size() || characters < 1 ||
      characters > kMostCharacters) {
    return std::nullopt;
  }
  return ColumnMask{.kind = MaskKind::kTruncate, .characters = characters};
}

std::optional<ColumnMask> ReadMask(const YamlNode& value) {
  if (value.kind == YamlNode::Kind::kMap) return ReadTruncate(value);
  // YAML takes `null` for no value; what is not there is no mask.
  if (value.kind == YamlNode::Kind::kNull && value.text.empty()) return std::nullopt;
  if (value.text == "null") return ColumnMask{.kind = MaskKind::kNull};
  if (value.text == "drop") return ColumnMask{.kind = MaskKind::kDrop};
  if (value.text == "hmac-sha256") return ColumnMask{.kind = MaskKind::kHmacSha256};
  return std::nullopt;
}

std::string HintFor(const YamlNode& value) {
  static const std::vector<std::string> words = {"hmac-sha256", "null", "drop"};
  const bool is_word = value.kind == YamlNode::Kind::kScalar;
  const std::string nearest = is_word ? DidYouMean(value.text, words) : "";
  return nearest.empty() ? std::string(kForms) : nearest;
}

}  // namespace

std::map<std::string, MaskedColumn> ReadMasks(const ConfigurationSection& entry) {
  std::map<std::string, MaskedColumn> masks;
  const YamlNode* map = entry.Section("mask");
  if (map == nullptr) return masks;
  for (const YamlMember& member : map->members) {
    if (const auto mask = ReadMask(*member.value)) {
      masks.emplace(member.key, MaskedColumn{*mask, member.position});
    } else {
      entry.Report(member.value->position,
                   "no mask of column " + QuoteForMessage(member.key),
                   HintFor(*member.value));
    }
  }
  return masks;
}

}  // namespace carmilla
