#include "aws/athena_views.h"

#include <arrow/util/base64.h>

#include <string_view>

#include "aws/json_answer.h"
#include "core/error.h"

namespace carmilla {
namespace {

constexpr std::string_view kMark = "carmilla_model";
constexpr std::string_view kBefore = "/* Presto View: ";
constexpr std::string_view kAfter = " */";

}  // namespace

bool IsViewOfOurs(const Json& table) {
  const std::string original = TextOf(table, "ViewOriginalText");
  std::string_view text = original;
  if (TextOf(table, "TableType") != "VIRTUAL_VIEW" || !text.starts_with(kBefore) ||
      !text.ends_with(kAfter)) {
    return false;
  }
  text.remove_prefix(kBefore.size());
  text.remove_suffix(kAfter.size());
  const auto view = ParseJson(arrow::util::base64_decode(text), "a view");
  if (!view.ok()) return false;
  const std::string sql = TextOf(*view, "originalSql");
  return sql.find(kMark) != std::string::npos;
}

arrow::Status AthenaViews::CheckMayReplace(const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const auto shown, glue_.GetTable(name));
  if (!shown.has_value() || IsViewOfOurs(shown->table)) return arrow::Status::OK();
  const std::string place = glue_.database() + "." + name;
  if (TextOf(shown->table, "TableType") != "VIRTUAL_VIEW") {
    return MakeError(ErrorKind::kConfiguration,
                     "making the view: the catalog has a table of this name: " + place,
                     "rename the model; if it was a table before, delete that in Glue "
                     "(its files stay)");
  }
  if (is_adopting_) return arrow::Status::OK();
  return MakeError(ErrorKind::kConfiguration,
                   "making the view: somebody else's view has this name: " + place,
                   "rename the model, or take that one over with `adopt: true`");
}

arrow::Status AthenaViews::Replace(const std::string& name, const std::string& select,
                                   const std::stop_token& stop) {
  ARROW_RETURN_NOT_OK(CheckMayReplace(name));
  // A comment of a line may be the last of it.
  const std::string sql = "CREATE OR REPLACE VIEW \"" + name + "\" AS SELECT * FROM (\n" +
                          select + "\n) AS " + std::string(kMark);
  return athena_->Run(sql, stop).status();
}

}  // namespace carmilla
