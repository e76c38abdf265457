#include "operations/extract_hints.h"

#include <array>
#include <string_view>

#include "core/error.h"

namespace carmilla {
namespace {

/// What stands in a hint, and the hint in its place.
struct Rewording {
  std::string_view key;
  std::string_view hint;
};

/// The first that is found wins: some hints name several keys.
constexpr std::array<Rewording, 14> kRewordings{{
    {"on_nan:", "--on-nan null stores NULL instead"},
    {"on_infinity:",
     "--on-infinity null stores NULL instead, --on-infinity clamp the nearest date or "
     "time that can be stored"},
    {"on_array_shape:",
     "reshape it, or cast it to text, with --query 'SELECT ...' instead of the table"},
    {"on_invalid_utf8:",
     "correct the rows, or read bytes with --query \"SELECT convert_to(NAME, "
     "'SQL_ASCII') "
     "...\""},
    {"types:",
     "leave it out, or cast it to text, with --query 'SELECT ...' instead of the table"},
    {"memory:", "leave wide columns or the row out with --query 'SELECT ...'"},
    {"columns:",
     "leave it out, or cast it to text, with --query 'SELECT ...' instead of the table"},
    {"where:", "leave the row out with --query 'SELECT ...' instead of the table"},
    {"BYPASSRLS",
     "a policy hides rows from this role; read as a role with BYPASSRLS or as the owner"},
    {"exclude:", "name the other tables instead of a pattern"},
    {"`as:`", "extract one table at a time; --to NAME.parquet names its file"},
    {"consistency:",
     "the server cannot clean up behind it; extract fewer tables at once, or with "
     "--gentleness full"},
    {"threads:", "use --gentleness gentle, or give the process more memory"},
    {"fewer threads", "use --gentleness gentle, or raise the limit"},
}};

}  // namespace

arrow::Status WithHintOfExtract(const arrow::Status& status) {
  if (status.ok()) return status;
  const std::string hint = HintOf(status);
  for (const Rewording& rewording : kRewordings) {
    if (hint.find(rewording.key) == std::string::npos) continue;
    return MakeError(KindOf(status), status.message(), std::string(rewording.hint));
  }
  return status;
}

}  // namespace carmilla
