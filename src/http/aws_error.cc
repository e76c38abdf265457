#include "http/aws_error.h"

#include <algorithm>
#include <array>
#include <pugixml.hpp>

#include "core/error.h"
#include "core/json.h"

namespace carmilla {
namespace {

constexpr char kRegionHint[] =
    "name the region of the bucket or service: aws: {region: ...}";
constexpr char kKeyHint[] =
    "check the access key, its secret and the session token, and that they belong to "
    "this service";
constexpr char kClockHint[] = "set the clock of this machine (NTP)";
constexpr char kAclHint[] = "the bucket enforces its owner: remove `acl:`";
constexpr char kRefusedHint[] =
    "the service understood, and refuses what was asked for: correct what its message "
    "names";
constexpr char kCatalogHint[] =
    "make what is missing, or correct its name: lake: {catalog: {glue: {database: ...}}}";
constexpr char kCatalogKeyHint[] =
    "the Data Catalog is encrypted: allow kms:Decrypt and kms:GenerateDataKey on its key "
    "to this role";
constexpr char kEncryptionHint[] =
    "correct `kms_key` of lake.s3: a key by its id, ARN or alias, in the bucket's region";
constexpr char kLimitHint[] =
    "the account has reached a limit of this service: remove what is not needed, or ask "
    "AWS for more (Service Quotas)";

/// One row of the only table from AWS's codes to consequences.
struct Row {
  std::string_view code;
  ErrorKind kind;
  AwsCure cure = AwsCure::kNone;
  std::string_view hint;
};

constexpr auto kRows = std::to_array<Row>({
    // Too much at once.
    {"SlowDown", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    {"Throttling", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    {"ThrottlingException", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    {"ThrottledException", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    {"RequestThrottled", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    {"RequestThrottledException", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    {"RequestLimitExceeded", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    {"TooManyRequestsException", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    {"BandwidthLimitExceeded", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    {"LimitExceededException", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    {"KMS.ThrottlingException", ErrorKind::kUnavailable, AwsCure::kSlowDown},
    // A fault of the service, or of the way to it.
    {"InternalError", ErrorKind::kUnavailable, AwsCure::kRepeat},
    {"InternalFailure", ErrorKind::kUnavailable, AwsCure::kRepeat},
    {"InternalServiceException", ErrorKind::kUnavailable, AwsCure::kRepeat},
    {"InternalServerException", ErrorKind::kUnavailable, AwsCure::kRepeat},
    {"ServiceUnavailable", ErrorKind::kUnavailable, AwsCure::kRepeat},
    {"ServiceUnavailableException", ErrorKind::kUnavailable, AwsCure::kRepeat},
    {"OperationTimeoutException", ErrorKind::kTimeout, AwsCure::kRepeat},
    {"RequestTimeout", ErrorKind::kTimeout, AwsCure::kRepeat},
    {"RequestTimeoutException", ErrorKind::kTimeout, AwsCure::kRepeat},
    {"OperationAborted", ErrorKind::kConflict, AwsCure::kRepeat},
    {"IDPCommunicationError", ErrorKind::kUnavailable, AwsCure::kRepeat},
    // Bytes that changed on their way.
    {"BadDigest", ErrorKind::kIo, AwsCure::kRepeat},
    {"InvalidDigest", ErrorKind::kIo, AwsCure::kRepeat},
    {"IncompleteBody", ErrorKind::kIo, AwsCure::kRepeat},
    {"XAmzContentSHA256Mismatch", ErrorKind::kIo, AwsCure::kRepeat},
    {"XAmzContentChecksumMismatch", ErrorKind::kIo, AwsCure::kRepeat},
    // Others were there first. S3 wants a conditional write repeated that met another.
    {"ConditionalRequestConflict", ErrorKind::kConflict, AwsCure::kRepeat},
    {"PreconditionFailed", ErrorKind::kConflict},
    {"AlreadyExistsException", ErrorKind::kConflict},
    {"ConcurrentModificationException", ErrorKind::kConflict},
    {"VersionMismatchException", ErrorKind::kConflict},
    // Who we are.
    {"RequestTimeTooSkewed", ErrorKind::kAuthentication, AwsCure::kCorrectClock,
     kClockHint},
    {"RequestExpired", ErrorKind::kAuthentication, AwsCure::kCorrectClock, kClockHint},
    {"ExpiredToken", ErrorKind::kAuthentication, AwsCure::kRefresh},
    {"ExpiredTokenException", ErrorKind::kAuthentication, AwsCure::kRefresh},
    {"TokenRefreshRequired", ErrorKind::kAuthentication, AwsCure::kRefresh},
    {"InvalidToken", ErrorKind::kAuthentication, AwsCure::kNone, kKeyHint},
    {"InvalidAccessKeyId", ErrorKind::kAuthentication, AwsCure::kNone, kKeyHint},
    {"InvalidClientTokenId", ErrorKind::kAuthentication, AwsCure::kNone, kKeyHint},
    {"UnrecognizedClientException", ErrorKind::kAuthentication, AwsCure::kNone, kKeyHint},
    {"SignatureDoesNotMatch", ErrorKind::kAuthentication, AwsCure::kNone, kKeyHint},
    {"InvalidSignatureException", ErrorKind::kAuthentication, AwsCure::kNone, kKeyHint},
    {"InvalidIdentityToken", ErrorKind::kAuthentication},
    {"IDPRejectedClaim", ErrorKind::kAuthentication},
    {"AuthFailure", ErrorKind::kAuthentication, AwsCure::kNone, kKeyHint},
    {"AccessDenied", ErrorKind::kPermission},
    {"AccessDeniedException", ErrorKind::kPermission},
    {"AllAccessDisabled", ErrorKind::kPermission},
    {"KMS.DisabledException", ErrorKind::kPermission, AwsCure::kNone,
     "enable the KMS key, or choose another"},
    // Of crawlers; who starts one waits and tries again.
    {"CrawlerRunningException", ErrorKind::kUnavailable},
    {"CrawlerStoppingException", ErrorKind::kUnavailable},
    // What there is.
    {"NoSuchKey", ErrorKind::kNotFound},
    {"NoSuchUpload", ErrorKind::kNotFound},
    {"NoSuchVersion", ErrorKind::kNotFound},
    {"ResourceNotFoundException", ErrorKind::kNotFound},
    {"EntityNotFoundException", ErrorKind::kConfiguration, AwsCure::kNone, kCatalogHint},
    {"MetadataException", ErrorKind::kConfiguration, AwsCure::kNone, kCatalogHint},
    {"NoSuchBucket", ErrorKind::kConfiguration, AwsCure::kNone,
     "create the bucket, or correct its name"},
    {"InvalidBucketName", ErrorKind::kConfiguration, AwsCure::kNone,
     "correct the name of the bucket"},
    {"KMS.NotFoundException", ErrorKind::kConfiguration, AwsCure::kNone, kEncryptionHint},
    {"kms:KeyNotFound", ErrorKind::kConfiguration, AwsCure::kNone,
     kEncryptionHint},  // MinIO.
    {"AccessControlListNotSupported", ErrorKind::kConfiguration, AwsCure::kNone,
     kAclHint},
    {"PermanentRedirect", ErrorKind::kConfiguration, AwsCure::kNone, kRegionHint},
    {"TemporaryRedirect", ErrorKind::kUnavailable, AwsCure::kRepeat},
    {"AuthorizationHeaderMalformed", ErrorKind::kConfiguration, AwsCure::kNone,
     kRegionHint},
    {"IllegalLocationConstraintException", ErrorKind::kConfiguration, AwsCure::kNone,
     kRegionHint},
    {"QuotaExceeded", ErrorKind::kDiskFull},
    // What no repetition makes right.
    {"InvalidInputException", ErrorKind::kConfiguration, AwsCure::kNone, kRefusedHint},
    {"InvalidParameterException", ErrorKind::kConfiguration, AwsCure::kNone,
     kRefusedHint},
    {"InvalidParameterValue", ErrorKind::kConfiguration, AwsCure::kNone, kRefusedHint},
    {"InvalidRequestException", ErrorKind::kConfiguration, AwsCure::kNone, kRefusedHint},
    {"ValidationException", ErrorKind::kConfiguration, AwsCure::kNone, kRefusedHint},
    {"ValidationError", ErrorKind::kConfiguration, AwsCure::kNone, kRefusedHint},
    {"InvalidArgument", ErrorKind::kConfiguration, AwsCure::kNone, kRefusedHint},
    {"InvalidRequest", ErrorKind::kConfiguration, AwsCure::kNone, kRefusedHint},
    {"InvalidStorageClass", ErrorKind::kConfiguration, AwsCure::kNone, kRefusedHint},
    {"InvalidTag", ErrorKind::kConfiguration, AwsCure::kNone, kRefusedHint},
    {"ResourceNumberLimitExceededException", ErrorKind::kConfiguration, AwsCure::kNone,
     kLimitHint},
    {"ResourceNumberLimitExceeded", ErrorKind::kConfiguration, AwsCure::kNone,
     kLimitHint},
    {"GlueEncryptionException", ErrorKind::kPermission, AwsCure::kNone, kCatalogKeyHint},
    {"InvalidObjectState", ErrorKind::kConfiguration, AwsCure::kNone,
     "the object is archived: restore it, and keep lifecycle rules from archiving the "
     "lake"},
    {"NotImplemented", ErrorKind::kUnsupported},
});

const Row* Find(std::string_view code) {
  const auto* row = std::ranges::find(kRows, code, &Row::code);
  return row == kRows.end() ? nullptr : row;
}

ErrorKind KindOfStatus(int http_status) {
  switch (http_status) {
    case 301:
      return ErrorKind::kConfiguration;
    case 401:
      return ErrorKind::kAuthentication;
    case 403:
      return ErrorKind::kPermission;
    case 404:
      return ErrorKind::kNotFound;
    case 409:
    case 412:
      return ErrorKind::kConflict;
    case 408:
      return ErrorKind::kTimeout;
    case 429:
      return ErrorKind::kUnavailable;
    default:
      // A refusal in a success is one element of a batch.
      return http_status >= 500 ? ErrorKind::kUnavailable : ErrorKind::kConfiguration;
  }
}

AwsError ReadXml(const std::string& body) {
  pugi::xml_document document;
  AwsError error;
  if (!document.load_buffer(body.data(), body.size())) return error;
  // `<Error>` of S3, `<ErrorResponse><Error>` of STS.
  const pugi::xml_node found = document.find_node([](const pugi::xml_node& node) {
    return std::string_view(node.name()) == "Error";
  });
  error.code = found.child_value("Code");
  error.message = found.child_value("Message");
  error.request_id = found.child_value("RequestId");
  return error;
}

AwsError ReadJson(const std::string& body) {
  AwsError error;
  const auto json = ParseJson(body, "an error");
  if (!json.ok() || !json->is_object()) return error;
  const auto text = [&json](const char* key) {
    const std::string* found = FindText(*json, key);
    return found == nullptr ? std::string() : *found;
  };
  error.code = text("__type");
  if (error.code.empty()) error.code = text("code");
  error.message = text("message");
  if (error.message.empty()) error.message = text("Message");
  return error;
}

// `com.amazonaws.glue#EntityNotFoundException:http://...` is its name only.
std::string PlainCode(std::string_view code) {
  code = code.substr(0, code.find(":http"));
  code = code.substr(code.rfind('#') + 1);
  return std::string(code.substr(0, code.find(':')));
}

std::string FirstOf(const HttpResponse& response,
                    std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto value = response.Header(name)) return std::string(*value);
  }
  return "";
}

std::string HintFor(const Row* row, ErrorKind kind, int http_status,
                    std::string_view action, std::string_view resource) {
  if (row != nullptr && !row->hint.empty()) return std::string(row->hint);
  if (kind == ErrorKind::kPermission) {
    return "allow " + std::string(action) + " on " + std::string(resource) +
           " to this role; where the bucket is encrypted by KMS, also "
           "kms:GenerateDataKey "
           "and kms:Decrypt on its key";
  }
  if (row != nullptr || kind != ErrorKind::kConfiguration) return "";
  return http_status == 301 ? kRegionHint : kRefusedHint;
}

}  // namespace

AwsError ReadAwsError(const HttpResponse& response) {
  const size_t first = response.body.find_first_not_of(" \t\r\n");
  AwsError error;
  if (first != std::string::npos) {
    error =
        response.body[first] == '<' ? ReadXml(response.body) : ReadJson(response.body);
  }
  if (error.code.empty()) {
    error.code = FirstOf(response, {"x-amz-error-code", "x-amzn-errortype"});
  }
  error.code = PlainCode(error.code);
  if (error.message.empty()) error.message = FirstOf(response, {"x-amz-error-message"});
  const std::string region = FirstOf(response, {"x-amz-bucket-region"});
  if (!region.empty() && (response.status == 301 || response.status == 400)) {
    error.message +=
        (error.message.empty() ? "" : " ") + ("the bucket is in region " + region);
  }
  if (error.request_id.empty()) {
    error.request_id = FirstOf(response, {"x-amz-request-id", "x-amzn-requestid"});
  }
  return error;
}

bool IsErrorInBody(const HttpResponse& response) {
  // S3 keeps the connection alive with white space before it knows how it ends.
  const std::string_view body = response.body;
  pugi::xml_document document;
  return document.load_buffer(body.data(), body.size()) &&
         std::string_view(document.document_element().name()) == "Error";
}

AwsCure CureOf(std::string_view code, int http_status) {
  if (const Row* row = Find(code)) return row->cure;
  if (http_status == 429) return AwsCure::kSlowDown;
  if (http_status == 408) return AwsCure::kRepeat;
  return http_status >= 500 && http_status != 501 && http_status != 505 ? AwsCure::kRepeat
                                                                        : AwsCure::kNone;
}

arrow::Status AwsStatus(const AwsError& error, int http_status, std::string_view action,
                        std::string_view resource) {
  const Row* row = Find(error.code);
  const ErrorKind kind = row != nullptr ? row->kind : KindOfStatus(http_status);
  std::string message = std::string(action) + " on " + std::string(resource) + ": ";
  message += error.code.empty() ? "HTTP " + std::to_string(http_status) : error.code;
  if (!error.message.empty()) message += ": " + error.message;
  if (!error.code.empty()) message += " (HTTP " + std::to_string(http_status) + ")";
  if (!error.request_id.empty()) message += ", request id " + error.request_id;
  return MakeError(kind, std::move(message),
                   HintFor(row, kind, http_status, action, resource));
}

}  // namespace carmilla
