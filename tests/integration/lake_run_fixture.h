#pragma once

// Processes that publish into a lake, to be killed, stopped and raced; and what their
// readers must always find.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/run_id.h"
#include "lake/lake.h"
#include "testing/matchers.h"

namespace carmilla {

inline constexpr char kTable[] = "t";

class LakeRunFixture : public ::testing::Test {
 protected:
  /// Opens the lake's store, as another process does.
  virtual std::shared_ptr<ObjectStore> OpenStore() const = 0;

  void SetUp() override {
    store_ = OpenStore();
    lake_ = std::make_unique<Lake>(store_);
  }

  /// Publishes one version as a run does: follow, write a file for each partition,
  /// publish. Each run has one partition that no other has, so that names also vanish.
  static arrow::Status Run(Lake& lake) {
    ARROW_RETURN_NOT_OK(lake.Follow(kTable));
    ARROW_ASSIGN_OR_RAISE(const auto current, lake.ReadCurrent(kTable));
    Manifest manifest{.table = kTable,
                      .run_id = MakeRunId(std::chrono::system_clock::now()),
                      .partition_columns = {"p"}};
    std::optional<ObjectVersion> expected;
    if (current.has_value()) {
      manifest.previous_run_id = current->manifest.run_id;
      expected = current->pointer_version;
    }
    for (const std::string& value : {std::string("always"), manifest.run_id}) {
      const PartitionValues partition = {{"p", value}};
      const std::string key =
          Lake::FileKey(Layout::kStable, manifest.run_id, 0, partition);
      ARROW_ASSIGN_OR_RAISE(auto writer,
                            lake.store().OpenWrite(Lake::KeyOf(kTable, key)));
      const std::string contents = manifest.run_id + std::string(100000, '.');
      ARROW_RETURN_NOT_OK(
          writer->Write(contents.data(), static_cast<int64_t>(contents.size())));
      ARROW_RETURN_NOT_OK(writer->Commit());
      manifest.files.push_back({.key = key,
                                .partition = partition,
                                .bytes = static_cast<int64_t>(contents.size()),
                                .crc32c = writer->crc32c()});
    }
    return lake.Publish(manifest, expected);
  }

  /// Runs in a process of its own under orders to Failpoint().
  pid_t StartRun(const std::string& orders) const {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv("CARMILLA_FAILPOINT", orders.c_str(), /*replace=*/1);
      Lake lake(OpenStore());
      const arrow::Status status = Run(lake);
      ::_exit(status.ok() ? 0 : InfoOf(KindOf(status)).exit_code);
    }
    return child;
  }

  static int WaitFor(pid_t child) {
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, WUNTRACED), child);
    return status;
  }

  std::string Contents(const std::string& key) {
    const auto object = store_->Get(key);
    return object.ok() ? object->contents.substr(0, object->contents.find('.')) : "";
  }

  /// Returns the current run; every file that the manifest names must be whole and its
  /// own.
  std::string CheckCurrent() {
    const auto current = lake_->ReadCurrent(kTable);
    EXPECT_OK(current);
    if (!current.ok() || !current->has_value()) return "";
    const Manifest& manifest = (*current)->manifest;
    for (const DataFile& file : manifest.files) {
      const auto object = store_->Get(Lake::KeyOf(kTable, file.key));
      EXPECT_OK(object);
      if (!object.ok()) continue;
      EXPECT_EQ(object->contents.size(), file.bytes);
      EXPECT_TRUE(object->contents.starts_with(manifest.run_id)) << file.key;
    }
    return manifest.run_id;
  }

  /// The stable names that are there, and nothing but what the pointer says in them.
  void CheckStableNames() {
    const std::string run_id = CheckCurrent();
    std::set<std::string> names;
    EXPECT_OK(store_->List("t/p=", [&names](const ObjectInfo& object) {
      names.insert(object.key);
      return arrow::Status::OK();
    }));
    EXPECT_THAT(names, ::testing::ElementsAre("t/p=" + run_id + "/t.parquet",
                                              "t/p=always/t.parquet"));
    for (const std::string& name : names) EXPECT_EQ(Contents(name), run_id) << name;
  }

  /// Kills runs at each hit of each fail point, as many as a whole run has, and counts
  /// them. Readers must find the old version or the new one; the new one where the
  /// pointer has moved: at `swapped` and behind it.
  void KillAtEveryStep(const std::vector<std::string>& steps,
                       const std::set<std::string>& swapped, int* kills) {
    for (const std::string& step : steps) {
      for (int hit = 1;; ++hit) {
        const std::string before = CheckCurrent();
        const std::string orders = step + "@" + std::to_string(hit) + "=kill";
        const int status = WaitFor(StartRun(orders));
        if (!WIFSIGNALED(status)) {
          ASSERT_EQ(WEXITSTATUS(status), 0) << orders;
          ASSERT_GT(hit, 1) << step << " was never reached";
          break;
        }
        ++*kills;
        const std::string after = CheckCurrent();
        // The first two names are moved by Follow at the start of the run.
        const bool is_early = step == "lake.stable_name_moved" && hit <= 2;
        const bool is_swapped =
            !is_early && (swapped.contains(step) || step.starts_with("lake.stable") ||
                          step == "lake.pointer_swapped");
        EXPECT_EQ(after != before, is_swapped) << orders;
        ASSERT_OK(lake_->Follow(kTable)) << orders;
        CheckStableNames();
        if (HasFailure()) FAIL() << "after " << orders;
      }
    }
  }

  std::shared_ptr<ObjectStore> store_;
  std::unique_ptr<Lake> lake_;
};

}  // namespace carmilla
