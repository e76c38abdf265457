#include "core/error_page.h"

#include "core/error.h"

namespace carmilla {
namespace {

constexpr std::string_view kIntroduction =
    R"(<!-- Generated from src/core/error.cc. CARMILLA_WRITE_PAGES=1 with core_test renews it. -->
# Errors

Every failure has one kind. The kind decides the exit code and whether a plain repetition may
succeed without anybody acting; it is also the `kind` of JSON output. A message says what was
being done, to what, and the cause; a second line `hint:` tells the cure where there is one.
Neither holds a credential or a value of a row.

A command that works on several tables goes on when one fails. It ends with 75 when every failed
table may be tried again, else with the code of the first one that may not.

)";

std::string RenderRow(const ErrorKindInfo& info) {
  std::string row = "| [";
  row += info.name;
  row += "](#";
  row += info.name;
  row += ") | " + std::to_string(info.exit_code);
  row += info.is_retryable ? " | yes |\n" : " | no |\n";
  return row;
}

std::string RenderSection(const ErrorKindInfo& info) {
  std::string text = "## " + std::string(info.name) + "\n\n";
  text += std::string(info.meaning) + "\n\n";
  text += "Exit code " + std::to_string(info.exit_code) + ". ";
  text += info.is_retryable ? "Retry: yes, a repetition may succeed.\n"
                            : "Retry: no, something has to change first.\n";
  return text;
}

}  // namespace

std::string RenderErrorsPage() {
  std::string page(kIntroduction);
  page += "| kind | exit code | retry |\n|---|---|---|\n";
  for (const ErrorKindInfo& info : ErrorKinds()) page += RenderRow(info);
  for (const ErrorKindInfo& info : ErrorKinds()) page += "\n" + RenderSection(info);
  return page;
}

}  // namespace carmilla
