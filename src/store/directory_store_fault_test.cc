#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include "store/directory_store.h"
#include "testing/matchers.h"
#include "testing/temporary_folder.h"

namespace carmilla {
namespace {

namespace fs = std::filesystem;

class DirectoryStoreFaultTest : public ::testing::Test {
 protected:
  // Runs `body` in a process with mounts of its own, which vanish with it.
  static void WithOwnMounts(const std::function<void()>& body) {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      if (::unshare(CLONE_NEWNS) != 0 ||
          ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        ::_exit(kCannotMount);
      }
      body();
      std::fflush(nullptr);
      ::_exit(HasFailure() ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == kCannotMount) {
      GTEST_SKIP() << "mounting needs root and the right to make mount namespaces";
    }
    EXPECT_EQ(WEXITSTATUS(status), 0) << "failures are above";
  }

  static constexpr int kCannotMount = 77;

  static arrow::Status Write(ObjectStore& store, std::string_view key, size_t bytes) {
    ARROW_ASSIGN_OR_RAISE(auto writer, store.OpenWrite(key));
    const std::string piece(64 << 10, 'x');
    for (size_t written = 0; written < bytes; written += piece.size()) {
      ARROW_RETURN_NOT_OK(
          writer->Write(piece.data(), static_cast<int64_t>(piece.size())));
    }
    return writer->Commit();
  }

