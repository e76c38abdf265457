#include "cli/outcome_text.h"

#include "core/error.h"
#include "core/quantity.h"
#include "engine/vanished_relations.h"

namespace carmilla {

std::string VanishedText(const VanishedTable& table) {
  return EscapeControlCharacters(table.name) + ": " + DescribeVanished(table.run_id);
}

std::string OutcomeText(const TableOutcome& outcome) {
  std::string text = EscapeControlCharacters(outcome.name) + ": ";
  if (IsStopped(outcome.status)) return text + "stopped";
  if (!outcome.status.ok()) return text + "FAILED";
  if (outcome.is_task) return text + "done, " + FormatDuration(outcome.duration);
  text += FormatCount(outcome.rows, "row") + ", " + FormatCount(outcome.files, "file") +
          ", " + FormatBytes(outcome.bytes) + ", " + FormatDuration(outcome.duration);
  for (const auto& [column, count] : outcome.policy_counts) {
    text += "; " + EscapeControlCharacters(column) + ": policy applied to " +
            FormatCount(count, "cell");
  }
  for (const auto& [column, count] : outcome.unusual_years) {
    text += "; " + EscapeControlCharacters(column) + ": " + FormatCount(count, "value") +
            " of a year outside 0001 to 9999, which some readers refuse";
  }
  return text;
}

}  // namespace carmilla
