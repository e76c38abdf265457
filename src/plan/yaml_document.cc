#include "plan/yaml_document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <ranges>
#include <sstream>
#include <utility>

#include "plan/yaml_text.h"

namespace carmilla {
namespace {

constexpr size_t kDeepestNesting = 32;
// More than a file of the largest size needs; only aliases of aliases get there.
constexpr int64_t kMostNodes = 1'000'000;

/// Ends the parse from inside a callback.
class BadDocument : public YAML::Exception {
 public:
  BadDocument(const YAML::Mark& place, const std::string& problem, std::string hint_text)
      : YAML::Exception(place, problem), hint(std::move(hint_text)) {}
  std::string hint;
};

bool IsPlainTag(const std::string& tag) {
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  return tag.empty() || tag == "?" || tag == "!" || tag.starts_with(kCore);
}

/// Builds the tree from the parser's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const YamlText& text, ProblemList* problems)
      : text_(text), problems_(problems) {}

  YamlNodePointer root() const { return root_; }

  /// Returns where the innermost list or map that is still open began.
  std::optional<SourcePosition> OpenSince(YamlNode::Kind kind) const {
    for (const auto& open : std::views::reverse(open_)) {
      if (open.node->kind == kind) return open.node->position;
    }
    return std::nullopt;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (num_documents_++ > 0) {
      throw BadDocument(mark, "a second YAML document begins",
                        "keep one document in the file");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = MakeNode(YamlNode::Kind::kNull, mark, "");
    // The mark of a value that is not there is that of whatever comes next.
    const bool is_after_its_key = open_.empty() || !open_.back().key.has_value() ||
                                  open_.back().key->position.line == node->position.line;
    if (is_after_its_key) node->text = text_.NullAt(mark.line, mark.column);
    if (node->text.empty() && !open_.empty() && open_.back().key.has_value()) {
      node->position = open_.back().key->position;
    }
    Finish(std::move(node), anchor, mark);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw BadDocument(mark, "an alias lies inside its own anchor", "");
    }
    Attach(found->second, mark);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = MakeNode(YamlNode::Kind::kScalar, mark, tag);
    node->text = value;
    Finish(std::move(node), anchor, mark);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kSequence, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kMap, mark, tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapEnd() override { Close(); }

 private:
  struct Key {
    std::string text;
    SourcePosition position;
  };
  struct OpenNode {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor = 0;
    YAML::Mark mark;
    std::optional<Key> key;  ///< Of a map whose next event is the value.
    std::map<std::string, int> lines_of_keys;
  };

  std::shared_ptr<YamlNode> MakeNode(YamlNode::Kind kind, const YAML::Mark& mark,
                                     const std::string& tag) {
    if (!IsPlainTag(tag)) {
      throw BadDocument(mark, "a YAML tag (a word that begins with !) is not supported",
                        "put a value that begins with ! in quotes");
    }
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->position = text_.PlaceOf(mark.line, mark.column);
    return node;
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    if (open_.size() >= kDeepestNesting) {
      throw BadDocument(
          mark, "nested more than " + std::to_string(kDeepestNesting) + " levels deep",
          "");
    }
    open_.push_back({MakeNode(kind, mark, tag), anchor, mark, std::nullopt, {}});
  }

  void Close() {
    OpenNode closed = std::move(open_.back());
    open_.pop_back();
    Finish(std::move(closed.node), closed.anchor, closed.mark);
  }

  void Finish(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor,
              const YAML::Mark& mark) {
    if (anchor != 0) anchors_[anchor] = node;
    Attach(std::move(node), mark);
  }

  void Attach(YamlNodePointer node, const YAML::Mark& mark) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    OpenNode& parent = open_.back();
    parent.node->num_nodes += node->num_nodes;
    if (parent.node->num_nodes > kMostNodes) {
      throw BadDocument(mark, "aliases multiply the document beyond measure", "");
    }
    if (parent.node->kind == YamlNode::Kind::kSequence) {
      parent.node->items.push_back(std::move(node));
    } else if (!parent.key.has_value()) {
      TakeKey(*node, mark, &parent);
    } else {
      TakeMember(std::move(node), &parent);
    }
  }

  void TakeKey(const YamlNode& node, const YAML::Mark& mark, OpenNode* parent) {
    if (node.kind != YamlNode::Kind::kScalar && node.kind != YamlNode::Kind::kNull) {
      throw BadDocument(mark, "a key must be one word, not a list or a map", "");
    }
    parent->key = Key{node.text, text_.PlaceOf(mark.line, mark.column)};
  }

