#include "types/type_page.h"

#include <gtest/gtest.h>

#include "testing/generated_page.h"

namespace carmilla {
namespace {

TEST(TypePageTest, TheCommittedPageIsWhatTheTableSays) {
  ExpectCommittedPage("docs/types.md", RenderTypesPage());
}

}  // namespace
}  // namespace carmilla
