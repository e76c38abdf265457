#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "plan/configuration_fixture.h"

namespace carmilla {
namespace {

constexpr char kDocument[] = R"(# comment
connections:
  app: &app {postgres: "host=h dbname=d"}
  other: *app
source: app
gentleness: full
max_snapshot_age: 15min
memory: 128MiB
lake: {path: ./lake}
defaults: {compression: zstd, on_nan: null}
tables:
  - public.*
  - name: public.events
    as: events
    columns: [id, 'user', "created\tat", created_at]
    where: |
      id > 5
      AND x IS NULL
    partition_by: {column: created_at, every: day, as: dt}
    policies: {id: {on_infinity: clamp}}
)";

constexpr std::string_view kPieces[] = {
    ":",    ": ",   "\n",    "\n  ",    "\t",      "-",     "- ",
    "[",    "]",    "{",     "}",       "&a",      "*a",    "*app",
    "'",    "\"",   "|",     ">",       "#",       "!",     "!!",
    "%",    "@",    "?",     "? ",      "---",     "\n---", "\n...\n",
    "<<: ", "\\",   "\\x",   "~",       "null",    ",",     "\xff",
    "ä",    "env:", "file:", "secret:", "tables:", "\r",    "99999999999999999"};

/// Changes a few places: drops, repeats, moves or inserts.
std::string Mutate(std::string text, std::mt19937& random) {
  const auto below = [&](size_t limit) { return limit == 0 ? 0 : random() % limit; };
  for (size_t change = 0, changes = 1 + below(4); change < changes; ++change) {
    const size_t at = below(text.size() + 1);
    const size_t size = below(30);
    switch (below(5)) {
      case 0:
        text.erase(at, size);
        break;
      case 1:
        text.insert(at, text.substr(below(text.size()), size));
        break;
      case 2:
        text.resize(at);
        break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(random() & 0xFF);
        break;
      default:
        text.insert(at, kPieces[below(std::size(kPieces))]);
    }
  }
  return text;
}

TEST(ConfigurationMutationTest, NoDocumentCrashesTheReader) {
  std::mt19937 random(
      20240501);  // NOLINT(cert-msc51-cpp): the same documents in every run
  int num_valid = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = Mutate(kDocument, random);
    const auto read = Parse(text);
    if (read.ok()) {
      ++num_valid;
      EXPECT_FALSE(read->lake.path.empty());
      EXPECT_FALSE(read->tables.empty());
    } else {
      EXPECT_EQ(KindOf(read.status()), ErrorKind::kConfiguration) << text;
      EXPECT_FALSE(read.status().message().empty()) << text;
    }
  }
  EXPECT_GT(num_valid, 100);
}

TEST(ConfigurationMutationTest, NoKindOfRepetitionTakesForever) {
  for (const std::string_view piece : kPieces) {
    for (const std::string_view start : {"", "tables: ", "tables:\n  - ", "a: ["}) {
      std::string text(start);
      while (text.size() < (256U << 10)) text += piece;
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_FALSE(Parse(text).ok());
      EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30))
          << start << " then " << piece;
    }
  }
}

}  // namespace
}  // namespace carmilla
