#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>

#include "store/directory_store.h"
#include "testing/matchers.h"
#include "testing/temporary_folder.h"

namespace carmilla {
namespace {

constexpr int kKills = 100;  // At 20 ms on average.

// A text from which a reader can tell that it is whole: a number, and as many lines of
// it.
std::string Whole(int number) {
  std::string text = std::to_string(number) + "\n";
  const std::string line = text;
  const size_t lines = 1 + static_cast<size_t>(number) * 37 % 20000;
  for (size_t i = 0; i < lines; ++i) text += line;
  return text;
}

class DirectoryStoreCrashTest : public ::testing::Test {
 protected:
  // Returns the number in `key`, which must be whole, or -1.
  int ReadWhole(std::string_view key) {
    const auto object = store_->Get(key);
    if (!object.ok()) {
      EXPECT_THAT(object, HasKind(ErrorKind::kNotFound));
      return -1;
    }
    const auto number =
        static_cast<int>(std::strtol(object->contents.c_str(), nullptr, 10));
    EXPECT_TRUE(object->contents == Whole(number)) << key << " is torn";
    return number;
  }

  // Reads everything; what was seen once never goes back.
  void Look() {
    const int pointer = ReadWhole("table/pointer");
    const int data = ReadWhole("table/data");
    EXPECT_GE(pointer, newest_pointer_);
    EXPECT_GE(data, newest_data_);
    newest_pointer_ = pointer;
    newest_data_ = data;
    ReadWhole("table/copy");
  }

  // Replaces both objects again and again, from `number` on, until it is killed.
  [[noreturn]] void WriteForever(int number) {
    for (;; ++number) {
      const std::string contents = Whole(number);
      auto writer = *store_->OpenWrite("table/data");
      // In pieces, so that the kill also strikes between them.
      for (size_t from = 0; from < contents.size(); from += 4096) {
        const std::string_view piece = std::string_view(contents).substr(from, 4096);
        if (!writer->Write(piece.data(), static_cast<int64_t>(piece.size())).ok()) {
          ::_exit(1);
        }
      }
      if (!writer->Commit().ok()) ::_exit(2);
      const auto current = store_->Get("table/pointer");
      std::optional<ObjectVersion> version;
      if (current.ok()) version = current->version;
      if (!store_->CompareAndSwap("table/pointer", version, contents).ok()) ::_exit(3);
      const arrow::Status copied = store_->CopyWhile(
          {.key = "table/pointer", .version = store_->Get("table/pointer")->version},
          "table/data", "table/copy");
      if (!copied.ok()) ::_exit(4);
    }
  }

  TemporaryFolder folder_{TemporaryFolder::Medium::kMemory};
  std::shared_ptr<ObjectStore> store_ = OpenDirectoryStore(folder_.path());
  int newest_data_ = -1;
  int newest_pointer_ = -1;
};

TEST_F(DirectoryStoreCrashTest, ReadersSeeOldOrNewWhileWritersAreKilled) {
  std::mt19937 random(20260102);
  std::uniform_int_distribution<int> life_microseconds(0, 40000);
  for (int kill = 0; kill < kKills && !HasFailure(); ++kill) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) WriteForever(std::max(newest_data_, newest_pointer_) + 1);
    const auto birth = std::chrono::steady_clock::now();
    const auto death = birth + std::chrono::microseconds(life_microseconds(random));
    // However slow the machine is, some writers live until they have swapped.
    const int before = newest_pointer_;
    const auto limit = kill % 10 == 9 ? birth + std::chrono::seconds(60) : death;
    do {
      Look();
    } while (std::chrono::steady_clock::now() < death ||
             (newest_pointer_ == before && std::chrono::steady_clock::now() < limit));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed: " << WEXITSTATUS(status);
    Look();
  }
  EXPECT_GT(newest_data_, 0) << "nothing was ever written";
  EXPECT_GT(newest_pointer_, 0) << "nothing was ever swapped";
}

TEST_F(DirectoryStoreCrashTest, EveryStepOfASwapMayBeTheLast) {
  ASSERT_OK_AND_ASSIGN(ObjectVersion version,
                       store_->CompareAndSwap("p", std::nullopt, "old"));
  struct Case {
    const char* order;
    const char* contents;
  };
  for (const Case& test :
       {Case{"store.synced=kill", "old"}, Case{"store.swapped=kill", "new"}}) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv("CARMILLA_FAILPOINT", test.order, /*replace=*/1);
      static_cast<void>(store_->CompareAndSwap("p", version, "new"));
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << test.order;
    EXPECT_EQ(store_->Get("p")->contents, test.contents) << test.order;
  }
  // The lock died with its holder.
  EXPECT_OK(store_->CompareAndSwap("p", store_->Get("p")->version, "newer"));
}

TEST_F(DirectoryStoreCrashTest, EveryStepOfACreationMayBeTheLast) {
  struct Case {
    const char* order;
    bool exists;
  };
  for (const Case& test :
       {Case{"store.synced=kill", false}, Case{"store.created=kill", true}}) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv("CARMILLA_FAILPOINT", test.order, /*replace=*/1);
      static_cast<void>(store_->Create("key", "contents"));
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << test.order;
    EXPECT_EQ(store_->Head("key").ok(), test.exists) << test.order;
  }
  EXPECT_EQ(store_->Get("key")->contents, "contents");
}

}  // namespace
}  // namespace carmilla
