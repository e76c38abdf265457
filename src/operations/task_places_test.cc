#include "operations/task_places.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"
#include "testing/temporary_folder.h"

namespace carmilla {
namespace {

using testing::ElementsAre;

ModelHeader HeaderAt(const std::string& path) {
  ModelHeader header;
  header.path = path;
  header.name = std::filesystem::path(path).stem().string();
  return header;
}

class TaskPlacesTest : public testing::Test {
 protected:
  void Write(const std::string& file, const std::string& text) const {
    std::ofstream(folder_.path() / file) << text;
  }

  /// `file table` of each header.
  std::vector<std::string> PlacesOf(const std::vector<std::string>& paths) const {
    std::vector<ModelHeader> headers;
    for (const std::string& path : paths) headers.push_back(HeaderAt(path));
    std::vector<TaskHeader> tasks;
    for (const ModelHeader& header : headers) {
      tasks.push_back({.header = &header, .include = "models/" + header.path});
    }
    std::vector<std::string> places;
    const auto placed = PlaceTasks(folder_.path().string(), tasks, {"taken_report"});
    for (const TaskPlace& place : placed.ValueOrDie()) {
      places.push_back(std::filesystem::path(place.path).filename().string() + ' ' +
                       place.report);
    }
    return places;
  }

  const TemporaryFolder folder_;
};

TEST_F(TaskPlacesTest, ATaskHasTheNameOfItsHeader) {
  EXPECT_THAT(PlacesOf({"orders.h", "sales/items.h", "taken.h"}),
              ElementsAre("orders.cc orders_report", "items.cc items_report",
                          "taken.cc taken_report_2"));
}

TEST_F(TaskPlacesTest, HeadersOfOneNameGetTheirSchemaBeforeIt) {
  EXPECT_THAT(PlacesOf({"a/orders.h", "b/orders.h", "orders.h"}),
              ElementsAre("a_orders.cc orders_report", "b_orders.cc orders_report_2",
                          "orders.cc orders_report_3"));
  EXPECT_THAT(PlacesOf({"a/orders.h", "b/orders.h", "a_orders.h"}),
              ElementsAre("a_orders.cc orders_report", "b_orders.cc orders_report_2",
                          "public_a_orders.cc a_orders_report"));
}

TEST_F(TaskPlacesTest, ATaskThatIsThereIsFound) {
  Write("orders.cc", "#include \"models/a/orders.h\"\n\"orders_report\"");
  EXPECT_THAT(PlacesOf({"b/orders.h", "a/orders.h"}),
              ElementsAre("b_orders.cc orders_report_2", "orders.cc "));
  Write("b_orders.cc", "#include \"models/b/orders.h\"");
  EXPECT_THAT(PlacesOf({"b/orders.h"}), ElementsAre("b_orders.cc "));
  EXPECT_THAT(PlacesOf({"orders.h"}), ElementsAre("public_orders.cc orders_report_2"));
}

TEST_F(TaskPlacesTest, AFileThatIncludesNoSuchHeaderIsTheTaskOfItsName) {
  Write("orders.cc", "// Mine.");
  EXPECT_THAT(PlacesOf({"orders.h"}), ElementsAre("orders.cc "));
  EXPECT_THAT(PlacesOf({"a/orders.h"}), ElementsAre("orders.cc "));
}

TEST_F(TaskPlacesTest, ALongerNameThatIsTakenGetsANumber) {
  Write("orders.cc", "#include \"models/orders.h\"");
  Write("a_orders.cc", "#include \"models/a_b/orders.h\"");
  EXPECT_THAT(PlacesOf({"a/orders.h"}), ElementsAre("a_orders_2.cc orders_report"));
}

}  // namespace
}  // namespace carmilla
