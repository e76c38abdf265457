#include "engine/run_estimate.h"

namespace carmilla {
namespace {

constexpr int64_t kBytesPerSecondOfWorker = 40'000'000;

/// Stored bytes in hundredths of heap and TOAST.
int64_t StoredShare(Compression compression) {
  switch (compression) {
    case Compression::kZstd:
    case Compression::kGzip:
      return 25;
    case Compression::kSnappy:
      return 40;
    case Compression::kNone:
      return 80;
  }
  return 100;
}

}  // namespace

int64_t AssumedBytesPerSecond(int workers) { return kBytesPerSecondOfWorker * workers; }

std::chrono::seconds EstimatedDuration(int64_t bytes, int workers) {
  return std::chrono::seconds(bytes / AssumedBytesPerSecond(workers));
}

int64_t EstimatedStoredBytes(const TablePlan& plan) {
  return plan.table.total_bytes / 100 * StoredShare(plan.compression);
}

int64_t EstimatedStoredBytes(const RunPlan& plan) {
  int64_t bytes = 0;
  for (const TablePlan& table : plan.tables) bytes += EstimatedStoredBytes(table);
  return bytes;
}

int64_t EstimatedFiles(const TablePlan& plan) {
  int64_t files = 0;
  for (const LeafPlan& leaf : plan.leaves) {
    // A range without rows becomes no file.
    const bool is_empty = leaf.leaf.is_heap && leaf.leaf.heap_bytes == 0;
    if (!is_empty) files += static_cast<int64_t>(leaf.ranges.size());
  }
  if (!plan.is_single_file) return files;
  // Readers of one file expect it even without rows; where it is split there is none.
  return files == 0 && plan.partition_by ? 0 : 1;
}

int64_t EstimatedFiles(const RunPlan& plan) {
  int64_t files = 0;
  for (const TablePlan& table : plan.tables) files += EstimatedFiles(table);
  return files;
}

}  // namespace carmilla
