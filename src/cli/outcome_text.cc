#include "cli/outcome_text.h"

#include "core/error.h"
#include "core/quantity.h"

namespace carmilla {

std::string Plural(int64_t count, const std::string& word) {
  return FormatCount(count) + " " + word + (count == 1 ? "" : "s");
}

std::string OutcomeText(const TableOutcome& outcome) {
  std::string text = EscapeControlCharacters(outcome.name) + ": ";
  if (!outcome.status.ok()) return text + "FAILED";
  text += Plural(outcome.rows, "row") + ", " + Plural(outcome.files, "file") + ", " +
          FormatBytes(outcome.bytes) + ", " + FormatDuration(outcome.duration);
  for (const auto& [column, count] : outcome.policy_counts) {
    text += "; " + EscapeControlCharacters(column) + ": policy applied to " +
            Plural(count, "cell");
  }
  for (const auto& [column, count] : outcome.unusual_years) {
    text += "; " + EscapeControlCharacters(column) + ": " + Plural(count, "value") +
            " of a year outside 0001 to 9999, which some readers refuse";
  }
  return text;
}

}  // namespace carmilla
