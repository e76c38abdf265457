#include "engine/lake_store.h"

#include <gtest/gtest.h>

namespace carmilla {
namespace {

constexpr int64_t kMebibyte = 1 << 20;

Configuration With(Gentleness gentleness, int threads, bool is_partitioned) {
  Configuration configuration{.gentleness = gentleness, .threads = threads};
  configuration.tables.emplace_back();
  if (is_partitioned) configuration.tables[0].partition_by = PartitionBy{.column = "at"};
  return configuration;
}

TEST(LakeStoreTest, PartsAreAsConfiguredWhereOneFileIsWritten) {
  EXPECT_EQ(PartBytesFor(With(Gentleness::kGentle, 0, false)), 16 * kMebibyte);
}

TEST(LakeStoreTest, PartsOfAllFilesFitIntoAFifthOfTheMemory) {
  for (const int threads : {1, 2, 4}) {
    const Configuration configuration = With(Gentleness::kFull, threads, false);
    const int64_t bytes = PartBytesFor(configuration) * 2 * threads;
    EXPECT_LE(bytes, configuration.memory_bytes / 5) << threads;
  }
}

TEST(LakeStoreTest, ManyFilesHaveTheSmallestParts) {
  EXPECT_EQ(PartBytesFor(With(Gentleness::kGentle, 0, true)), 5 * kMebibyte);
  EXPECT_EQ(PartBytesFor(With(Gentleness::kFull, 64, false)), 5 * kMebibyte);
}

}  // namespace
}  // namespace carmilla
