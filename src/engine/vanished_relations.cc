#include "engine/vanished_relations.h"

#include <set>
#include <string>

#include "engine/relation_selection.h"

namespace carmilla {

bool IsFrom(const ManifestSource& source, const ServerIdentity& server) {
  const bool is_unknown =
      source.system_identifier.empty() || server.system_identifier.empty();
  return source.database == server.database &&
         (is_unknown || source.system_identifier == server.system_identifier);
}

std::string DescribeVanished(const std::string& run_id) {
  return "no longer at the source; its last version (run " + run_id +
         ") stays in the lake";
}

std::vector<VanishedTable> FindVanishedTables(const Lake& lake,
                                              std::span<const TableConfiguration> entries,
                                              std::span<const RelationSummary> existing,
                                              const ServerIdentity& server) {
  std::vector<VanishedTable> vanished;
  const auto names = lake.ListTables();
  if (!names.ok()) return vanished;
  std::set<std::string> relations;
  std::multiset<std::string> usual_names;
  for (const RelationSummary& relation : existing) {
    const std::string text = relation.name.ToString();
    relations.insert(text);
    if (!IsNamedByPattern(entries, text)) continue;
    usual_names.insert(Lake::EscapeTableName(relation.name.name));
  }
  for (const std::string& name : *names) {
    // A name that two schemas share tells nothing.
    if (usual_names.count(name) == 1) continue;
    const auto table = lake.ReadCurrent(name);
    if (!table.ok() || !table->has_value()) continue;
    const Manifest& manifest = (*table)->manifest;
    if (!manifest.model.name.empty()) continue;  // No relation was ever behind it.
    const std::string& relation = manifest.source.relation;
    if (relations.contains(relation) || !IsFrom(manifest.source, server) ||
        !IsNamedByPattern(entries, relation)) {
      continue;
    }
    vanished.push_back({.name = name, .relation = relation, .run_id = manifest.run_id});
  }
  return vanished;
}

}  // namespace carmilla
