#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/status.h>

#include "http/aws_right.h"
#include "plan/configuration.h"

namespace carmilla {

/// What `doctor --aws` tries, in this order.
enum class AwsStep : uint8_t {
  kOpen,       ///< Credentials, region, bucket.
  kWrite,      ///< An object, as configured: encryption, ACL, tags.
  kRead,       ///< It is listed, and its bytes are those that were written.
  kCondition,  ///< A second writer is refused.
  kUpload,     ///< An upload in parts; another one is aborted.
  kLeftovers,  ///< Unfinished uploads can be found.
  kLifecycle,  ///< The bucket's rules can be read.
  kCatalog,    ///< A table in Glue, made and changed, with partitions if there are any.
  kAthena,     ///< Every value, as Athena reads it.
  kEmbedded,   ///< Every value, as the embedded engine reads it.
};

/// What people read of a step: `reads the table through Athena`.
std::string_view NameOf(AwsStep step);

/// How one step ended. A step that another one is needed for has no result if that one
/// failed.
struct AwsStepResult {
  AwsStep step = AwsStep::kOpen;
  arrow::Status status;
  std::string seen;  ///< Of a success, in a few words.
};

/// What the user's own account did for us.
struct AwsCheck {
  std::string place;   ///< Bucket, region, database, workgroup.
  std::string caller;  ///< ARN of who asked; "" if it is not known.
  AwsAccount account;
  std::vector<AwsStepResult> steps;
  bool has_abort_rule = false;    ///< Known where kLifecycle succeeded.
  std::vector<std::string> left;  ///< Commands that remove what the check left.

  /// The result of a step; null if it was not tried.
  const AwsStepResult* Find(AwsStep step) const;
  bool Succeeded(AwsStep step) const;
};

/// Writes a row of all types below `_carmilla_check/` of the lake, which must be in a
/// bucket, registers it in the lake's catalog if there is one, and reads it by both
/// engines; with the store, the catalog and the engines of a run. Nothing is deleted: a
/// writer has no right to. What is left costs five megabytes.
AwsCheck CheckAws(const Configuration& configuration, const std::stop_token& stop);

}  // namespace carmilla
