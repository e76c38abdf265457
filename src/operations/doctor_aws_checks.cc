#include <algorithm>

#include "core/error.h"
#include "operations/doctor_checks.h"

namespace carmilla {
namespace {

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Policies name roles, and a session of a role is no role.
std::string GranteeOf(const AwsCheck& check) {
  constexpr std::string_view kSession = ":assumed-role/";
  if (check.caller.empty()) return "this role";
  const size_t session = check.caller.find(kSession);
  if (session == std::string::npos) return check.caller;
  std::string name = check.caller.substr(session + kSession.size());
  name.resize(std::min(name.size(), name.find('/')));
  return "role " + name + " of account " + check.account.id;
}

/// Lake Formation stands beside IAM, and its grants have words of their own.
std::vector<std::string> LakeFormationCure(const DoctorFacts& facts, AwsStep step,
                                           const std::string& message) {
  const std::string database = facts.configuration.lake.glue.has_value()
                                   ? facts.configuration.lake.glue->database
                                   : "";
  const std::string to = " to " + GranteeOf(*facts.aws);
  std::string grant = "ALTER, DESCRIBE and INSERT on all tables of database " + database;
  if (step == AwsStep::kAthena) {
    grant = "SELECT and DESCRIBE on all tables of database " + database;
  } else if (Has(message, "CreateDatabase")) {
    grant = "CREATE_DATABASE on the catalog";
  } else if (Has(message, "CreateTable") || Has(message, "Create Table")) {
    grant = "CREATE_TABLE on database " + database;
  }
  std::vector<std::string> cure = {"In Lake Formation, grant " + grant + to + "."};
  if (Has(message, "ocation")) {
    cure.push_back("In Lake Formation, grant DATA_LOCATION_ACCESS on " +
                   facts.configuration.lake.path + to + ".");
  }
  return cure;
}

std::vector<std::string> PermissionCure(const DoctorFacts& facts, const AwsRight& right) {
  const std::string to = " to " + GranteeOf(*facts.aws);
  std::vector<std::string> cure = {"Allow " + right.action + " on " + right.resource +
                                   to + "."};
  if (right.action != "s3:PutObject") return cure;
  // S3 does not always tell which of the rights to write it missed.
  const S3StorageConfiguration& s3 = facts.configuration.lake.s3;
  if (s3.encryption == S3Encryption::kKms) {
    cure.emplace_back(
        "With `encryption: sse-kms` also kms:GenerateDataKey and kms:Decrypt "
        "on the key, in its policy too.");
  }
  if (!s3.tags.empty()) cure.emplace_back("With `tags` also s3:PutObjectTagging.");
  if (!s3.acl.empty()) cure.emplace_back("With `acl` also s3:PutObjectAcl.");
  return cure;
}

}  // namespace

Findings FindNoBucket(const DoctorFacts& facts) {
  if (!facts.asks_aws || IsS3Url(facts.configuration.lake.path)) return {};
  return {{.what = "--aws, and the lake is a directory: " + facts.configuration.lake.path,
           .where = {facts.configuration_file}}};
}

Findings FindFailedStep(const DoctorFacts& facts, AwsStep step) {
  if (!facts.aws.has_value()) return {};
  const AwsStepResult* result = facts.aws->Find(step);
  if (result == nullptr || result->status.ok()) return {};
  Finding finding = FromStatus(result->status);
  const auto right = MissingRightOf(result->status, facts.aws->account);
  if (Has(finding.what, "Lake Formation")) {
    finding.kind = ErrorKind::kPermission;
    finding.cure = LakeFormationCure(facts, step, finding.what);
  } else if (right.has_value()) {
    finding.kind = ErrorKind::kPermission;
    finding.cure = PermissionCure(facts, *right);
  }
  return {std::move(finding)};
}

Findings FindHiddenLifecycle(const DoctorFacts& facts) {
  return FindFailedStep(facts, AwsStep::kLifecycle);
}

Findings FindNoAbortRule(const DoctorFacts& facts) {
  if (!facts.aws.has_value() || !facts.aws->Succeeded(AwsStep::kLifecycle) ||
      facts.aws->has_abort_rule) {
    return {};
  }
  return {{.what = "no rule of the bucket's lifecycle aborts uploads that were never "
                   "finished: they are not seen, and cost",
           .where = {facts.configuration.lake.path}}};
}

Findings FindLeftOfCheck(const DoctorFacts& facts) {
  if (!facts.aws.has_value() || facts.aws->left.empty()) return {};
  return {{.what = "this check left what a writer has no right to delete",
           .cure = facts.aws->left}};
}

}  // namespace carmilla
