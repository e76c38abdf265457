#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "core/secret.h"

namespace carmilla {

/// How the engine reads the files of a lake in a bucket.
struct DuckBucket {
  std::string scope;     ///< `s3://bucket/prefix/`: the keys are for nothing else.
  std::string endpoint;  ///< `https://host[:port]`; "" is AWS's of the region.
  std::string region;
  bool is_path_style = false;
  bool is_requester_paying = false;
  std::string ca_file;  ///< Authorities to trust (PEM); "": the system's.
  std::string proxy;    ///< `http://host[:port]`; "": none. Queries can read it.
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;  ///< Empty for lasting keys.
};

/// True for files of a bucket: `s3://...`.
bool IsBucketFile(std::string_view file);

/// Finds DuckDB's extension httpfs beside its library, or where tools/setup.sh puts it;
/// kConfiguration where it is not.
arrow::Result<std::string> FindHttpExtension();

/// The statements, in order, that make the engine read from `bucket`, with servers proven
/// by their certificates and names of files taken as they are. They hold the keys:
/// neither they nor the engine's messages about them may be shown.
std::vector<std::string> BucketStatements(const DuckBucket& bucket,
                                          const std::string& extension);

/// Translates a failure to read from a bucket: kCorruptData for a missing file,
/// kPermission for a refusal, else kUnavailable. OK if `problem` is of another kind.
arrow::Status BucketError(const std::string& text, std::string_view problem);

}  // namespace carmilla
