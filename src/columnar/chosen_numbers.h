#pragma once

#include <array>
#include <cstdint>

namespace carmilla {

/// Test support: the inverses of what keys of a ValueDictionary are multiplied with.
inline constexpr std::array<uint64_t, 3> kInverses = {
    0xF1DE83E19937733D, 0xCFEE444D8B59A89B, 0xBA79078168D4BAF};
static_assert(kInverses[0] * 0x9E3779B97F4A7C15 == 1);
static_assert(kInverses[1] * 0xD6E8FEB86659FD93 == 1);
static_assert(kInverses[2] * 0xC2B2AE3D27D4EB4F == 1);

/// Test support: numbers from 0 on of which, whatever they are multiplied with, many fall
/// into slots behind one another.
constexpr uint64_t ChosenNumber(uint64_t index) {
  return index / kInverses.size() * kInverses[index % kInverses.size()];
}

}  // namespace carmilla