  void TakeMember(YamlNodePointer node, OpenNode* parent) {
    Key key = std::move(*parent->key);
    parent->key.reset();
    if (key.text == "<<") {
      problems_->Add(key.position, "the merge key \"<<\" is not supported",
                     "write the keys out, or put them under defaults");
      return;
    }
    YamlMember member{std::move(key.text), key.position, std::move(node)};
    const auto [earlier, is_new] =
        parent->lines_of_keys.try_emplace(member.key, key.position.line);
    if (!is_new && !IsRestOfCutValue(member)) {
      problems_->Add(key.position, "key " + QuoteForMessage(member.key) +
                                       " stands here a second time, first on line " +
                                       std::to_string(earlier->second));
      return;
    }
    parent->node->members.push_back(std::move(member));
  }

  const YamlText& text_;
  ProblemList* problems_;
  YamlNodePointer root_;
  std::vector<OpenNode> open_;
  std::map<YAML::anchor_t, YamlNodePointer> anchors_;
  int num_documents_ = 0;
};

/// The library's words for frequent slips tell little; some repeat the text of the file.
Problem Explain(const YAML::Exception& error, const YamlText& text) {
  struct Explanation {
    std::string_view theirs;
    std::string_view ours;
    std::string_view hint;
  };
  static const Explanation explanations[] = {
      {YAML::ErrorMsg::UNKNOWN_ANCHOR, "a value that begins with * refers to no anchor",
       "put a pattern that begins with * in quotes"},
      {YAML::ErrorMsg::UNKNOWN_TOKEN, "a value cannot begin with this character",
       "put the value in quotes"},
      {YAML::ErrorMsg::MAP_VALUE, "a colon is not expected here",
       "check the indentation, and put a value that holds \": \" in quotes"},
      {YAML::ErrorMsg::END_OF_MAP, "this does not continue the map above",
       "check the indentation; quotes must enclose the whole value"},
      {YAML::ErrorMsg::END_OF_SEQ, "this does not continue the list above",
       "check the indentation; quotes must enclose the whole value"},
      {YAML::ErrorMsg::END_OF_SEQ_FLOW, "a list is not closed by ]",
       "close it; inside it, a value with a bracket or a brace needs quotes"},
      {YAML::ErrorMsg::END_OF_MAP_FLOW, "a map is not closed by }",
       "close it; inside it, a value with a bracket or a brace needs quotes"},
      {YAML::ErrorMsg::EOF_IN_SCALAR, "quotes are not closed", ""},
      {YAML::ErrorMsg::BLOCK_ENTRY, "a list entry is not expected here",
       "begin the list on its own line"},
      {YAML::ErrorMsg::YAML_VERSION, "the %YAML line names no version", ""},
  };
  Problem problem{text.PlaceOf(error.mark.line, error.mark.column),
                  "not valid YAML: " + error.msg, ""};
  if (const auto* own = dynamic_cast<const BadDocument*>(&error)) {
    problem.text = own->msg;
    problem.hint = own->hint;
  }
  for (const Explanation& explanation : explanations) {
    if (!error.msg.starts_with(explanation.theirs)) continue;
    problem.text = "not valid YAML: " + std::string(explanation.ours);
    problem.hint = explanation.hint;
  }
  return problem;
}

}  // namespace

bool IsRestOfCutValue(const YamlMember& member) {
  if (member.value->kind != YamlNode::Kind::kNull || !member.value->text.empty()) {
    return false;
  }
  const size_t num_digits = member.key.find_first_not_of("0123456789");
  return num_digits != std::string::npos && num_digits > 0 &&
         std::string_view(member.key).substr(num_digits) == ")";
}

YamlNodePointer ParseYaml(std::string_view bytes, ProblemList* problems) {
  const YamlText text(bytes);
  if (const std::optional<Problem> problem = text.FindBadCharacter()) {
    problems->Add(problem->position, problem->text, problem->hint);
    return nullptr;
  }
  TreeBuilder builder(text, problems);
  try {
    std::istringstream stream{std::string(text.text())};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    Problem problem = Explain(error, text);
    // The library points at the end of the file, which helps nobody find the bracket.
    const bool is_list = error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW;
    if (is_list || error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW) {
      problem.position =
          builder.OpenSince(is_list ? YamlNode::Kind::kSequence : YamlNode::Kind::kMap)
              .value_or(problem.position);
    }
    problems->Add(problem.position, problem.text, problem.hint);
    return nullptr;
  } catch (const std::exception&) {
    problems->Add({1, 1}, "not valid YAML");
    return nullptr;
  }
  return builder.root();
}

}  // namespace carmilla
