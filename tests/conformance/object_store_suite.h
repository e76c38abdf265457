#pragma once

// What every ObjectStore promises, as tests. A store instantiates the suite with a
// function that makes an empty place for it:
//
//   INSTANTIATE_TEST_SUITE_P(Directory, ObjectStoreSuite, ::testing::Values(&MakePlace));

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/crc32c.h"
#include "stream/object_store.h"
#include "testing/matchers.h"

namespace carmilla {

/// An empty place for one test, removed with the object.
class ObjectStorePlace {
 public:
  virtual ~ObjectStorePlace() = default;
  /// Opens the place; each call makes a store of its own, as another process would.
  virtual std::shared_ptr<ObjectStore> Open() = 0;
  /// False where a list cannot show them: XML 1.0 has no such characters.
  virtual bool ListsControlCharacters() const { return true; }
};

using MakeObjectStorePlace = std::unique_ptr<ObjectStorePlace> (*)();

class ObjectStoreSuite : public ::testing::TestWithParam<MakeObjectStorePlace> {
 protected:
  static constexpr int kThreads = 16;
  static constexpr int kProcesses = 8;

  void Write(std::string_view key, std::string_view contents) {
    ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite(key));
    ASSERT_OK(writer->Write(contents.data(), static_cast<int64_t>(contents.size())));
    ASSERT_OK(writer->Commit());
  }

  std::string Read(std::string_view key) {
    auto object = store_->Get(key);
    return object.ok() ? object->contents : "(" + object.status().message() + ")";
  }

  ObjectGuard GuardOf(std::string_view key) {
    return {.key = std::string(key), .version = store_->Get(key)->version};
  }

  std::vector<std::string> Keys(std::string_view prefix) {
    std::vector<std::string> keys;
    EXPECT_OK(store_->List(prefix, [&keys](const ObjectInfo& object) {
      keys.push_back(object.key);
      return arrow::Status::OK();
    }));
    return keys;
  }

  /// Runs `body` in `count` threads with a store each; returns how many returned true.
  int RaceThreads(int count, const std::function<bool(ObjectStore&, int)>& body) {
    std::atomic<int> winners = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        if (body(*place_->Open(), i)) ++winners;
      });
    }
    for (std::thread& thread : threads) thread.join();
    return winners;
  }

  /// The same in processes.
  int RaceProcesses(int count, const std::function<bool(ObjectStore&, int)>& body) {
    std::vector<pid_t> children;
    for (int i = 0; i < count; ++i) {
      const pid_t child = ::fork();
      if (child == 0) ::_exit(body(*place_->Open(), i) ? 1 : 0);
      children.push_back(child);
    }
    int winners = 0;
    for (const pid_t child : children) {
      int status = 0;
      EXPECT_EQ(::waitpid(child, &status, 0), child);
      EXPECT_TRUE(WIFEXITED(status));
      winners += WEXITSTATUS(status);
    }
    return winners;
  }

  /// Adds one to the number in `key`, again and again until nobody comes between.
  static bool Increment(ObjectStore& store, std::string_view key) {
    for (;;) {
      const auto object = store.Get(key);
      if (!object.ok()) return false;
      const auto swapped = store.CompareAndSwap(
          key, object->version, std::to_string(std::stoi(object->contents) + 1));
      if (swapped.ok()) return true;
      if (KindOf(swapped.status()) != ErrorKind::kConflict) return false;
    }
  }

  std::unique_ptr<ObjectStorePlace> place_ = GetParam()();
  std::shared_ptr<ObjectStore> store_ = place_->Open();
};

