#include "duck/duck_bucket.h"

#include <filesystem>

#include "core/error.h"
#include "duck/duck_library.h"
#include "duck/sql_text.h"

namespace carmilla {
namespace {

namespace fs = std::filesystem;

constexpr char kExtension[] = "httpfs.duckdb_extension";
/// Where distributions keep the authorities that they trust.
constexpr const char* kSystemAuthorities[] = {"/etc/ssl/certs/ca-certificates.crt",
                                              "/etc/pki/tls/certs/ca-bundle.crt",
                                              "/etc/ssl/cert.pem"};

std::string AuthoritiesOf(const DuckBucket& bucket) {
  if (!bucket.ca_file.empty()) return bucket.ca_file;
  std::error_code ignored;
  for (const char* file : kSystemAuthorities) {
    if (fs::exists(file, ignored)) return file;
  }
  return "";
}

std::string SecretStatement(const DuckBucket& bucket) {
  std::string sql = "CREATE SECRET carmilla_lake (TYPE s3";
  const auto add = [&sql](const char* name, std::string_view value) {
    if (!value.empty()) sql += std::string(", ") + name + " " + QuoteDuckText(value);
  };
  constexpr std::string_view kPlain = "http://";
  const bool is_plain = bucket.endpoint.starts_with(kPlain);
  const size_t scheme = bucket.endpoint.find("://");
  add("SCOPE", bucket.scope);
  add("KEY_ID", bucket.access_key_id);
  add("SECRET", bucket.secret_access_key.Reveal());
  add("SESSION_TOKEN", bucket.session_token.Reveal());
  add("REGION", bucket.region);
  if (scheme != std::string::npos) add("ENDPOINT", bucket.endpoint.substr(scheme + 3));
  add("URL_STYLE", bucket.is_path_style ? "path" : "vhost");
  if (is_plain) sql += ", USE_SSL false";
  if (bucket.is_requester_paying) sql += ", REQUESTER_PAYS true";
  return sql + ")";
}

}  // namespace

bool IsBucketFile(std::string_view file) { return file.starts_with("s3://"); }

arrow::Result<std::string> FindHttpExtension() {
  ARROW_RETURN_NOT_OK(LoadDuck());
  std::error_code ignored;
  if (const std::string library = DuckLibraryFile(); !library.empty()) {
    const fs::path folder = fs::absolute(library, ignored).parent_path();
    for (const fs::path& file :
         {folder / kExtension, folder.parent_path() / "extension" / kExtension}) {
      if (fs::exists(file, ignored)) return file.string();
    }
  }
  return MakeError(ErrorKind::kConfiguration,
                   "opening the query engine: DuckDB's extension for buckets is not "
                   "beside its library: " +
                       std::string(kExtension),
                   "install Carmilla again; from the sources: tools/setup.sh");
}

std::vector<std::string> BucketStatements(const DuckBucket& bucket,
                                          const std::string& extension) {
  std::vector<std::string> statements = {
      "LOAD " + QuoteDuckText(extension),
      // Settings, which any query may read, and which it has from the environment; the
      // lake has a secret, which none may.
      "SET GLOBAL s3_access_key_id = ''", "SET GLOBAL s3_secret_access_key = ''",
      "SET GLOBAL s3_session_token = ''",
      // Off by default.
      "SET GLOBAL enable_server_cert_verification = true",
      "SET GLOBAL enable_curl_server_cert_verification = true",
      // Else a name with * is a pattern, and one with ? has parameters.
      "SET GLOBAL s3_url_compatibility_mode = true"};
  const std::string authorities = AuthoritiesOf(bucket);
  if (!authorities.empty()) {
    statements.push_back("SET GLOBAL ca_cert_file = " + QuoteDuckText(authorities));
  }
  if (!bucket.proxy.empty()) {
    statements.push_back("SET GLOBAL http_proxy = " + QuoteDuckText(bucket.proxy));
  }
  statements.push_back(SecretStatement(bucket));
  return statements;
}

arrow::Status BucketError(const std::string& text, std::string_view problem) {
  const auto holds = [&](std::string_view word) {
    return problem.find(word) != std::string_view::npos;
  };
  const bool is_http = problem.starts_with("HTTP Error") ||
                       (problem.starts_with("IO Error") && holds("HTTP"));
  if (!is_http) return arrow::Status::OK();
  if (holds("HTTP 404") || holds("404 (Not Found)")) {
    return MakeError(ErrorKind::kCorruptData, text,
                     "a file of the lake is missing; carmilla verify names it");
  }
  if (holds("HTTP 403") || holds("403 (Forbidden)")) {
    return MakeError(ErrorKind::kPermission, text,
                     "allow s3:GetObject on the lake to this role");
  }
  return MakeError(ErrorKind::kUnavailable, text, "try again later");
}

}  // namespace carmilla