  TemporaryFolder folder_;
  fs::path root_ = folder_.path() / "lake";
  std::shared_ptr<ObjectStore> store_ = OpenDirectoryStore(root_);
};

TEST_F(DirectoryStoreFaultTest, FullDiskKeepsWhatWasPublished) {
  WithOwnMounts([this] {
    fs::create_directory(root_);
    if (::mount("tmpfs", root_.c_str(), "tmpfs", 0, "size=2m") != 0) {
      ::_exit(kCannotMount);
    }
    ASSERT_OK(store_->Create("table/key", "old"));
    const arrow::Status failed = Write(*store_, "table/key", size_t{4} << 20);
    EXPECT_THAT(failed, HasKind(ErrorKind::kDiskFull));
    EXPECT_THAT(failed, StatusHintHas("free some space"));
    EXPECT_EQ(store_->Get("table/key")->contents, "old");
    // The room is free again: a plain repetition with less succeeds.
    EXPECT_OK(Write(*store_, "table/key", size_t{1} << 20));
    EXPECT_THAT(store_->Head("table/key")->bytes, 1 << 20);

    // Not even small objects fit.
    const std::string most(900 << 10, 'x');
    ASSERT_OK(store_->Create("filler", most));
    const std::string pointer(256 << 10, 'p');
    EXPECT_THAT(store_->Create("pointer", pointer), HasKind(ErrorKind::kDiskFull));
    EXPECT_THAT(store_->CompareAndSwap("pointer", std::nullopt, pointer),
                HasKind(ErrorKind::kDiskFull));
    EXPECT_THAT(store_->Head("pointer"), HasKind(ErrorKind::kNotFound));
  });
}

TEST_F(DirectoryStoreFaultTest, ReadOnlyFileSystemIsSaidSo) {
  WithOwnMounts([this] {
    ASSERT_OK(store_->Create("table/key", "old"));
    if (::mount(root_.c_str(), root_.c_str(), nullptr, MS_BIND, nullptr) != 0 ||
        ::mount("none", root_.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY,
                nullptr) != 0) {
      ::_exit(kCannotMount);
    }
    for (const arrow::Status& status :
         {store_->CheckWritable(), store_->Create("table/new", "x"),
          store_->Create("new/new", "x"), store_->Delete("table/key"),
          store_->OpenWrite("table/key").status(),
          store_->CompareAndSwap("table/key", std::nullopt, "x").status()}) {
      EXPECT_THAT(status, HasKind(ErrorKind::kPermission));
      EXPECT_THAT(status, StatusHintHas("mounted read-only"));
    }
    EXPECT_EQ(store_->Get("table/key")->contents, "old");
  });
}

TEST_F(DirectoryStoreFaultTest, FolderWithoutRightsIsSaidSo) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  fs::create_directory(root_);
  fs::permissions(root_, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THAT(store_->CheckWritable(), HasKind(ErrorKind::kPermission));
  EXPECT_THAT(store_->Create("table/key", "x"), HasKind(ErrorKind::kPermission));
  fs::permissions(root_, fs::perms::owner_all);
}

TEST_F(DirectoryStoreFaultTest, FileInPlaceOfAFolderIsSaidSo) {
  std::ofstream(root_) << "a file";
  for (const arrow::Status& status :
       {store_->CheckWritable(), store_->Create("table/key", "x"),
        store_->OpenWrite("table/key").status(), store_->OpenWrite("key").status(),
        store_->Get("table/key").status(), store_->ListFolders("").status()}) {
    EXPECT_THAT(status, HasKind(ErrorKind::kIo));
    EXPECT_THAT(status, StatusHintHas("a file stands where a folder is needed"));
  }
}

TEST_F(DirectoryStoreFaultTest, FolderInPlaceOfAFileIsSaidSo) {
  fs::create_directories(root_ / "table/key");
  ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite("table/key"));
  const arrow::Status committed = writer->Commit();
  EXPECT_THAT(committed, HasKind(ErrorKind::kIo));
  EXPECT_THAT(committed, StatusHintHas("a folder stands where a file is needed"));
}

TEST_F(DirectoryStoreFaultTest, FileSizeLimitIsAnErrorNotASignal) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const arrow::Status status = Write(*store_, "table/key", size_t{4} << 20);
    const bool is_right = !status.ok() && KindOf(status) == ErrorKind::kIo &&
                          !store_->Head("table/key").ok();
    ::_exit(is_right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(DirectoryStoreFaultTest, TooManyOpenFilesIsSaidSo) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limit{.rlim_cur = 4, .rlim_max = 4};
    ::setrlimit(RLIMIT_NOFILE, &limit);
    // The last one; never closed.
    while (::open("/dev/null", O_RDONLY) >= 0) {
    }
    const arrow::Status status = store_->Create("key", "x");
    const bool is_right = !status.ok() && KindOf(status) == ErrorKind::kIo &&
                          HintOf(status).find("ulimit -n") != std::string::npos;
    ::_exit(is_right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(DirectoryStoreFaultTest, ErrorBetweenStepsIsReportedAndLeavesOldOrNew) {
  ASSERT_OK(store_->Create("key", "old"));
  for (const char* order : {"store.synced=error", "store.renamed=error"}) {
    ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite("key"));
    ASSERT_OK(writer->Write("new", 3));
    ::setenv("CARMILLA_FAILPOINT", order, /*replace=*/1);
    EXPECT_THAT(writer->Commit(), HasKind(ErrorKind::kIo)) << order;
    ::unsetenv("CARMILLA_FAILPOINT");
    EXPECT_THAT(writer->Commit(), HasKind(ErrorKind::kIo)) << "never afterwards";
    EXPECT_EQ(store_->Get("key")->contents,
              order == std::string("store.synced=error") ? "old" : "new");
  }
}

// A process that is stopped in the middle of a swap holds the lock: others wait for a
// while, then say so, and nothing is overwritten when it wakes.
TEST_F(DirectoryStoreFaultTest, StoppedSwapperIsWaitedForAndNamed) {
  ASSERT_OK_AND_ASSIGN(const ObjectVersion first,
                       store_->CompareAndSwap("p", std::nullopt, "1"));
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("CARMILLA_FAILPOINT", "store.swapped=stop", /*replace=*/1);
    ::_exit(store_->CompareAndSwap("p", first, "2").ok() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, WUNTRACED), child);
  ASSERT_TRUE(WIFSTOPPED(status));
  const auto hurried =
      OpenDirectoryStore(root_, {.lock_timeout = std::chrono::milliseconds(20)});
  EXPECT_THAT(hurried->CompareAndSwap("p", first, "3"), HasKind(ErrorKind::kLockTimeout));
  ASSERT_EQ(::kill(child, SIGCONT), 0);
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_THAT(hurried->CompareAndSwap("p", first, "3"), HasKind(ErrorKind::kConflict));
  EXPECT_EQ(store_->Get("p")->contents, "2");
}

}  // namespace
}  // namespace carmilla
