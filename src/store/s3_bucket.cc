#include "store/s3_bucket.h"

#include <charconv>
#include <random>
#include <utility>

#include "core/crc32c.h"
#include "core/error.h"
#include "core/log.h"
#include "core/sha256.h"
#include "http/aws_time.h"

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html

namespace carmilla {
namespace {

constexpr char kWriteId[] = "x-amz-meta-carmilla-write";
constexpr char kCopyOf[] = "x-amz-meta-carmilla-copy-of";
constexpr int kReadAttempts = 3;
// S3 may be busy with parts or copies of gigabytes before it answers.
constexpr std::chrono::seconds kPatience{300};

AwsClientOptions ClientOptions(const S3StoreOptions& options) {
  AwsClientOptions client = options.client;
  client.service = "s3";
  client.region = options.region;
  client.endpoint = S3EndpointOf(options);
  return client;
}

std::string EncodedCrc32c(uint32_t crc) {
  const char bytes[] = {static_cast<char>(crc >> 24), static_cast<char>(crc >> 16),
                        static_cast<char>(crc >> 8), static_cast<char>(crc)};
  return Base64({bytes, sizeof bytes});
}

uint32_t Crc32cOf(std::string_view bytes) {
  return ExtendCrc32c(0, bytes.data(), bytes.size());
}

std::optional<uint32_t> DecodedCrc32c(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() != 8 || !text.ends_with("==")) return std::nullopt;  // Of parts: `-2`.
  uint64_t bits = 0;
  for (const char character : text.substr(0, 6)) {
    const size_t digit = kDigits.find(character);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | digit;
  }
  return static_cast<uint32_t>(bits >> 4);
}

int64_t NumberOf(std::string_view text) {
  int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string Header(const HttpResponse& response, std::string_view name) {
  return std::string(response.Header(name).value_or(""));
}

S3Object ObjectOf(HttpResponse response) {
  S3Object object;
  object.etag = Header(response, "etag");
  object.write_id = Header(response, kWriteId);
  object.copy_of = Header(response, kCopyOf);
  if (Header(response, "x-amz-checksum-type") != "COMPOSITE") {
    object.crc32c = DecodedCrc32c(Header(response, "x-amz-checksum-crc32c"));
  }
  // `bytes 0-9/1234` of a part, else the length of all.
  const std::string range = Header(response, "content-range");
  object.bytes = NumberOf(range.empty() ? Header(response, "content-length")
                                        : range.substr(range.rfind('/') + 1));
  object.contents = std::move(response.body);
  return object;
}

void Add(HttpHeaders* headers, const HttpHeaders& more) {
  headers->insert(headers->end(), more.begin(), more.end());
}

void AddCondition(HttpHeaders* headers, const S3Condition& condition) {
  if (condition.is_new) {
    headers->emplace_back("If-None-Match", "*");
  } else if (!condition.etag.empty()) {
    headers->emplace_back("If-Match", condition.etag);
  }
}

// What S3 says of a missing object is the same for reading it and for replacing it.
arrow::Status Translated(const AwsAnswer& answer, std::string_view doing,
                         const std::string& uri) {
  if (answer.status.ok() || answer.response.status != 404 ||
      (!answer.error_code.empty() && answer.error_code != "NoSuchKey")) {
    return WithContext(answer.status, doing);
  }
  return MakeError(ErrorKind::kNotFound,
                   std::string(doing) + ": there is no such object: " + uri);
}

}  // namespace

S3Bucket::S3Bucket(S3StoreOptions options, std::shared_ptr<HttpTransport> transport,
                   std::shared_ptr<AwsCredentialsProvider> credentials)
    : options_(std::move(options)),
      client_(std::move(transport), std::move(credentials), ClientOptions(options_)) {}

std::string S3Bucket::NewWriteId() {
  std::random_device random;
  char text[33];
  std::snprintf(text, sizeof text, "%08x%08x%08x%08x", random(), random(), random(),
                random());
  return text;
}

AwsRequest S3Bucket::Request(std::string_view action, std::string_view method,
                             std::string_view key) const {
  AwsRequest request{.action = std::string(action),
                     .resource = S3UriOf(options_, key),
                     .method = std::string(method),
                     .headers = CommonHeaders(options_),
                     .limits = options_.limits};
  if (!UsesVirtualHost(options_)) request.path += options_.bucket;
  if (!key.empty()) {
    if (!request.path.ends_with('/')) request.path += '/';
    if (!options_.prefix.empty()) request.path += options_.prefix + "/";
    request.path += key;
  }
  return request;
}

arrow::Result<std::string> S3Bucket::Put(std::string_view key, std::string_view contents,
                                         const S3Condition& condition,
                                         const HttpHeaders& metadata) {
  const std::string write_id = NewWriteId();
  AwsRequest request = Request("s3:PutObject", "PUT", key);
  Add(&request.headers, ObjectHeaders(options_, key));
  Add(&request.headers, metadata);
  request.headers.emplace_back(kWriteId, write_id);
  request.headers.emplace_back("x-amz-checksum-crc32c",
                               EncodedCrc32c(Crc32cOf(contents)));
  AddCondition(&request.headers, condition);
  request.body = contents;
  request.has_checksum_header = true;
  const bool has_condition = condition.is_new || !condition.etag.empty();
  // A small write that decides something is not stopped half-way: who was stopped must
  // know whether it was done.
  const AwsAnswer answer = has_condition ? Finish(request) : Call(request);
  if (answer.status.ok()) return Header(answer.response, "etag");
  if (has_condition && answer.error_code == "NoSuchKey") {
    return MakeError(ErrorKind::kConflict,
                     "replacing an object: it is gone: " + request.resource);
  }
  return ResolveWrite(key, write_id, answer);
}

// A write that failed, or that met an object, may have been done by an attempt whose
// answer was lost.
arrow::Result<std::string> S3Bucket::ResolveWrite(std::string_view key,
                                                  const std::string& write_id,
                                                  const AwsAnswer& answer) {
  const arrow::Status failed = WithContext(answer.status, "writing an object");
  const bool is_conflict = KindOf(failed) == ErrorKind::kConflict;
  if (!is_conflict && !answer.is_outcome_unknown && !answer.had_unknown_outcome) {
    return failed;
  }
  const auto stored = Head(key);
  if (stored.ok() && stored->write_id == write_id) return stored->etag;
  if (is_conflict || (stored.ok() && !answer.is_outcome_unknown)) return failed;
  return MakeError(KindOf(failed),
                   failed.message() + "; whether it was written is not known",
                   HintOf(failed));
}

// S3 refuses a missing object to those who may list only their prefix of the bucket; the
// list of what begins with its key tells.
arrow::Status S3Bucket::ReadFailure(const AwsAnswer& answer, std::string_view doing,
                                    std::string_view key) {
  arrow::Status failure = Translated(answer, doing, S3UriOf(options_, key));
  if (failure.ok() || KindOf(failure) != ErrorKind::kPermission ||
      answer.response.status != 403) {
    return failure;
  }
  const auto listed = List(key, "", "");
  if (!listed.ok() || (!listed->entries.empty() && listed->entries[0].key == key)) {
    return failure;
  }
  return MakeError(
      ErrorKind::kNotFound,
      std::string(doing) + ": there is no such object: " + S3UriOf(options_, key));
}

arrow::Result<S3Object> S3Bucket::Head(std::string_view key) {
  AwsRequest request = Request("s3:GetObject", "HEAD", key);
  request.headers.emplace_back("x-amz-checksum-mode", "ENABLED");
  // Also when everything else was told to stop: it tells what became of a write.
  AwsAnswer answer = Finish(request);
  ARROW_RETURN_NOT_OK(ReadFailure(answer, "looking at an object", key));
  return ObjectOf(std::move(answer.response));
}

arrow::Result<S3Object> S3Bucket::Get(std::string_view key) {
  AwsRequest request = Request("s3:GetObject", "GET", key);
  request.headers.emplace_back("x-amz-checksum-mode", "ENABLED");
  for (int attempt = 1; attempt <= kReadAttempts; ++attempt) {
    AwsAnswer answer = Call(request);
    ARROW_RETURN_NOT_OK(ReadFailure(answer, "reading an object", key));
    S3Object object = ObjectOf(std::move(answer.response));
    if (!object.crc32c.has_value() || *object.crc32c == Crc32cOf(object.contents)) {
      return object;
    }
  }
  return MakeError(
      ErrorKind::kCorruptData,
      "reading an object: the bytes are not those of its checksum: " + request.resource);
}

arrow::Result<S3Object> S3Bucket::GetEnd(std::string_view key, int64_t length) {
  AwsRequest request = Request("s3:GetObject", "GET", key);
  request.headers.emplace_back("x-amz-checksum-mode", "ENABLED");
  request.headers.emplace_back("Range", "bytes=-" + std::to_string(length));
  AwsAnswer answer = Call(request);
  // An empty object has no end.
  if (answer.response.status == 416) return Get(key);
  ARROW_RETURN_NOT_OK(ReadFailure(answer, "opening an object", key));
  S3Object object = ObjectOf(std::move(answer.response));
  const auto received = static_cast<int64_t>(object.contents.size());
  if (received != std::min(length, object.bytes)) {
    return MakeError(ErrorKind::kIo, "opening an object: " + std::to_string(received) +
                                         " bytes came: " + request.resource);
  }
  const bool is_whole = received == object.bytes;
  if (is_whole && object.crc32c.has_value() &&
      *object.crc32c != Crc32cOf(object.contents)) {
    return Get(key);
  }
  return object;
}

arrow::Result<std::string> S3Bucket::GetRange(std::string_view key,
                                              const std::string& etag, int64_t position,
                                              int64_t length) {
  AwsRequest request = Request("s3:GetObject", "GET", key);
  request.headers.emplace_back("If-Match", etag);
  request.headers.emplace_back("Range", "bytes=" + std::to_string(position) + "-" +
                                            std::to_string(position + length - 1));
  AwsAnswer answer = Call(request);
  if (answer.response.status == 412) {
    return MakeError(
        ErrorKind::kConflict,
        "reading an object: it was replaced while it was read: " + request.resource,
        "run it again");
  }
  ARROW_RETURN_NOT_OK(Translated(answer, "reading an object", request.resource));
  if (std::cmp_not_equal(answer.response.body.size(), length)) {
    return MakeError(ErrorKind::kIo,
                     "reading an object: " + std::to_string(answer.response.body.size()) +
                         " bytes came instead of " + std::to_string(length) + ": " +
                         request.resource);
  }
  return std::move(answer.response.body);
}

arrow::Status S3Bucket::Delete(std::string_view key, const std::string& etag) {
  AwsRequest request = Request("s3:DeleteObject", "DELETE", key);
  if (!etag.empty()) request.headers.emplace_back("If-Match", etag);
  const AwsAnswer answer = Call(request);
  if (answer.response.status == 404 && answer.error_code != "NoSuchBucket") {
    return arrow::Status::OK();
  }
  return WithContext(answer.status, "removing an object");
}

arrow::Result<S3ListPage> S3Bucket::List(std::string_view prefix,
                                         std::string_view delimiter,
                                         const std::string& token) {
  AwsRequest request = Request("s3:ListBucket", "GET", "");
  const std::string root = options_.prefix.empty() ? "" : options_.prefix + "/";
  request.query = {{"list-type", "2"},
                   {"encoding-type", "url"},
                   {"prefix", root + std::string(prefix)}};
  if (!delimiter.empty()) request.query.emplace_back("delimiter", delimiter);
  if (!token.empty()) request.query.emplace_back("continuation-token", token);
  const AwsAnswer answer = Call(request);
  ARROW_RETURN_NOT_OK(WithContext(answer.status, "listing objects"));
  ARROW_ASSIGN_OR_RAISE(S3ListPage page, ParseS3ListPage(answer.response.body));
  for (auto& entry : page.entries) {
    if (entry.key.starts_with(root)) entry.key.erase(0, root.size());
  }
  for (std::string& common : page.common_prefixes) {
    if (common.starts_with(root)) common.erase(0, root.size());
  }
  return page;
}

arrow::Result<std::string> S3Bucket::BeginUpload(std::string_view key,
                                                 const std::string& write_id,
                                                 bool is_copy,
                                                 const HttpHeaders& metadata) {
  AwsRequest request = Request("s3:PutObject", "POST", key);
  request.query = {{"uploads", ""}};
  Add(&request.headers, ObjectHeaders(options_, key));
  Add(&request.headers, metadata);
  request.headers.emplace_back(kWriteId, write_id);
  if (!is_copy) {
    request.headers.emplace_back("x-amz-checksum-algorithm", "CRC32C");
    request.headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
  }
  const AwsAnswer answer = Call(request);
  ARROW_RETURN_NOT_OK(WithContext(answer.status, "beginning an upload"));
  return ParseS3Value(answer.response.body, "UploadId");
}

arrow::Result<S3Part> S3Bucket::UploadPart(std::string_view key,
                                           const std::string& upload_id, int number,
                                           std::string_view contents) {
  S3Part part{.number = number, .crc32c = EncodedCrc32c(Crc32cOf(contents))};
  AwsRequest request = Request("s3:PutObject", "PUT", key);
  request.query = {{"partNumber", std::to_string(number)}, {"uploadId", upload_id}};
  request.headers.emplace_back("x-amz-checksum-crc32c", part.crc32c);
  request.body = contents;
  request.has_checksum_header = true;
  const AwsAnswer answer = Call(request);
  ARROW_RETURN_NOT_OK(WithContext(answer.status, "uploading a part"));
  part.etag = Header(answer.response, "etag");
  return part;
}

arrow::Result<S3Part> S3Bucket::CopyPart(std::string_view key,
                                         const std::string& upload_id, int number,
                                         std::string_view source,
                                         const std::string& source_etag, int64_t position,
                                         int64_t length) {
  AwsRequest request = Request("s3:PutObject", "PUT", key);
  request.query = {{"partNumber", std::to_string(number)}, {"uploadId", upload_id}};
  std::string from = "/" + options_.bucket + "/";
  if (!options_.prefix.empty()) from += options_.prefix + "/";
  from += source;
  request.headers.emplace_back("x-amz-copy-source", UriEncode(from, true));
  request.headers.emplace_back("x-amz-copy-source-if-match", source_etag);
  request.headers.emplace_back(
      "x-amz-copy-source-range",
      "bytes=" + std::to_string(position) + "-" + std::to_string(position + length - 1));
  request.may_fail_in_body = true;
  request.limits.low_speed_time = kPatience;
  const AwsAnswer answer = Call(request);
  ARROW_RETURN_NOT_OK(Translated(answer, "copying an object", S3UriOf(options_, source)));
  S3Part part{.number = number};
  ARROW_ASSIGN_OR_RAISE(part.etag, ParseS3Value(answer.response.body, "ETag"));
  return part;
}

arrow::Result<std::string> S3Bucket::CompleteUpload(std::string_view key,
                                                    const std::string& upload_id,
                                                    const std::vector<S3Part>& parts,
                                                    const Completion& completion) {
  AwsRequest request = Request("s3:PutObject", "POST", key);
  request.query = {{"uploadId", upload_id}};
  request.headers.emplace_back("Content-Type", "application/xml");
  request.headers.emplace_back("x-amz-mp-object-size", std::to_string(completion.bytes));
  if (completion.crc32c.has_value()) {
    request.headers.emplace_back("x-amz-checksum-crc32c",
                                 EncodedCrc32c(*completion.crc32c));
    request.headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
  }
  AddCondition(&request.headers, completion.condition);
  const std::string body = S3CompletionOf(parts);
  request.body = body;
  request.may_fail_in_body = true;
  request.limits.low_speed_time = kPatience;
  AwsAnswer answer = Call(request);
  if (answer.status.ok()) return ParseS3Value(answer.response.body, "ETag");
  // The upload is gone: completed by an attempt whose answer was lost, or aborted.
  if (answer.error_code == "NoSuchUpload") answer.had_unknown_outcome = true;
  return ResolveWrite(key, completion.write_id, answer);
}

arrow::Status S3Bucket::AbortUpload(std::string_view key, const std::string& upload_id,
                                    bool is_brief) {
  AwsRequest request = Request("s3:AbortMultipartUpload", "DELETE", key);
  request.query = {{"uploadId", upload_id}};
  const AwsAnswer answer = is_brief ? client_.CallBriefly(request) : Finish(request);
  if (answer.response.status == 404) return arrow::Status::OK();  // It is gone already.
  return WithContext(answer.status, "aborting an upload");
}

arrow::Status S3Bucket::AbortUploadsBefore(std::chrono::system_clock::time_point time) {
  // Without a prefix of its own, uploads of other programs could not be told from ours.
  if (options_.prefix.empty()) return arrow::Status::OK();
  AwsRequest request = Request("s3:ListBucketMultipartUploads", "GET", "");
  const std::string root = options_.prefix + "/";
  S3UploadPage page;
  do {
    request.query = {{"uploads", ""}, {"encoding-type", "url"}, {"prefix", root}};
    if (!page.next_key.empty()) {
      request.query.emplace_back("key-marker", page.next_key);
      request.query.emplace_back("upload-id-marker", page.next_id);
    }
    const AwsAnswer answer = Call(request);
    ARROW_RETURN_NOT_OK(WithContext(answer.status, "looking for unfinished uploads"));
    ARROW_ASSIGN_OR_RAISE(page, ParseS3UploadPage(answer.response.body));
    for (const S3Upload& upload : page.uploads) {
      const auto began = ParseAwsTime(upload.initiated);
      if (!upload.key.starts_with(root) || !began.has_value() || *began >= time) continue;
      const std::string_view key = std::string_view(upload.key).substr(root.size());
      ARROW_RETURN_NOT_OK(AbortUpload(key, upload.id));
      LogInfo("aborted an upload that was never finished: " + S3UriOf(options_, key));
    }
  } while (!page.next_key.empty());
  return arrow::Status::OK();
}

arrow::Result<bool> S3Bucket::HasAbortRule() {
  AwsRequest request = Request("s3:GetLifecycleConfiguration", "GET", "");
  request.query = {{"lifecycle", ""}};
  const AwsAnswer answer = Call(request);
  if (answer.error_code == "NoSuchLifecycleConfiguration") return false;
  ARROW_RETURN_NOT_OK(WithContext(answer.status, "reading the lifecycle of the bucket"));
  const std::string root = options_.prefix.empty() ? "" : options_.prefix + "/";
  return AbortsUploads(answer.response.body, root);
}

}  // namespace carmilla
