#pragma once

#include <map>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "core/error.h"
#include "core/suggest.h"

namespace CLI {
class Validator;
}

namespace carmilla {

/// Refuses numbers below zero, in words.
CLI::Validator NotNegative();

/// kUsage: `value` is none of `choices`.
arrow::Status UnknownChoice(const std::string& flag, const std::string& value,
                            const std::vector<std::string>& choices);

/// The meaning of the value of `flag`, such as --compression.
template <typename Meaning>
arrow::Result<Meaning> ParseChoice(const std::string& flag, const std::string& value,
                                   const std::map<std::string, Meaning>& choices) {
  const auto found = choices.find(value);
  if (found != choices.end()) return found->second;
  std::vector<std::string> words;
  words.reserve(choices.size());
  for (const auto& [word, meaning] : choices) words.push_back(word);
  return UnknownChoice(flag, value, words);
}

}  // namespace carmilla
