#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <arrow/status.h>

namespace carmilla {

/// A right that a role lacks, as policies of IAM write it.
struct AwsRight {
  std::string action;    ///< `glue:CreateTable`
  std::string resource;  ///< An ARN; of several, with commas between them.

  bool operator==(const AwsRight&) const = default;
};

/// Whose ARNs are meant. Empty texts become `*`, which policies understand.
struct AwsAccount {
  std::string partition;  ///< `aws`, `aws-cn`, `aws-us-gov`.
  std::string region;
  std::string id;
};

/// The account to which an ARN belongs (`arn:aws:sts::123456789012:assumed-role/a/b`).
AwsAccount AccountOf(std::string_view arn, std::string_view region);

/// Names the right whose lack made a call fail: from AWS's own words where they tell it
/// (which they do of KMS keys too), else from ours. `status` is what a client of AWS
/// returned, also with context before it. Nothing if the failure is no refusal.
std::optional<AwsRight> MissingRightOf(const arrow::Status& status,
                                       const AwsAccount& account);

}  // namespace carmilla
