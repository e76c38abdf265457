#include "core/error_page.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/error.h"
#include "core/suggest.h"

namespace carmilla {
namespace {

constexpr std::string_view kIntroduction =
    R"(<!-- Generated from src/core/error.cc. CARMILLA_WRITE_PAGES=1 with core_test renews it. -->
# Errors

Every failure has one kind. The kind decides the exit code and whether a plain repetition may
succeed without anybody acting; it is also the `kind` of JSON output. A message says what was
being done, to what, and the cause; a line `hint:` tells the cure where there is one, and a line
`kind:` names the section of this page. `carmilla errors KIND` prints it without network.
No message holds a credential or a value of a row.

A command that works on several tables goes on when one fails. It ends with 75 when every failed
table may be tried again, else with the code of the first one that may not.

)";

/// What one exit code says by itself. The codes are those of sysexits(3); beyond 128
/// those by which a shell reports a signal.
struct ExitCodeInfo {
  int code;
  std::string_view meaning;
};

constexpr std::array<ExitCodeInfo, 12> kExitCodes{{
    {0, "Everything that was asked for is done."},
    {64, "The command line is wrong. Nothing was done."},
    {65, "A table, its data or a query is not what it should be."},
    {69, "The server cannot be reached. The same command may succeed later."},
    {70, "Carmilla itself failed."},
    {74, "Reading or writing files failed."},
    {75, "The same command may succeed later without anybody acting."},
    {77, "The server refused the login or a right."},
    {78, "The configuration is wrong. Nothing was done."},
    {129, "Stopped by SIGHUP."},
    {130, "Stopped by Ctrl-C."},
    {143, "Stopped by SIGTERM."},
}};

std::string Link(std::string_view text, std::string_view anchor) {
  return "[" + std::string(text) + "](#" + std::string(anchor) + ")";
}

std::string RenderRow(const ErrorKindInfo& info) {
  const std::string code = std::to_string(info.exit_code);
  return "| " + Link(info.name, info.name) + " | " + Link(code, "exit-code-" + code) +
         (info.is_retryable ? " | yes |\n" : " | no |\n");
}

std::string RenderSection(const ErrorKindInfo& info) {
  std::string text = "## " + std::string(info.name) + "\n\n";
  text += std::string(info.meaning) + "\n\n";
  text += std::string(info.cure) + "\n\n";
  text += "Exit code " + std::to_string(info.exit_code) + ". ";
  text += info.is_retryable ? "Retry: yes, a repetition may succeed.\n"
                            : "Retry: no, something has to change first.\n";
  return text;
}

/// `is_linked`: names of kinds lead to their sections.
std::string RenderSection(const ExitCodeInfo& info, bool is_linked) {
  std::string text = "## Exit code " + std::to_string(info.code) + "\n\n";
  text += std::string(info.meaning) + '\n';
  std::string kinds;
  for (const ErrorKindInfo& kind : ErrorKinds()) {
    if (kind.exit_code != info.code) continue;
    kinds += kinds.empty() ? "" : ", ";
    kinds += is_linked ? Link(kind.name, kind.name) : std::string(kind.name);
  }
  if (!kinds.empty()) text += "\nKinds: " + kinds + ".\n";
  return text;
}

/// Without the signs of a headline.
std::string ForTerminal(std::string section) {
  constexpr std::string_view kHeadline = "## ";
  if (section.starts_with(kHeadline)) section.erase(0, kHeadline.size());
  return section;
}

}  // namespace

std::string RenderErrorsPage() {
  std::string page(kIntroduction);
  page += "| kind | exit code | retry |\n|---|---|---|\n";
  for (const ErrorKindInfo& info : ErrorKinds()) page += RenderRow(info);
  for (const ErrorKindInfo& info : ErrorKinds()) page += "\n" + RenderSection(info);
  for (const ExitCodeInfo& info : kExitCodes) {
    page += "\n" + RenderSection(info, /*is_linked=*/true);
  }
  return page;
}

std::string RenderErrorList() {
  constexpr size_t kKindWidth = 18;
  constexpr size_t kCodeWidth = 11;
  std::string list;
  const auto add = [&](std::string_view text, size_t width) {
    list += text;
    list.append(width - std::min(width, text.size()), ' ');
  };
  add("kind", kKindWidth);
  add("exit code", kCodeWidth);
  list += "may succeed when repeated\n";
  for (const ErrorKindInfo& info : ErrorKinds()) {
    add(info.name, kKindWidth);
    add(std::to_string(info.exit_code), kCodeWidth);
    list += info.is_retryable ? "yes\n" : "no\n";
  }
  return list;
}

arrow::Result<std::string> RenderErrorTopic(std::string_view topic) {
  std::vector<std::string> topics;
  for (const ErrorKindInfo& info : ErrorKinds()) {
    if (info.name == topic) return ForTerminal(RenderSection(info));
    topics.emplace_back(info.name);
  }
  for (const ExitCodeInfo& info : kExitCodes) {
    if (std::to_string(info.code) == topic) {
      return ForTerminal(RenderSection(info, /*is_linked=*/false));
    }
    topics.push_back(std::to_string(info.code));
  }
  const std::string nearest = DidYouMean(topic, topics);
  return MakeError(
      ErrorKind::kUsage,
      "explaining an error: no such kind or exit code: " + std::string(topic),
      nearest.empty() ? "`carmilla errors` lists them" : nearest);
}

}  // namespace carmilla
