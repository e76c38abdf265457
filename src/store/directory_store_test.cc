#include "store/directory_store.h"

#include <sys/stat.h>

#include <fstream>
#include <string>

#include "store/posix_file.h"
#include "store/temporary_file.h"
#include "testing/matchers.h"
#include "testing/temporary_folder.h"

// What every object store promises is tested in tests/conformance; here is what only a
// directory has.

namespace carmilla {
namespace {

namespace fs = std::filesystem;

class DirectoryStoreTest : public ::testing::Test {
 protected:
  std::vector<std::string> Keys() {
    std::vector<std::string> keys;
    EXPECT_OK(store_->List("", [&keys](const ObjectInfo& object) {
      keys.push_back(object.key);
      return arrow::Status::OK();
    }));
    return keys;
  }

  // Everything in the folder, also what is no object.
  std::vector<std::string> Files() {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      files.push_back(entry.path().lexically_relative(root_).string());
    }
    return files;
  }

  TemporaryFolder folder_;
  fs::path root_ = folder_.path() / "deep" / "lake";
  std::shared_ptr<ObjectStore> store_ = OpenDirectoryStore(root_);
};

TEST_F(DirectoryStoreTest, IsEmptyBeforeTheFirstWrite) {
  EXPECT_THAT(Keys(), ::testing::IsEmpty());
  EXPECT_THAT(store_->Get("a/b"), HasKind(ErrorKind::kNotFound));
  EXPECT_THAT(store_->CheckWritable(), IsOk());
  EXPECT_FALSE(fs::exists(folder_.path() / "deep")) << "reading creates nothing";
}

TEST_F(DirectoryStoreTest, CreatesTheRootWithTheFirstWrite) {
  ASSERT_OK(store_->Create("a/b", "x"));
  EXPECT_THAT(Keys(), ::testing::ElementsAre("a/b"));
}

TEST_F(DirectoryStoreTest, StoresObjectsAsPlainFiles) {
  ASSERT_OK(store_->Create("a/b c", "x"));
  EXPECT_THAT(Files(), ::testing::UnorderedElementsAre("a", "a/b c"));
  EXPECT_EQ(store_->UriOf("a/b c"), (root_ / "a/b c").string());
}

TEST_F(DirectoryStoreTest, TakesRelativeRootsAndTrailingSlashes) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_.path());
  const auto store = OpenDirectoryStore("./deep/../relative/");
  fs::current_path(before);
  ASSERT_OK(store->Create("a/b", "x"));
  EXPECT_TRUE(fs::exists(folder_.path() / "relative/a/b"));
}

TEST_F(DirectoryStoreTest, IgnoresWhatKilledWritersLeft) {
  ASSERT_OK(store_->Create("a/b", "x"));
  for (const char* name : {".tmp-1-0123456789abcdef", ".lock", ".nfs0001"}) {
    std::ofstream(root_ / "a" / name) << "leftover";
  }
  fs::create_directory(root_ / ".hidden");
  std::ofstream(root_ / ".hidden" / "x") << "leftover";
  EXPECT_THAT(Keys(), ::testing::ElementsAre("a/b"));
  EXPECT_THAT(store_->ListFolders(""), IsOkAndHolds(::testing::ElementsAre("a")));
}

TEST_F(DirectoryStoreTest, IgnoresFilesThatAreNoObjects) {
  ASSERT_OK(store_->Create("a/b", "x"));
  std::ofstream(root_ / "a" / "not\xffutf8") << "x";
  ASSERT_EQ(::mkfifo((root_ / "a" / "pipe").c_str(), 0600), 0);
  fs::create_symlink("nothing", root_ / "a" / "dangling");
  EXPECT_THAT(Keys(), ::testing::ElementsAre("a/b"));
  EXPECT_THAT(store_->Head("a/pipe"), HasKind(ErrorKind::kNotFound));
  EXPECT_THAT(store_->Head("a/dangling"), HasKind(ErrorKind::kNotFound));
}

TEST_F(DirectoryStoreTest, FollowsSymbolicLinksToFolders) {
  fs::create_directory(folder_.path() / "elsewhere");
  fs::create_directories(root_);
  fs::create_symlink(folder_.path() / "elsewhere", root_ / "a");
  ASSERT_OK(store_->Create("a/b", "x"));
  EXPECT_THAT(Keys(), ::testing::ElementsAre("a/b"));
  EXPECT_TRUE(fs::exists(folder_.path() / "elsewhere/b"));
}

TEST_F(DirectoryStoreTest, LeavesNoTemporaries) {
  ASSERT_OK_AND_ASSIGN(const auto version,
                       store_->CompareAndSwap("p", std::nullopt, "1"));
  EXPECT_THAT(store_->CompareAndSwap("p", std::nullopt, "2"),
              HasKind(ErrorKind::kConflict));
  EXPECT_THAT(store_->CompareAndSwap("p", "other", "2"), HasKind(ErrorKind::kConflict));
  EXPECT_THAT(store_->Create("p", "2"), HasKind(ErrorKind::kConflict));
  const ObjectGuard guard{.key = "p", .version = version};
  ASSERT_OK(store_->CopyWhile(guard, "p", "q"));
  ASSERT_OK(store_->CopyWhile(guard, "p", "q"));
  ASSERT_OK(store_->CheckWritable());
  {
    ASSERT_OK(store_->OpenWrite("discarded"));
  }
  EXPECT_THAT(Files(), ::testing::UnorderedElementsAre("p", "q", ".lock"));
}

TEST_F(DirectoryStoreTest, CopiesWithoutCopyingBytes) {
  ASSERT_OK_AND_ASSIGN(const auto version,
                       store_->CompareAndSwap("p", std::nullopt, "1"));
  ASSERT_OK(store_->Create("a", "bytes"));
  ASSERT_OK(store_->CopyWhile({.key = "p", .version = version}, "a", "b/c"));
  EXPECT_TRUE(fs::equivalent(root_ / "a", root_ / "b/c"));
}

TEST_F(DirectoryStoreTest, MovesTemporariesThatAreLinksToTheTarget) {
  // rename(2) does nothing when both names are one file already.
  ASSERT_OK(store_->Create("a", "bytes"));
  ASSERT_OK_AND_ASSIGN(TemporaryFile link, TemporaryFile::CreateLink(root_ / "a", root_));
  ASSERT_OK(link.MoveTo(root_ / "a"));
  EXPECT_THAT(Files(), ::testing::ElementsAre("a"));
}

TEST_F(DirectoryStoreTest, VersionsDependOnContentsOnly) {
  ASSERT_OK_AND_ASSIGN(const auto first, store_->CompareAndSwap("p", std::nullopt, "1"));
  ASSERT_OK_AND_ASSIGN(const auto second, store_->CompareAndSwap("p", first, "2"));
  EXPECT_NE(first, second);
  EXPECT_THAT(store_->CompareAndSwap("p", second, "1"), IsOkAndHolds(first));
}

TEST_F(DirectoryStoreTest, ReadsNothingLargerThanAGibibyteAtOnce) {
  ASSERT_OK(store_->Create("large", ""));
  fs::resize_file(root_ / "large", (std::uintmax_t{1} << 30) + 1);  // Sparse.
  EXPECT_THAT(store_->Get("large"), HasKind(ErrorKind::kIo));
  EXPECT_OK(store_->OpenRead("large"));
}

}  // namespace
}  // namespace carmilla
