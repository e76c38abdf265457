#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

namespace carmilla {

/// What a generated header was asked for, which its second line tells, so that it can be
/// made again.
struct HeaderOrigin {
  std::string relation;    ///< As people write it: `public.orders`; "" for a query.
  std::string query_file;  ///< "" for a relation.
  std::vector<std::string> columns;  ///< By their order in the relation; empty: all.
  std::string name;                  ///< Of the struct; "": as the relation, or the file.

  bool operator==(const HeaderOrigin&) const = default;
};

/// The first line: formatters of the user's project would make a difference that nobody
/// made, and break the line behind it where it is long.
inline constexpr std::string_view kUnformatted = "// clang-format off\n";

/// Renders the second line, without its line break.
std::string RenderOriginLine(const HeaderOrigin& origin);

/// Reads what RenderOriginLine renders from the beginning of a file, behind kUnformatted
/// or not; nothing if it does not begin with such a line.
std::optional<HeaderOrigin> ParseOriginLine(std::string_view text);

/// Splits `id,amount`; names with a comma or a double quote stand in double quotes, as
/// SQL writes them. kUsage if a name is empty, there twice, or not closed.
arrow::Result<std::vector<std::string>> ParseColumnList(std::string_view text);

}  // namespace carmilla
