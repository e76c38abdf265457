#include "store/folder_lock.h"

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <optional>
#include <thread>

#include "testing/matchers.h"
#include "testing/temporary_folder.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShort{30};
constexpr milliseconds kLong{20000};

class FolderLockTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(FolderLockTest, ExcludesTheSameThread) {
  auto lock = FolderLock::Acquire(folder_.path(), kShort);
  ASSERT_OK(lock);
  const auto second = FolderLock::Acquire(folder_.path(), kShort);
  EXPECT_THAT(second, HasKind(ErrorKind::kLockTimeout));
  EXPECT_THAT(second.status(), StatusHintHas("stopped or hanging"));
  lock = arrow::Status::Cancelled("let go");
  EXPECT_OK(FolderLock::Acquire(folder_.path(), kShort));
}

TEST_F(FolderLockTest, WaitsUntilTheHolderLetsGo) {
  std::optional<FolderLock> lock = *FolderLock::Acquire(folder_.path(), kShort);
  std::thread waiter([this] { EXPECT_OK(FolderLock::Acquire(folder_.path(), kLong)); });
  lock.reset();
  waiter.join();
}

TEST_F(FolderLockTest, EndsWithItsProcess) {
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FolderLock::Acquire(folder_.path(), kLong);
    if (::write(ready[1], "x", 1) != 1 || !lock.ok()) ::_exit(1);
    ::pause();
    ::_exit(1);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(FolderLock::Acquire(folder_.path(), kShort),
              HasKind(ErrorKind::kLockTimeout));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_OK(FolderLock::Acquire(folder_.path(), kShort));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(FolderLockTest, NeedsTheFolder) {
  EXPECT_THAT(FolderLock::Acquire(folder_.path() / "missing", kShort),
              HasKind(ErrorKind::kNotFound));
}

}  // namespace
}  // namespace carmilla
