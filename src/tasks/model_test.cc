#include "carmilla/model.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carmilla {
namespace {

// As `carmilla generate` writes it.
struct orders {
  int64_t id;
  std::optional<std::string_view> class_;
  struct Columns {
    static constexpr Column<int64_t> id{"id", "bigint"};
    static constexpr NullableColumn<std::string_view> class_{"class", "text"};
  };
  static constexpr Columns columns{};
  static constexpr Relation kRelation{
      .schema = "public", .name = "orders", .query = "", .fingerprint = ""};
};
CARMILLA_MODEL(orders, id, class_);

TEST(ModelTest, AModelTellsItsColumnsInOrder) {
  static_assert(Model<orders>);
  std::vector<std::string> told;
  VisitColumns(static_cast<const orders*>(nullptr),
               [&]<typename M, AnyColumn C>(M, const C& column) {
                 std::string& text = told.emplace_back(column.name);
                 text.append(" ").append(column.type);
                 if (!C::kIsNullable) text.append(" NOT NULL");
               });
  EXPECT_THAT(told, testing::ElementsAre("id bigint NOT NULL", "class text"));
}

TEST(ModelTest, AModelTellsItsRelation) {
  EXPECT_EQ(RelationOf(static_cast<const orders*>(nullptr)).name, "orders");
}

}  // namespace
}  // namespace carmilla