TEST_P(ObjectStoreSuite, ReadsWhatWasCommitted) {
  for (const size_t size :
       {size_t{0}, size_t{1}, size_t{1} << 20, (size_t{3} << 20) + 7}) {
    std::string contents(size, '\0');
    for (size_t i = 0; i < size; ++i) contents[i] = static_cast<char>(i * 7 + i / 251);
    const std::string key = "sizes/" + std::to_string(size);
    ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite(key));
    // Pieces that grow past every buffer.
    for (size_t from = 0, piece = 1; from < size; from += piece, piece *= 3) {
      const std::string_view part = std::string_view(contents).substr(from, piece);
      ASSERT_OK(writer->Write(part.data(), static_cast<int64_t>(part.size())));
    }
    EXPECT_THAT(writer->Tell(), IsOkAndHolds(static_cast<int64_t>(size)));
    EXPECT_EQ(writer->crc32c(), ExtendCrc32c(0, contents.data(), size));
    ASSERT_OK(writer->Commit());

    EXPECT_TRUE(Read(key) == contents) << size;
    ASSERT_OK_AND_ASSIGN(const ObjectInfo info, store_->Head(key));
    EXPECT_EQ(info.key, key);
    EXPECT_EQ(info.bytes, static_cast<int64_t>(size));
    ASSERT_OK_AND_ASSIGN(auto file, store_->OpenRead(key));
    EXPECT_THAT(file->GetSize(), IsOkAndHolds(static_cast<int64_t>(size)));
    ASSERT_OK_AND_ASSIGN(auto buffer,
                         file->ReadAt(static_cast<int64_t>(size / 2), 1 << 30));
    EXPECT_TRUE(buffer->ToString() == contents.substr(size / 2)) << size;
  }
}

TEST_P(ObjectStoreSuite, ShowsNothingBeforeCommit) {
  ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite("a/b"));
  const std::string contents(3 << 20, 'x');
  ASSERT_OK(writer->Write(contents.data(), static_cast<int64_t>(contents.size())));
  ASSERT_OK(writer->Close());
  EXPECT_THAT(store_->Head("a/b"), HasKind(ErrorKind::kNotFound));
  EXPECT_THAT(Keys(""), ::testing::IsEmpty());
  ASSERT_OK(writer->Commit());
  EXPECT_THAT(Keys(""), ::testing::ElementsAre("a/b"));
  EXPECT_THAT(writer->Commit(), HasKind(ErrorKind::kBug)) << "only once";
}

TEST_P(ObjectStoreSuite, ShowsWhatWasWrittenToItsWriterBeforeCommit) {
  Write("kept", "old");
  ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite("kept"));
  ASSERT_OK(writer->Write("new", 3));
  const auto written = writer->OpenUncommitted();
  if (!written.ok()) {
    EXPECT_THAT(written, HasKind(ErrorKind::kUnsupported));
  } else {
    ASSERT_OK_AND_ASSIGN(auto contents, (*written)->ReadAt(0, 100));
    EXPECT_EQ(contents->ToString(), "new");
  }
  EXPECT_EQ(Read("kept"), "old");
  ASSERT_OK(writer->Commit());
  EXPECT_EQ(Read("kept"), "new");
}

TEST_P(ObjectStoreSuite, DiscardsWhatWasNotCommitted) {
  Write("kept", "old");
  {
    ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite("kept"));
    ASSERT_OK(writer->Write("new", 3));
  }
  ASSERT_OK_AND_ASSIGN(auto writer, store_->OpenWrite("kept"));
  ASSERT_OK(writer->Write("new", 3));
  ASSERT_OK(writer->Abort());
  EXPECT_THAT(writer->Commit(), HasKind(ErrorKind::kBug));
  EXPECT_EQ(Read("kept"), "old");
  EXPECT_THAT(Keys(""), ::testing::ElementsAre("kept"));
}

TEST_P(ObjectStoreSuite, KeepsOpenHandlesValidWhenReplaced) {
  Write("key", "old contents");
  ASSERT_OK_AND_ASSIGN(auto file, store_->OpenRead("key"));
  Write("key", "new");
  ASSERT_OK_AND_ASSIGN(auto buffer, file->ReadAt(0, 100));
  EXPECT_EQ(buffer->ToString(), "old contents");
  EXPECT_EQ(Read("key"), "new");
}

TEST_P(ObjectStoreSuite, SaysNotFound) {
  Write("folder/key", "x");
  for (const char* key : {"missing", "missing/too", "folder", "folder/key2"}) {
    EXPECT_THAT(store_->Get(key), HasKind(ErrorKind::kNotFound)) << key;
    EXPECT_THAT(store_->Head(key), HasKind(ErrorKind::kNotFound)) << key;
    EXPECT_THAT(store_->OpenRead(key), HasKind(ErrorKind::kNotFound)) << key;
  }
}

