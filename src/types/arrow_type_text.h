#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>

namespace carmilla {

/// How deep lists and groups may be nested.
inline constexpr int kMaxNesting = 32;

/// Renders an Arrow type as the manifest stores it (docs/formats/manifest.md): `bool`,
/// `int16`, `int32`, `int64`, `float`, `double`, `string`, `binary`, `date32`,
/// `time64[us]`, `timestamp[us]`, `timestamp[ms]`, both also with `, tz=UTC`,
/// `uuid`, `decimal32(p,s)`, `decimal64(p,s)`, `decimal128(p,s)`,
/// `list<...>`, `map<string, string>`, `struct<"a": ..., "b": ...>` where `"` and `\` in
/// a name follow a `\`. Any other type gives Arrow's own text, which ParseArrowType
/// refuses.
std::string ArrowTypeText(const arrow::DataType& type);

/// Parses exactly what ArrowTypeText renders for the types that MapType can produce;
/// anything else is kCorruptData.
arrow::Result<std::shared_ptr<arrow::DataType>> ParseArrowType(std::string_view text);

}  // namespace carmilla
