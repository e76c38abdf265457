#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace carmilla {

/// Compares a page of documentation in the source tree (`path` is relative to its root)
/// with what its generator says now. With CARMILLA_WRITE_PAGES set it writes the page
/// instead.
inline void ExpectCommittedPage(const std::string& path, const std::string& generated) {
  const std::string file = CARMILLA_SOURCE_DIR "/" + path;
  if (std::getenv("CARMILLA_WRITE_PAGES") != nullptr) {
    std::ofstream output(file, std::ios::binary);
    output << generated;
    ASSERT_TRUE(output.flush()) << "cannot write " << file;
    return;
  }
  std::ifstream input(file, std::ios::binary);
  ASSERT_TRUE(input) << "cannot read " << file;
  std::ostringstream committed;
  committed << input.rdbuf();
  EXPECT_EQ(committed.str(), generated)
      << path << " is out of date; CARMILLA_WRITE_PAGES=1 with this test renews it";
}

}  // namespace carmilla
