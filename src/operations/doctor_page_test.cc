#include <gtest/gtest.h>

#include <set>

#include "operations/doctor_check_table.h"
#include "testing/generated_page.h"

namespace carmilla {
namespace {

TEST(DoctorPageTest, TheCommittedPageIsWhatTheTableSays) {
  ExpectCommittedPage("docs/doctor.md", RenderDoctorPage());
}

TEST(DoctorCheckTableTest, IdsAreUniqueWordsWithHyphens) {
  std::set<std::string_view> ids;
  for (const DoctorCheck& check : DoctorChecks()) {
    EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    EXPECT_EQ(check.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"),
              std::string_view::npos)
        << check.id;
  }
  EXPECT_GE(ids.size(), 40);
}

TEST(DoctorCheckTableTest, GroupsStandTogether) {
  CheckGroup last = CheckGroup::kConfiguration;
  for (const DoctorCheck& check : DoctorChecks()) {
    EXPECT_GE(check.group, last) << check.id;
    last = check.group;
  }
}

}  // namespace
}  // namespace carmilla