TEST_P(ObjectStoreSuite, RefusesKeysThatAreNone) {
  for (const char* key :
       {"", "/a", "a/", "a//b", ".", "..", "a/../b", ".hidden", "\xff"}) {
    EXPECT_THAT(store_->OpenWrite(key), HasKind(ErrorKind::kBug)) << key;
    EXPECT_THAT(store_->OpenRead(key), HasKind(ErrorKind::kBug)) << key;
    EXPECT_THAT(store_->Create(key, ""), HasKind(ErrorKind::kBug)) << key;
    EXPECT_THAT(store_->CompareAndSwap(key, std::nullopt, ""), HasKind(ErrorKind::kBug));
    EXPECT_THAT(store_->Delete(key), HasKind(ErrorKind::kBug)) << key;
  }
}

TEST_P(ObjectStoreSuite, CreatesOnce) {
  ASSERT_OK(store_->Create("a/key", "first"));
  EXPECT_THAT(store_->Create("a/key", "second"), HasKind(ErrorKind::kConflict));
  EXPECT_THAT(store_->Create("a/key", "first"), HasKind(ErrorKind::kConflict));
  EXPECT_EQ(Read("a/key"), "first");
  EXPECT_THAT(Keys(""), ::testing::ElementsAre("a/key"));
}

TEST_P(ObjectStoreSuite, SwapsOnlyWhatWasSeen) {
  EXPECT_THAT(store_->CompareAndSwap("a/key", "no version", "x"),
              HasKind(ErrorKind::kConflict));
  ASSERT_OK_AND_ASSIGN(const ObjectVersion first,
                       store_->CompareAndSwap("a/key", std::nullopt, "1"));
  EXPECT_EQ(store_->Get("a/key")->version, first);
  EXPECT_THAT(store_->CompareAndSwap("a/key", std::nullopt, "x"),
              HasKind(ErrorKind::kConflict));
  ASSERT_OK_AND_ASSIGN(const ObjectVersion second,
                       store_->CompareAndSwap("a/key", first, "2"));
  EXPECT_NE(first, second);
  EXPECT_THAT(store_->CompareAndSwap("a/key", first, "x"), HasKind(ErrorKind::kConflict));
  EXPECT_EQ(Read("a/key"), "2");
  EXPECT_EQ(store_->Get("a/key")->version, second);
}

TEST_P(ObjectStoreSuite, CopiesOnlyWhileTheGuardHolds) {
  Write("a/old", "old bytes");
  Write("a/new", "new bytes");
  ASSERT_OK(store_->CompareAndSwap("guards/pointer", std::nullopt, "old"));
  const ObjectGuard old_guard = GuardOf("guards/pointer");
  ASSERT_OK(store_->CopyWhile(old_guard, "a/old", "b/target"));
  EXPECT_EQ(Read("b/target"), "old bytes");

  ASSERT_OK(store_->CompareAndSwap("guards/pointer", old_guard.version, "new"));
  const ObjectGuard new_guard = GuardOf("guards/pointer");
  ASSERT_OK(store_->CopyWhile(new_guard, "a/new", "b/target"));
  ASSERT_OK(store_->CopyWhile(new_guard, "a/new", "b/target")) << "again";
  EXPECT_EQ(Read("b/target"), "new bytes");

  EXPECT_THAT(store_->CopyWhile(old_guard, "a/old", "b/target"),
              HasKind(ErrorKind::kConflict));
  EXPECT_THAT(store_->DeleteWhile(old_guard, "b/target"), HasKind(ErrorKind::kConflict));
  EXPECT_THAT(store_->CopyWhile({.key = "guards/none", .version = old_guard.version},
                                "a/old", "b/target"),
              HasKind(ErrorKind::kConflict));
  EXPECT_THAT(store_->CopyWhile({.key = "nowhere/none", .version = old_guard.version},
                                "a/old", "b/target"),
              HasKind(ErrorKind::kConflict));
  EXPECT_EQ(Read("b/target"), "new bytes");
}

