#include "transform/json_extractor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "core/json.h"
#include "testing/matchers.h"
#include "transform/json_syntax.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;

JsonDerivation At(const std::string& path) {
  return {.path = ParseJsonPath(path).ValueOrDie()};
}

JsonDerivation Inside(const std::string& parse_at, const std::string& path) {
  JsonDerivation derivation = At(path);
  derivation.parse_at = ParseJsonPath(parse_at).ValueOrDie();
  return derivation;
}

JsonDerivation Joined(const std::string& path, std::string separator) {
  JsonDerivation derivation = At(path);
  derivation.join = std::move(separator);
  return derivation;
}

std::string Describe(const JsonFinding& finding) {
  constexpr std::array<std::string_view, 11> kKinds = {
      "missing", "string", "number",  "boolean",   "object",  "array",
      "joined",  "noJson", "blocked", "notJoined", "halfPair"};
  const std::string kind(kKinds[static_cast<size_t>(finding.kind)]);
  return finding.text.empty() ? kind : kind + " " + std::string(finding.text);
}

/// Documents of one extractor, each in a buffer that ends right behind its padding, so
/// that a sanitizer sees what is read beyond.
class Extraction {
 public:
  explicit Extraction(std::vector<JsonDerivation> derivations,
                      JsonTrust trust = JsonTrust::kNone)
      : extractor_(derivations, trust) {}

  std::vector<std::string> operator()(const std::string& document) {
    buffer_.assign(document.begin(), document.end());
    buffer_.resize(document.size() + static_cast<size_t>(JsonExtractor::Padding()), ' ');
    buffer_.shrink_to_fit();
    std::vector<std::string> described;
    for (const JsonFinding& finding :
         extractor_.Extract({buffer_.data(), document.size()})) {
      described.push_back(Describe(finding));
    }
    return described;
  }

 private:
  std::vector<char> buffer_;
  JsonExtractor extractor_;
};

TEST(JsonExtractorTest, FindsMembersElementsAndTheDocumentItself) {
  Extraction extract({At("$"), At("$.campaign.id"), At("$.\"Meta:schema\""),
                      At("$.score[1]"), At("$.campaign")});
  EXPECT_THAT(
      extract(R"( {"campaign": {"id": 12345678901234567890.10}, "Meta:schema": "x\n",
                  "score": [1, [2] , 3]} )"),
      ElementsAre(::testing::StartsWith("object {\"campaign\""),
                  "number 12345678901234567890.10", "string x\\n", "array [2]",
                  "object {\"id\": 12345678901234567890.10}"));
  EXPECT_THAT(extract("[true]"),
              ElementsAre("array [true]", "blocked", "blocked", "blocked", "blocked"));
  EXPECT_THAT(extract("-1.5"),
              ElementsAre("number -1.5", "blocked", "blocked", "blocked", "blocked"));
  EXPECT_THAT(extract("null"),
              ElementsAre("missing", "missing", "missing", "missing", "missing"));
  EXPECT_THAT(extract("{}"),
              ElementsAre("object {}", "missing", "missing", "missing", "missing"));
  EXPECT_THAT(extract(R"({"campaign": null, "score": [], "Meta:schema": ""})"),
              ElementsAre(::testing::_, "missing", "string", "missing", "missing"));
  EXPECT_THAT(extract(R"({"campaign": "a", "score": {"0": 1}})"),
              ElementsAre(::testing::_, "blocked", "missing", "blocked", "string a"));
}

TEST(JsonExtractorTest, TheLastOfARepeatedKeyCounts) {
  Extraction extract({At("$.a"), At("$.b.c"), At("$.b.d")});
  EXPECT_THAT(extract(R"({"a": 1, "b": {"c": 1, "d": 2}, "a": 2, "b": {"c": 3}})"),
              ElementsAre("number 2", "number 3", "missing"));
  EXPECT_THAT(extract(R"({"b": {"c": 1}, "b": null, "a": 1, "\u0061": null})"),
              ElementsAre("missing", "missing", "missing"));
}

TEST(JsonExtractorTest, KeysAreComparedAsWhatTheyMean) {
  const std::string long_key(100, 'k');
  Extraction extract(
      {At("$.\"a\\\"b\""), At("$.\"\""), At("$.größe"), At("$." + long_key)});
  EXPECT_THAT(extract("{\"a\\u0022b\": 1, \"\": 2, \"gr\\u00f6\\u00dfe\": 3, \"" +
                      long_key + "\": 4}"),
              ElementsAre("number 1", "number 2", "number 3", "number 4"));
  EXPECT_THAT(extract(R"({"a": 1, "\ud800": 2, "a\\": 3, "größ": 4, "größen": 5})"),
              ElementsAre("missing", "missing", "missing", "missing"));
}

