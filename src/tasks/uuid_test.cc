#include "carmilla/uuid.h"

#include <type_traits>
#include <unordered_set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

constexpr const char* kText = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";

TEST(UuidTest, ReadsEveryFormOfPostgres) {
  static_assert(sizeof(Uuid) == 16 && std::is_trivially_copyable_v<Uuid>);
  for (const char* text :
       {kText, "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
        "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11",
        "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
        "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}"}) {
    ASSERT_OK_AND_ASSIGN(const Uuid uuid, Uuid::Parse(text));
    EXPECT_EQ(uuid.ToString(), kText);
    EXPECT_EQ(Uuid::FromBytes(uuid.bytes().data()), uuid);
  }
}

TEST(UuidTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "{", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0e-ebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "a0eebc99--9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-",
        "@0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}) {
    EXPECT_THAT(Uuid::Parse(text), HasKind(ErrorKind::kData)) << text;
  }
}

TEST(UuidTest, IsOrderedByItsBytesAndHashed) {
  const Uuid uuid = Uuid::Parse(kText).ValueOrDie();
  EXPECT_LT(Uuid(), uuid);
  const std::unordered_set<Uuid> seen = {uuid};
  EXPECT_TRUE(seen.contains(uuid));
  EXPECT_FALSE(seen.contains(Uuid()));
}

}  // namespace
}  // namespace carmilla
