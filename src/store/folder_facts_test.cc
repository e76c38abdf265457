#include "store/folder_facts.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "testing/matchers.h"
#include "testing/temporary_folder.h"

namespace carmilla {
namespace {

namespace fs = std::filesystem;

TEST(FolderFactsTest, KnowsWhichFileSystemsToDoubt) {
  EXPECT_EQ(FileSystemOf(0xEF53).name, "ext4");
  EXPECT_EQ(FileSystemOf(0xEF53).trust, FileSystemTrust::kLocal);
  EXPECT_EQ(FileSystemOf(0x6969).trust, FileSystemTrust::kRemote);
  EXPECT_EQ(FileSystemOf(0xFF534D42).name, "cifs");
  EXPECT_EQ(FileSystemOf(0x01021994).trust, FileSystemTrust::kVolatile);
  EXPECT_EQ(FileSystemOf(0x1234).name, "0x1234");
  EXPECT_EQ(FileSystemOf(0x1234).trust, FileSystemTrust::kLocal);
}

TEST(FolderFactsTest, LooksAtTheNearestFolderThatExists) {
  const TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(const FolderFacts facts,
                       ReadFolderFacts(folder.path() / "not" / "there"));
  EXPECT_FALSE(facts.exists);
  EXPECT_EQ(facts.folder, folder.path());
  EXPECT_GT(facts.free_bytes, 0);
  EXPECT_FALSE(fs::exists(folder.path() / "not"));
}

TEST(FolderFactsTest, TakesRelativeNames) {
  ASSERT_OK_AND_ASSIGN(const FolderFacts facts, ReadFolderFacts("no-such-folder"));
  EXPECT_EQ(facts.folder, fs::current_path());
}

TEST(FolderFactsTest, TellsAFolderThatAnybodyMayWrite) {
  const TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(FolderFacts facts, ReadFolderFacts(folder.path()));
  EXPECT_TRUE(facts.exists);
  EXPECT_FALSE(facts.is_open_to_all);
  fs::permissions(folder.path(), fs::perms::others_write, fs::perm_options::add);
  ASSERT_OK_AND_ASSIGN(facts, ReadFolderFacts(folder.path()));
  EXPECT_TRUE(facts.is_open_to_all);
}

}  // namespace
}  // namespace carmilla
