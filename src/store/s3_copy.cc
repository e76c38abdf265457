#include "store/s3_copy.h"

#include <algorithm>
#include <optional>
#include <string>

#include "core/error.h"
#include "core/failpoint.h"

namespace carmilla {
namespace {

// Smaller objects pass through this process: one conditional PUT.
constexpr int64_t kSmallObject = int64_t{8} << 20;
// A part is copied by one request, which takes S3 a few seconds.
constexpr int64_t kCopiedPart = int64_t{256} << 20;
constexpr int64_t kMostParts = 9000;
constexpr char kCopyOf[] = "x-amz-meta-carmilla-copy-of";

arrow::Status Changed(S3Bucket& bucket, std::string_view doing, std::string_view key) {
  return MakeError(ErrorKind::kConflict,
                   std::string(doing) + ": another process changed what it belongs to: " +
                       S3UriOf(bucket.options(), key));
}

arrow::Result<std::optional<S3Object>> Look(S3Bucket& bucket, std::string_view key) {
  auto object = bucket.Head(key);
  if (object.ok()) return std::optional<S3Object>(*std::move(object));
  if (KindOf(object.status()) == ErrorKind::kNotFound) return std::nullopt;
  return object.status();
}

arrow::Status CheckGuard(S3Bucket& bucket, const ObjectGuard& guard,
                         std::string_view doing) {
  ARROW_ASSIGN_OR_RAISE(const auto guarded, Look(bucket, guard.key));
  if (!guarded.has_value() || guarded->etag != guard.version) {
    return Changed(bucket, doing, guard.key);
  }
  return arrow::Status::OK();
}

S3Condition ConditionOf(const std::optional<S3Object>& seen) {
  return seen.has_value() ? S3Condition{.etag = seen->etag} : S3Condition{.is_new = true};
}

arrow::Status CopyParts(S3Bucket& bucket, std::string_view source,
                        const S3Object& original, std::string_view target,
                        const std::string& upload_id, std::vector<S3Part>* parts) {
  const int64_t length = std::max(kCopiedPart, original.bytes / kMostParts + 1);
  for (int64_t position = 0; position < original.bytes; position += length) {
    ARROW_ASSIGN_OR_RAISE(
        S3Part part,
        bucket.CopyPart(target, upload_id, static_cast<int>(parts->size()) + 1, source,
                        original.etag, position,
                        std::min(length, original.bytes - position)));
    parts->push_back(std::move(part));
  }
  return Failpoint("store.parts_copied");
}

// Copies without the bytes passing through this process, and makes the copy visible only
// if the target is still as it was seen.
arrow::Status CopyLarge(S3Bucket& bucket, const ObjectGuard& guard,
                        std::string_view source, const S3Object& original,
                        std::string_view target, const S3Condition& condition,
                        const HttpHeaders& metadata) {
  const std::string write_id = S3Bucket::NewWriteId();
  ARROW_ASSIGN_OR_RAISE(const std::string upload_id,
                        bucket.BeginUpload(target, write_id, /*is_copy=*/true, metadata));
  std::vector<S3Part> parts;
  arrow::Status status = CopyParts(bucket, source, original, target, upload_id, &parts);
  // Copying takes its time; the condition below is about what was there before it.
  if (status.ok()) status = CheckGuard(bucket, guard, "copying an object");
  if (status.ok()) {
    status =
        bucket
            .CompleteUpload(
                target, upload_id, parts,
                {.write_id = write_id, .bytes = original.bytes, .condition = condition})
            .status();
  }
  if (!status.ok()) {
    const arrow::Status aborted =
        bucket.AbortUpload(target, upload_id, /*is_brief=*/true);
    ARROW_RETURN_NOT_OK(WithContext(aborted, "after " + status.message()));
  }
  return status;
}

}  // namespace

arrow::Status CopyOnS3While(S3Bucket& bucket, const ObjectGuard& guard,
                            std::string_view source, std::string_view target) {
  constexpr std::string_view kDoing = "copying an object";
  ARROW_ASSIGN_OR_RAISE(const S3Object original, bucket.Head(source));
  const std::string origin = UriEncode(source, true) + "@" + original.etag;
  // First the target, then the guard: what changes the target after this look makes the
  // condition fail.
  ARROW_ASSIGN_OR_RAISE(const auto seen, Look(bucket, target));
  ARROW_RETURN_NOT_OK(CheckGuard(bucket, guard, kDoing));
  if (seen.has_value() && seen->copy_of == origin) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(Failpoint("store.guard_checked"));

  const S3Condition condition = ConditionOf(seen);
  const HttpHeaders metadata = {{kCopyOf, origin}};
  if (original.bytes <= kSmallObject) {
    ARROW_ASSIGN_OR_RAISE(const S3Object whole, bucket.Get(source));
    if (whole.etag != original.etag) return Changed(bucket, kDoing, source);
    ARROW_RETURN_NOT_OK(bucket.Put(target, whole.contents, condition, metadata).status());
  } else {
    ARROW_RETURN_NOT_OK(
        CopyLarge(bucket, guard, source, original, target, condition, metadata));
  }
  // An ETag says what bytes there are, not since when: a target that was replaced and
  // restored meanwhile has met the condition.
  return CheckGuard(bucket, guard, kDoing);
}

arrow::Status DeleteOnS3While(S3Bucket& bucket, const ObjectGuard& guard,
                              std::string_view key) {
  constexpr std::string_view kDoing = "removing an object";
  ARROW_ASSIGN_OR_RAISE(const auto seen, Look(bucket, key));
  ARROW_RETURN_NOT_OK(CheckGuard(bucket, guard, kDoing));
  if (!seen.has_value()) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(Failpoint("store.guard_checked"));
  ARROW_RETURN_NOT_OK(bucket.Delete(key, seen->etag));
  return CheckGuard(bucket, guard, kDoing);
}

}  // namespace carmilla
