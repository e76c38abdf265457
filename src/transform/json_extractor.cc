#include "transform/json_extractor.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "transform/json_path_tree.h"
#include "transform/json_syntax.h"

namespace carmilla {
namespace {

using Kind = JsonFinding::Kind;
using simdjson::ondemand::json_type;

/// The library tells where a value ends by where the next token begins.
std::string_view WithoutBlanks(std::string_view token) {
  size_t end = token.size();
  // No sign of JSON outside strings is below the blanks.
  while (end > 0 && static_cast<unsigned char>(token[end - 1]) <= ' ') --end;
  return token.substr(0, end);
}

std::string_view WithoutQuotes(std::string_view token) {
  return token.substr(1, token.size() - 2);
}

std::string_view TokenOf(simdjson::ondemand::value& value) {
  return WithoutBlanks(value.raw_json_token());
}

std::string_view TokenOf(simdjson::ondemand::document& document) {
  std::string_view token;
  return document.raw_json_token().get(token) == simdjson::SUCCESS ? WithoutBlanks(token)
                                                                   : std::string_view();
}

/// The JSON of a container, which is then at its beginning again.
template <typename Container>
std::string_view TextOf(Container& container) {
  std::string_view text;
  if (container.raw_json().get(text) != simdjson::SUCCESS) return {};
  static_cast<void>(container.reset().error());
  return WithoutBlanks(text);
}

/// The bytes of a key up to its closing quote, which is there: the document is valid.
std::string_view RawKey(const char* begin) {
  const char* end = begin;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {begin, static_cast<size_t>(end - begin)};
}

/// `key` must be plain.
bool IsKeyAt(const char* begin, std::string_view key) {
  return std::memcmp(begin, key.data(), key.size()) == 0 && begin[key.size()] == '"';
}

}  // namespace

/// The library is asked for structure and raw bytes only. Numbers stay as they are
/// written, and every document is known to be valid before it is walked.
class JsonExtractor::Impl {
 public:
  Impl(std::span<const JsonDerivation> derivations, JsonTrust trust)
      : derivations_(derivations.begin(), derivations.end()),
        tree_(BuildJsonPathTree(derivations)),
        trust_(trust),
        findings_(derivations.size()),
        joined_(derivations.size()),
        inner_(tree_.num_inner) {}

  std::span<const JsonFinding> Extract(std::string_view text) {
    std::ranges::fill(findings_, JsonFinding{});
    ++document_number_;
    if (trust_ == JsonTrust::kNone && !IsJson(text)) {
      Settle(*tree_.root, Kind::kNoJson);
    } else {
      Walk(&parser_, text, trust_, tree_.root.get());
    }
    return findings_;
  }

 private:
  using Object = simdjson::ondemand::object;
  using Array = simdjson::ondemand::array;

  /// JSON that stood inside a string, unescaped, with a parser of its own.
  struct InnerDocument {
    std::string text;
    simdjson::ondemand::parser parser;
  };

  void Walk(simdjson::ondemand::parser* parser, std::string_view text, JsonTrust trust,
            JsonPathNode* root) {
    simdjson::ondemand::document document;
    const simdjson::padded_string_view padded(text.data(), text.size(),
                                              text.size() + simdjson::SIMDJSON_PADDING);
    if (parser->iterate(padded).get(document) != simdjson::SUCCESS) {
      Settle(*root, Kind::kNoJson);
      return;
    }
    Visit(document, trust, root);
  }

  /// `Value` is a document, or a value inside one.
  template <typename Value>
  void Visit(Value& value, JsonTrust trust, JsonPathNode* node) {
    // The last one of a repeated key counts.
    if (node->visited_in == document_number_) Settle(*node, Kind::kMissing);
    node->visited_in = document_number_;
    json_type type = json_type::null;
    if (value.type().get(type) != simdjson::SUCCESS) {
      Settle(*node, Kind::kNoJson);
      return;
    }
    switch (type) {
      case json_type::object:
        VisitObject(value, trust, node);
        break;
      case json_type::array:
        VisitArray(value, trust, node);
        break;
      case json_type::string:
        VisitString(WithoutQuotes(TokenOf(value)), node);
        break;
      case json_type::number:
        VisitScalar({Kind::kNumber, TokenOf(value)}, node);
        break;
      case json_type::boolean:
        VisitScalar({Kind::kBoolean, TokenOf(value)}, node);
        break;
      case json_type::null:
        break;
    }
  }

  template <typename Value>
  void VisitObject(Value& value, JsonTrust trust, JsonPathNode* node) {
    Object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) {
      Settle(*node, Kind::kNoJson);
      return;
    }
    if (!node->ends.empty()) {
      SetEnds(*node, {Kind::kObject, TextOf(object)});
    }
    for (const size_t i : node->joins) findings_[i].kind = Kind::kNotJoined;
    Block(node->elements);
    BlockInner(*node);
    if (!node->members.empty()) VisitMembers(object, trust, node);
  }

  void VisitMembers(Object& object, JsonTrust trust, JsonPathNode* node) {
    const auto& members = node->members;
    size_t likely = node->following[0];
    size_t after = 0;  // the place in `following` that was asked last
    size_t num_found = 0;
    for (auto entry : object) {
      simdjson::ondemand::field field;
      if (std::move(entry).get(field) != simdjson::SUCCESS) return;
      const char* const raw = field.key().raw();
      size_t found = likely;
      if (likely >= members.size() || !members[likely]->is_plain ||
          !IsKeyAt(raw, members[likely]->key)) {
        found = FindMember(*node, RawKey(raw));
        if (found == members.size()) continue;
        node->following[after] = found;
      }
      after = found + 1;
      likely = node->following[after];
      Visit(field.value(), trust, members[found].get());
      if (trust == JsonTrust::kBinary && ++num_found == members.size()) return;
    }
  }

