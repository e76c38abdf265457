// Any bytes as the answer of something that may be an AWS service, or a proxy in between.
// Each is understood or refused in words; a list that goes on says where.

#include "core/error.h"
#include "fuzz/fuzz_input.h"
#include "http/aws_error.h"
#include "store/s3_xml.h"

namespace carmilla {
namespace {

void RequireRefusedWell(const arrow::Status& status) {
  Require(KindOf(status) == ErrorKind::kIo, "what is no answer is an error of the store",
          status.ToString());
}

void RequireListsWell(const std::string& text) {
  const auto page = ParseS3ListPage(text);
  if (!page.ok()) RequireRefusedWell(page.status());
  const auto uploads = ParseS3UploadPage(text);
  if (!uploads.ok()) RequireRefusedWell(uploads.status());
  Require(!page.ok() || !uploads.ok(), "a document is one thing", text);
  const auto id = ParseS3Value(text, "UploadId");
  if (!id.ok()) return RequireRefusedWell(id.status());
  Require(!id->empty(), "an id is not empty", text);
}

void RequireErrorsWell(const std::string& text) {
  for (const int status : {200, 301, 400, 403, 404, 412, 503}) {
    const HttpResponse response{.status = status, .body = text};
    const AwsError error = ReadAwsError(response);
    Require(!AwsStatus(error, status, "s3:PutObject", "s3://bucket/key").ok(),
            "an error is one", text);
    Require(error.code.find_first_of("#:") == std::string::npos,
            "a code is its name only", error.code);
    IsErrorInBody(response);
  }
}

}  // namespace
}  // namespace carmilla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  carmilla::RequireListsWell(text);
  carmilla::RequireErrorsWell(text);
  return 0;
}