TEST(JsonExtractorTest, ReadsJsonInsideAString) {
  Extraction extract({Inside("$.body", "$.id"), Inside("$.body", "$"), At("$.body"),
                      Inside("$", "$.x")});
  EXPECT_THAT(extract(R"({"body": "{\"id\": \"\\u0041\"}"})"),
              ElementsAre("string \\u0041", "object {\"id\": \"\\u0041\"}",
                          "string {\\\"id\\\": \\\"\\\\u0041\\\"}", "blocked"));
  EXPECT_THAT(extract(R"("{\"x\": [1]}")"),
              ElementsAre("blocked", "blocked", "blocked", "array [1]"));
  EXPECT_THAT(extract(R"({"body": "{"})"),
              ElementsAre("noJson", "noJson", "string {", "blocked"));
  EXPECT_THAT(extract(R"({"body": ""})"),
              ElementsAre("noJson", "noJson", "string", "blocked"));
  EXPECT_THAT(extract(R"({"body": "\ud800"})"),
              ElementsAre("halfPair", "halfPair", "string \\ud800", "blocked"));
  EXPECT_THAT(extract(R"({"body": {"id": 1}})"),
              ElementsAre("blocked", "blocked", "object {\"id\": 1}", "blocked"));
  EXPECT_THAT(extract(R"({"body": null})"),
              ElementsAre("missing", "missing", "missing", "blocked"));
}

TEST(JsonExtractorTest, JoinsAnArray) {
  Extraction extract({Joined("$.a", ", "), Joined("$.a", ""), At("$.a[2]")});
  EXPECT_THAT(extract(R"({"a": ["x\n", 1.50, null, true]})"),
              ElementsAre("joined x\n, 1.50, true", "joined x\n1.50true", "missing"));
  EXPECT_THAT(extract(R"({"a": []})"), ElementsAre("joined", "joined", "missing"));
  EXPECT_THAT(extract(R"({"a": [1, [2], 3]})"),
              ElementsAre("notJoined", "notJoined", "number 3"));
  EXPECT_THAT(extract(R"({"a": "x"})"), ElementsAre("notJoined", "notJoined", "blocked"));
  EXPECT_THAT(extract(R"({"a": ["\udc00"]})"),
              ElementsAre("halfPair", "halfPair", "missing"));
}

TEST(JsonExtractorTest, TextThatIsNoJsonIsToldOfEveryPath) {
  Extraction extract({At("$.a"), At("$.b[0]")});
  for (const char* text : {"", "{", "{\"a\": 1} x", "{\"a\": 1, \"b\": [1,]}", "nil"}) {
    EXPECT_THAT(extract(text), ElementsAre("noJson", "noJson")) << text;
  }
}

TEST(JsonExtractorTest, DeepDocumentsAreSkipped) {
  constexpr size_t kDepth = 200'000;
  Extraction extract({At("$.b"), At("$.a[0][0][0]")}, JsonTrust::kBinary);
  const auto found = extract("{\"a\": " + std::string(kDepth, '[') +
                             std::string(kDepth, ']') + ", \"b\": 7}");
  EXPECT_EQ(found[0], "number 7");
  EXPECT_EQ(found[1].substr(0, 9), "array [[[");
}

Json RandomJson(std::mt19937& random, int depth) {
  switch (random() % (depth == 0 ? 5 : 8)) {
    case 0:
      return nullptr;
    case 1:
      return static_cast<int64_t>(random()) - 2'000'000'000;
    case 2:
      return random() % 2 == 0;
    case 3:
      return "x";
    case 4:
      return std::string(random() % 40, 'y');
    case 5: {
      Json array = Json::array();
      for (unsigned i = random() % 4; i > 0; --i) {
        array.push_back(RandomJson(random, depth - 1));
      }
      return array;
    }
    default: {
      Json object = Json::object();
      for (unsigned i = random() % 5; i > 0; --i) {
        object[std::string(1, static_cast<char>('a' + random() % 4))] =
            RandomJson(random, depth - 1);
      }
      return object;
    }
  }
}

/// What a tree of another library gives for a path.
std::string Plainly(const Json& document, const JsonPath& path) {
  const Json* at = &document;
  for (const JsonStep& step : path) {
    if (at->is_null()) return "missing";
    if (step.IsElement() ? !at->is_array() : !at->is_object()) return "blocked";
    if (step.IsElement()) {
      if (static_cast<size_t>(step.index) >= at->size()) return "missing";
      at = &(*at)[static_cast<size_t>(step.index)];
    } else {
      const auto found = at->find(step.key);
      if (found == at->end()) return "missing";
      at = &*found;
    }
  }
  if (at->is_null()) return "missing";
  if (at->is_string())
    return Describe({JsonFinding::Kind::kString, at->get<std::string>()});
  const std::string kind = at->is_object()    ? "object "
                           : at->is_array()   ? "array "
                           : at->is_boolean() ? "boolean "
                                              : "number ";
  return kind + DumpJson(*at);
}

TEST(JsonExtractorTest, FindsWhatATreeOfAnotherLibraryHas) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<JsonDerivation> derivations;
    for (int i = 0; i < 6; ++i) {
      JsonDerivation derivation;
      for (unsigned step = random() % 4; step > 0; --step) {
        if (random() % 4 == 0) {
          derivation.path.push_back({"", static_cast<int64_t>(random() % 3)});
        } else {
          derivation.path.push_back(
              {std::string(1, static_cast<char>('a' + random() % 4))});
        }
      }
      derivations.push_back(derivation);
    }
    for (const JsonTrust trust :
         {JsonTrust::kNone, JsonTrust::kJson, JsonTrust::kBinary}) {
      Extraction extract(derivations, trust);
      for (int i = 0; i < 20; ++i) {
        const Json document = RandomJson(random, 4);
        const auto found = extract(DumpJson(document));
        for (size_t path = 0; path < derivations.size(); ++path) {
          ASSERT_EQ(found[path], Plainly(document, derivations[path].path))
              << DumpJson(document) << " " << RenderJsonPath(derivations[path].path);
        }
      }
    }
  }
}

}  // namespace
}  // namespace carmilla
