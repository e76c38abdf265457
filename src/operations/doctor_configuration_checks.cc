#include <algorithm>

#include "engine/vanished_relations.h"
#include "operations/doctor_checks.h"
#include "plan/relation_pattern.h"

namespace carmilla {
namespace {

/// The relations that a pattern of `tables:` covers, excluded ones included.
std::vector<RelationName> Covered(const DoctorFacts& facts,
                                  const TableConfiguration& entry) {
  std::vector<RelationName> covered;
  for (const RelationSummary& relation : facts.relations) {
    if (relation.name.schema == entry.schema &&
        MatchesPattern(relation.name.name, entry.name)) {
      covered.push_back(relation.name);
    }
  }
  return covered;
}

}  // namespace

Findings FindConfigurationErrors(const DoctorFacts& facts) {
  const arrow::Status& status = facts.configuration_status;
  if (status.ok()) return {};
  return {FromStatus(status)};
}

Findings FindOtherConfiguration(const DoctorFacts& facts) {
  if (facts.other_configuration_file.empty()) return {};
  return {{.what = "CARMILLA_CONFIG chose " + facts.configuration_file + "; the " +
                   facts.other_configuration_file + " of this folder is not read"}};
}

Findings FindUnusedConnections(const DoctorFacts& facts) {
  std::vector<std::string> unused;
  for (const ConnectionConfiguration& connection : facts.configuration.connections) {
    if (connection.name != facts.configuration.source) unused.push_back(connection.name);
  }
  if (unused.empty()) return {};
  return {{.what = "connections that nothing uses", .where = std::move(unused)}};
}

Findings FindUnmatchedEntries(const DoctorFacts& facts) {
  Findings findings;
  for (const RefusedTable& refused : facts.plan.refused) {
    if (FindTable(facts, refused.name) != nullptr) continue;
    findings.push_back(
        {.what = refused.reason.message(), .cure = FromStatus(refused.reason).cure});
    const auto published =
        std::ranges::find(facts.lake.tables, refused.name, &SurveyedTable::name);
    if (published == facts.lake.tables.end() || published->run_id.empty()) continue;
    findings.back().what += ": " + DescribeVanished(published->run_id);
    findings.back().cure = {
        "remove the entry of `tables:`; what is in the lake stays readable"};
  }
  return findings;
}

Findings FindPatternsOfViews(const DoctorFacts& facts) {
  Finding finding{.what =
                      "patterns whose schema holds views or foreign tables only, which a "
                      "pattern does not take"};
  for (const TableConfiguration& entry : facts.configuration.tables) {
    const bool is_read = std::ranges::any_of(facts.tables, [&](const TableFacts& table) {
      return table.table.name.schema == entry.schema;
    });
    if (!entry.is_pattern || is_read) continue;
    std::string names;
    bool has_table = false;
    for (const RelationSummary& relation : facts.relations) {
      if (relation.name.schema != entry.schema) continue;
      has_table |= relation.kind != RelationKind::kView &&
                   relation.kind != RelationKind::kForeignTable;
      names += (names.empty() ? "" : ", ") + relation.name.name;
    }
    if (has_table || names.empty()) continue;
    finding.where.push_back(entry.schema + ".* (" + names + ")");
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindUnmatchedExcludes(const DoctorFacts& facts) {
  Finding finding{.what = "patterns of `exclude:` that leave out nothing"};
  for (const TableConfiguration& entry : facts.configuration.tables) {
    const std::vector<RelationName> covered = Covered(facts, entry);
    for (const std::string& pattern : entry.exclude) {
      const bool excludes =
          std::ranges::any_of(covered, [&](const RelationName& relation) {
            return MatchesPattern(relation.name, pattern) ||
                   MatchesPattern(relation.ToString(), pattern);
          });
      if (!excludes) {
        finding.where.push_back(pattern + " (" + entry.schema + "." + entry.name + ")");
      }
    }
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindImpossibleSelection(const DoctorFacts& facts) {
  const arrow::Status& status = facts.selection_status;
  if (status.ok()) return {};
  return {FromStatus(status)};
}

Findings FindFullOnPrimary(const DoctorFacts& facts) {
  if (facts.configuration.gentleness != Gentleness::kFull ||
      facts.server.is_in_recovery) {
    return {};
  }
  return {{.what = "`gentleness: full` reads a primary: it fills the server's cache and "
                   "slows other queries down"}};
}

}  // namespace carmilla