  size_t FindMember(const JsonPathNode& node, std::string_view raw_key) {
    if (raw_key.find('\\') == std::string_view::npos) return node.FindMember(raw_key);
    key_.clear();
    return AppendUnescaped(raw_key, &key_) ? node.FindMember(key_) : node.members.size();
  }

  template <typename Value>
  void VisitArray(Value& value, JsonTrust trust, JsonPathNode* node) {
    Array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) {
      Settle(*node, Kind::kNoJson);
      return;
    }
    if (!node->ends.empty()) {
      SetEnds(*node, {Kind::kArray, TextOf(array)});
    }
    for (const size_t i : node->joins) {
      findings_[i] = Join(array, *derivations_[i].join, &joined_[i]);
      static_cast<void>(array.reset().error());  // to its beginning
    }
    Block(node->members);
    BlockInner(*node);
    if (!node->elements.empty()) VisitElements(array, trust, node);
  }

  void VisitElements(Array& array, JsonTrust trust, JsonPathNode* node) {
    int64_t index = 0;
    auto next = node->elements.begin();
    for (auto entry : array) {
      simdjson::ondemand::value element;
      if (std::move(entry).get(element) != simdjson::SUCCESS) return;
      if ((*next)->index != index++) continue;
      Visit(element, trust, next->get());
      if (++next == node->elements.end()) return;
    }
  }

  void VisitString(std::string_view contents, JsonPathNode* node) {
    VisitScalar({Kind::kString, contents}, node);
    if (node->inner == nullptr) return;
    InnerDocument& inner = inner_[node->inner_slot];
    inner.text.clear();
    if (node->inner->visited_in == document_number_) {
      Settle(*node->inner, Kind::kMissing);
    }
    if (!AppendUnescaped(contents, &inner.text)) {
      Settle(*node->inner, Kind::kHalfPair);
    } else if (!IsJson(inner.text)) {
      Settle(*node->inner, Kind::kNoJson);
    } else {
      inner.text.reserve(inner.text.size() + simdjson::SIMDJSON_PADDING);
      Walk(&inner.parser, inner.text, JsonTrust::kJson, node->inner.get());
    }
  }

  void VisitScalar(JsonFinding finding, JsonPathNode* node) {
    SetEnds(*node, finding);
    for (const size_t i : node->joins) findings_[i].kind = Kind::kNotJoined;
    Block(node->members);
    Block(node->elements);
    if (finding.kind != Kind::kString) BlockInner(*node);
  }

  void SetEnds(const JsonPathNode& node, const JsonFinding& finding) {
    for (const size_t i : node.ends) findings_[i] = finding;
  }

  void Block(const std::vector<std::unique_ptr<JsonPathNode>>& children) {
    for (const auto& child : children) Settle(*child, Kind::kBlocked);
  }

  void BlockInner(const JsonPathNode& node) {
    if (node.inner != nullptr) Settle(*node.inner, Kind::kBlocked);
  }

  /// Says the same of every path that goes through `node`.
  void Settle(const JsonPathNode& node, Kind kind) {
    SetEnds(node, {kind, {}});
    for (const size_t i : node.joins) findings_[i] = {kind, {}};
    for (const auto& child : node.members) Settle(*child, kind);
    for (const auto& child : node.elements) Settle(*child, kind);
    if (node.inner != nullptr) Settle(*node.inner, kind);
  }

  /// Elements that are null are left out, as array_to_string does.
  static JsonFinding Join(Array& array, std::string_view separator, std::string* text) {
    text->clear();
    bool is_first = true;
    for (auto entry : array) {
      simdjson::ondemand::value element;
      json_type type = json_type::null;
      if (std::move(entry).get(element) != simdjson::SUCCESS ||
          element.type().get(type) != simdjson::SUCCESS) {
        return {Kind::kNoJson, {}};
      }
      if (type == json_type::object || type == json_type::array) {
        return {Kind::kNotJoined, {}};
      }
      if (type == json_type::null) continue;
      if (!is_first) text->append(separator);
      is_first = false;
      const std::string_view token = TokenOf(element);
      if (type != json_type::string) {
        text->append(token);
      } else if (!AppendUnescaped(WithoutQuotes(token), text)) {
        return {Kind::kHalfPair, {}};
      }
    }
    return {Kind::kJoined, *text};
  }

  const std::vector<JsonDerivation> derivations_;
  const JsonPathTree tree_;
  const JsonTrust trust_;
  simdjson::ondemand::parser parser_;
  int64_t document_number_ = -1;
  std::vector<JsonFinding> findings_;
  std::vector<std::string> joined_;  ///< By derivation.
  std::vector<InnerDocument> inner_;
  std::string key_;
};

JsonExtractor::JsonExtractor(std::span<const JsonDerivation> derivations, JsonTrust trust)
    : impl_(std::make_unique<Impl>(derivations, trust)) {}
JsonExtractor::~JsonExtractor() = default;

int64_t JsonExtractor::Padding() { return simdjson::SIMDJSON_PADDING; }

std::span<const JsonFinding> JsonExtractor::Extract(std::string_view document) {
  return impl_->Extract(document);
}

}  // namespace carmilla