TEST_P(ObjectStoreSuite, CopiesAreIndependentOfTheirSources) {
  Write("source", "bytes");
  ASSERT_OK(store_->CompareAndSwap("pointer", std::nullopt, "1"));
  const ObjectGuard guard = GuardOf("pointer");
  EXPECT_THAT(store_->CopyWhile(guard, "missing", "target"),
              HasKind(ErrorKind::kNotFound));
  ASSERT_OK(store_->CopyWhile(guard, "source", "target"));
  Write("target", "other");
  EXPECT_EQ(Read("source"), "bytes");
  ASSERT_OK(store_->CopyWhile(guard, "source", "target"));
  ASSERT_OK(store_->Delete("source"));
  EXPECT_EQ(Read("target"), "bytes");
  ASSERT_OK(store_->DeleteWhile(guard, "target"));
  ASSERT_OK(store_->DeleteWhile(guard, "target")) << "missing already";
  EXPECT_THAT(Keys(""), ::testing::ElementsAre("pointer"));
}

TEST_P(ObjectStoreSuite, ListsInOrderOfKeys) {
  // '-' and '.' sort before '/', digits and letters after it.
  const std::vector<std::string> keys = {"a-b",         "a.b", "a/b",   "a/b-c", "a/b/c",
                                         "a0/\xc3\xa9", "ab",  "b/x/y", "b0"};
  for (const std::string& key :
       {keys[4], keys[8], keys[1], keys[6], keys[3], keys[5], keys[0], keys[7]}) {
    Write(key, key);
  }
  // "a/b" is a folder in some stores, so it cannot be an object too.
  EXPECT_THAT(Keys(""), ::testing::ElementsAre(keys[0], keys[1], keys[3], keys[4],
                                               keys[5], keys[6], keys[7], keys[8]));
  EXPECT_THAT(Keys("a/b"), ::testing::ElementsAre("a/b-c", "a/b/c"));
  EXPECT_THAT(Keys("a/"), ::testing::ElementsAre("a/b-c", "a/b/c"));
  EXPECT_THAT(Keys("b/x/y"), ::testing::ElementsAre("b/x/y"));
  EXPECT_THAT(Keys("c"), ::testing::IsEmpty());
  EXPECT_THAT(Keys("c/d"), ::testing::IsEmpty());
  EXPECT_THAT(store_->ListFolders(""),
              IsOkAndHolds(::testing::ElementsAre("a", "a0", "b")));
  EXPECT_THAT(store_->ListFolders("b"), IsOkAndHolds(::testing::ElementsAre("x")));
  EXPECT_THAT(store_->ListFolders("c"), IsOkAndHolds(::testing::IsEmpty()));
}

TEST_P(ObjectStoreSuite, StopsListingWhenTheVisitorFails) {
  Write("a", "");
  Write("b", "");
  int visits = 0;
  EXPECT_FALSE(store_
                   ->List("",
                          [&visits](const ObjectInfo&) {
                            ++visits;
                            return arrow::Status::Cancelled("enough");
                          })
                   .ok());
  EXPECT_EQ(visits, 1);
}

TEST_P(ObjectStoreSuite, TakesAnyName) {
  std::vector<std::string> keys = {"two\nlines/x",
                                   "it's \"quoted\"",
                                   " spaces ",
                                   "\xe6\x9d\xb1\xe4\xba\xac/\xf0\x9f\xa6\x87",
                                   "dt=2024-05-01/a",
                                   "*?[x]",
                                   "%2F",
                                   "a\\b",
                                   "-rf",
                                   "$(x)`y`;&|",
                                   std::string(240, 'n')};
  if (place_->ListsControlCharacters()) keys.emplace_back("\x01\x7f");
  for (const std::string& key : keys) Write(key, "is " + key);
  for (const std::string& key : keys) EXPECT_EQ(Read(key), "is " + key);
  EXPECT_THAT(Keys(""), ::testing::UnorderedElementsAreArray(keys));
}

TEST_P(ObjectStoreSuite, DeletesWhatIsThere) {
  Write("a/key", "x");
  ASSERT_OK(store_->Delete("a/key"));
  ASSERT_OK(store_->Delete("a/key"));
  ASSERT_OK(store_->Delete("never/was"));
  EXPECT_THAT(Keys(""), ::testing::IsEmpty());
}

