#include <string>

#include "core/crc32c.h"
#include "core/error.h"
#include "core/failpoint.h"
#include "core/log.h"
#include "lake/catalog_table.h"
#include "lake/lake.h"
#include "lake/lake_keys.h"
#include "lake/pointer.h"

namespace carmilla {
namespace {

arrow::Status LostTo(std::string_view table, std::string_view winner) {
  return MakeError(ErrorKind::kConflict,
                   "publishing table " + std::string(table) +
                       ": another run published meanwhile: " + std::string(winner),
                   "run it again; nothing is damaged");
}

std::string RunOf(const std::optional<CurrentTable>& current) {
  return current.has_value() ? current->manifest.run_id : "none";
}

}  // namespace

arrow::Status Lake::Publish(const Manifest& manifest,
                            const std::optional<ObjectVersion>& expected) {
  const std::string problem = ProblemOf(manifest);
  if (!problem.empty()) {
    return MakeError(ErrorKind::kBug,
                     "publishing table " + manifest.table + ": " + problem);
  }
  ARROW_ASSIGN_OR_RAISE(const auto current, ReadCurrent(manifest.table));
  // A repetition after a success whose answer was lost.
  if (current.has_value() && current->manifest == manifest) return Follow(manifest.table);
  ARROW_RETURN_NOT_OK(CheckExpected(manifest, current, expected));

  if (catalog_ != nullptr) {
    ARROW_RETURN_NOT_OK(CheckCatalogFolders(manifest, *store_));
  }
  const std::string contents = SerializeManifest(manifest);
  ARROW_RETURN_NOT_OK(PutManifest(manifest, contents));
  ARROW_RETURN_NOT_OK(Failpoint("lake.manifest_put"));
  ARROW_RETURN_NOT_OK(SwapPointer(manifest, contents, expected));

  arrow::Status followed = Failpoint("lake.pointer_swapped");
  if (followed.ok()) followed = Follow(manifest.table);
  followed = WithContext(followed, "following the pointer of table " + manifest.table +
                                       ", which moved to run " + manifest.run_id);
  if (followed.ok() || KindOf(followed) != ErrorKind::kInterrupted) return followed;
  // It is published; whoever stopped the run does not want to wait for the rest.
  LogWarning(followed.message() + "; the next run, or `carmilla status`, does it");
  return arrow::Status::OK();
}

arrow::Status Lake::CheckExpected(const Manifest& manifest,
                                  const std::optional<CurrentTable>& current,
                                  const std::optional<ObjectVersion>& expected) {
  const bool is_expected =
      current.has_value() == expected.has_value() &&
      (!current.has_value() || current->pointer_version == *expected);
  if (!is_expected) return LostTo(manifest.table, RunOf(current));
  const std::string previous = current.has_value() ? current->manifest.run_id : "";
  if (manifest.previous_run_id != previous) {
    return MakeError(ErrorKind::kBug, "publishing table " + manifest.table +
                                          ": the manifest replaces another version: " +
                                          manifest.previous_run_id);
  }
  return arrow::Status::OK();
}

arrow::Status Lake::PutManifest(const Manifest& manifest, const std::string& contents) {
  const std::string key = ManifestKey(manifest.table, manifest.run_id);
  arrow::Status created = store_->Create(key, contents);
  if (created.ok()) return created;
  // Perhaps it was written and only the answer was lost, now or in an earlier attempt.
  const auto stored = store_->Get(key);
  if (stored.ok() && stored->contents == contents) return arrow::Status::OK();
  if (stored.ok()) {
    return MakeError(ErrorKind::kConflict,
                     "publishing table " + manifest.table +
                         ": another manifest has the id of this run: " + manifest.run_id,
                     "run it again; nothing is damaged");
  }
  return WithContext(created, "publishing table " + manifest.table);
}

arrow::Status Lake::SwapPointer(const Manifest& manifest, const std::string& contents,
                                const std::optional<ObjectVersion>& expected) {
  const Pointer pointer{
      .table = manifest.table,
      .run_id = manifest.run_id,
      .manifest = ManifestFileKey(manifest.run_id),
      .manifest_crc32c = ExtendCrc32c(0, contents.data(), contents.size())};
  arrow::Status swapped = store_
                              ->CompareAndSwap(PointerKey(manifest.table), expected,
                                               SerializePointer(pointer))
                              .status();
  if (swapped.ok()) return swapped;
  const auto was_published = WasPublished(manifest);
  if (!was_published.ok()) {
    return MakeError(
        KindOf(swapped),
        "publishing table " + manifest.table +
            ": the pointer may have moved, the answer was lost: " + swapped.message(),
        "run it again when the store answers; nothing is damaged");
  }
  if (*was_published) {
    LogWarning("publishing table " + manifest.table +
               ": the pointer moved, although the store reported: " + swapped.message());
    return arrow::Status::OK();
  }
  if (KindOf(swapped) != ErrorKind::kConflict) {
    return WithContext(swapped, "publishing table " + manifest.table);
  }
  ARROW_ASSIGN_OR_RAISE(const auto current, ReadCurrent(manifest.table));
  return LostTo(manifest.table, RunOf(current));
}

// True if the version is the current one, or was and others have replaced it since.
arrow::Result<bool> Lake::WasPublished(const Manifest& manifest) const {
  ARROW_ASSIGN_OR_RAISE(const auto current, ReadCurrent(manifest.table));
  if (!current.has_value()) return false;
  std::string run_id = current->manifest.run_id;
  std::string previous = current->manifest.previous_run_id;
  while (run_id != manifest.run_id) {
    if (previous.empty() || run_id == manifest.previous_run_id) return false;
    ARROW_ASSIGN_OR_RAISE(const Manifest older, ReadManifest(manifest.table, previous));
    run_id = older.run_id;
    previous = older.previous_run_id;
  }
  return true;
}

}  // namespace carmilla
