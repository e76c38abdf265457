#include "core/error_page.h"

#include <gtest/gtest.h>

#include "testing/generated_page.h"

namespace carmilla {
namespace {

TEST(ErrorPageTest, TheCommittedPageIsWhatTheTableSays) {
  ExpectCommittedPage("docs/errors.md", RenderErrorsPage());
}

}  // namespace
}  // namespace carmilla