TEST_P(ObjectStoreSuite, ProbesWithoutLeavingAnything) {
  ASSERT_OK(store_->CheckWritable());
  EXPECT_THAT(Keys(""), ::testing::IsEmpty());
}

TEST_P(ObjectStoreSuite, OneThreadCreates) {
  for (int round = 0; round < 10; ++round) {
    const std::string key = "a/" + std::to_string(round);
    EXPECT_EQ(RaceThreads(kThreads,
                          [&key](ObjectStore& store, int i) {
                            return store.Create(key, std::to_string(i)).ok();
                          }),
              1);
  }
}

TEST_P(ObjectStoreSuite, OneProcessCreates) {
  for (int round = 0; round < 10; ++round) {
    const std::string key = "a/" + std::to_string(round);
    EXPECT_EQ(RaceProcesses(kProcesses,
                            [&key](ObjectStore& store, int i) {
                              return store.Create(key, std::to_string(i)).ok();
                            }),
              1);
  }
}

TEST_P(ObjectStoreSuite, OneThreadSwapsFirst) {
  for (int round = 0; round < 10; ++round) {
    const std::string key = "a/" + std::to_string(round);
    EXPECT_EQ(
        RaceThreads(
            kThreads,
            [&key](ObjectStore& store, int i) {
              return store.CompareAndSwap(key, std::nullopt, std::to_string(i)).ok();
            }),
        1);
  }
}

TEST_P(ObjectStoreSuite, NoSwapIsLostBetweenThreads) {
  constexpr int kEach = 5;
  ASSERT_OK(store_->CompareAndSwap("count", std::nullopt, "0"));
  EXPECT_EQ(RaceThreads(kThreads,
                        [](ObjectStore& store, int) {
                          bool is_done = true;
                          for (int i = 0; i < kEach; ++i) {
                            is_done = Increment(store, "count") && is_done;
                          }
                          return is_done;
                        }),
            kThreads);
  EXPECT_EQ(Read("count"), std::to_string(kThreads * kEach));
}

TEST_P(ObjectStoreSuite, NoSwapIsLostBetweenProcesses) {
  constexpr int kEach = 10;
  ASSERT_OK(store_->CompareAndSwap("count", std::nullopt, "0"));
  EXPECT_EQ(RaceProcesses(kProcesses,
                          [](ObjectStore& store, int) {
                            bool is_done = true;
                            for (int i = 0; i < kEach; ++i) {
                              is_done = Increment(store, "count") && is_done;
                            }
                            return is_done;
                          }),
            kProcesses);
  EXPECT_EQ(Read("count"), std::to_string(kProcesses * kEach));
}

TEST_P(ObjectStoreSuite, CopiesNeverOvertakeTheirGuard) {
  // Every process swaps the pointer and then makes the target follow it. Whoever holds an
  // old pointer must not win over a newer one.
  constexpr int kEach = 10;
  for (int i = 0; i <= kProcesses * kEach; ++i) {
    Write("versions/" + std::to_string(i), std::to_string(i));
  }
  ASSERT_OK(store_->CompareAndSwap("pointer", std::nullopt, "0"));
  const auto follow = [](ObjectStore& store) {
    for (;;) {
      const auto pointer = store.Get("pointer");
      if (!pointer.ok()) return false;
      const arrow::Status copied =
          store.CopyWhile({.key = "pointer", .version = pointer->version},
                          "versions/" + pointer->contents, "target");
      if (copied.ok()) return true;
      if (KindOf(copied) != ErrorKind::kConflict) return false;
    }
  };
  EXPECT_EQ(RaceProcesses(kProcesses,
                          [&follow](ObjectStore& store, int) {
                            bool is_done = true;
                            for (int i = 0; i < kEach; ++i) {
                              is_done =
                                  Increment(store, "pointer") && follow(store) && is_done;
                            }
                            return is_done;
                          }),
            kProcesses);
  EXPECT_EQ(Read("pointer"), std::to_string(kProcesses * kEach));
  EXPECT_EQ(Read("target"), Read("pointer"));
}

}  // namespace carmilla
