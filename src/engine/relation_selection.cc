#include "engine/relation_selection.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "core/suggest.h"
#include "lake/lake.h"
#include "plan/relation_pattern.h"

namespace carmilla {
namespace {

bool IsTakenByPattern(const RelationSummary& relation) {
  return relation.kind == RelationKind::kTable ||
         relation.kind == RelationKind::kPartitionedTable ||
         relation.kind == RelationKind::kMaterializedView;
}

bool IsExcluded(const TableConfiguration& entry, const std::string& name) {
  return std::ranges::any_of(entry.exclude, [&](const std::string& pattern) {
    // `public.tmp_*` excludes by schema and name, `tmp_*` by name alone.
    return MatchesPattern(name, pattern) ||
           MatchesPattern(entry.schema + "." + name, pattern);
  });
}

std::string NearestRelation(const RelationName& name,
                            std::span<const RelationSummary> existing) {
  std::vector<std::string> candidates;
  candidates.reserve(existing.size());
  for (const RelationSummary& relation : existing) {
    candidates.push_back(relation.name.ToString());
  }
  return DidYouMean(name.ToString(), candidates);
}

/// The selection as it grows entry by entry.
class Selector {
 public:
  Selector(std::span<const RelationSummary> existing,
           const std::optional<std::set<std::string>>& known)
      : existing_(existing), known_(known) {}

  void AddExact(const TableConfiguration& entry) {
    const RelationName name{entry.schema, entry.name};
    if (std::ranges::find(existing_, name, &RelationSummary::name) == existing_.end()) {
      const std::string nearest = NearestRelation(name, existing_);
      AddMissing(
          entry.as.empty() ? entry.name : entry.as, name.ToString(),
          "no such relation: " + name.ToString(),
          nearest.empty() ? "the role sees only schemas that it may use" : nearest);
      return;
    }
    chosen_.insert(name);
    selection_.relations.push_back({name, entry.as, entry});
  }

  void AddPattern(const TableConfiguration& entry) {
    bool is_matched = false;
    for (const RelationSummary& relation : existing_) {
      if (relation.name.schema != entry.schema || !IsTakenByPattern(relation) ||
          !MatchesPattern(relation.name.name, entry.name)) {
        continue;
      }
      is_matched = true;
      if (IsExcluded(entry, relation.name.name)) continue;
      if (chosen_.contains(relation.name)) continue;
      if (IsIgnored(entry, relation.name)) {
        selection_.ignored.push_back(relation.name);
        continue;
      }
      chosen_.insert(relation.name);
      selection_.relations.push_back({relation.name, "", entry});
    }
    if (!is_matched) {
      selection_.unmatched.push_back({entry.schema, entry.schema + "." + entry.name});
    }
  }

  arrow::Result<Selection> Finish() {
    ARROW_RETURN_NOT_OK(ChooseNames());
    return std::move(selection_);
  }

 private:
  bool IsIgnored(const TableConfiguration& entry, const RelationName& name) const {
    return entry.new_tables == NewTables::kIgnore && known_.has_value() &&
           !known_->contains(name.ToString());
  }

  void AddMissing(std::string name, std::string relation, const std::string& problem,
                  std::string hint) {
    selection_.missing.push_back(
        {std::move(name), std::move(relation),
         MakeError(ErrorKind::kUnknownRelation, "selecting tables: " + problem,
                   std::move(hint))});
  }

  arrow::Status ChooseNames() {
    std::map<std::string, int> uses;
    for (const SelectedRelation& relation : selection_.relations) {
      if (relation.table.empty()) ++uses[Lake::EscapeTableName(relation.name.name)];
    }
    std::map<std::string, RelationName> owners;
    for (SelectedRelation& relation : selection_.relations) {
      if (relation.table.empty()) {
        std::string own = Lake::EscapeTableName(relation.name.name);
        relation.table =
            uses[own] == 1
                ? own
                : Lake::EscapeTableName(relation.name.schema + "_" + relation.name.name);
      }
      const auto [owner, is_new] = owners.emplace(relation.table, relation.name);
      if (!is_new && owner->second == relation.name) {
        return MakeError(ErrorKind::kUsage,
                         "selecting tables: named twice: " + relation.name.ToString(),
                         "name it once");
      }
      if (!is_new) {
        return MakeError(ErrorKind::kConfiguration,
                         "selecting tables: " + owner->second.ToString() + " and " +
                             relation.name.ToString() +
                             " would have one name: " + relation.table,
                         "give one of them another name with `as:`");
      }
    }
    return arrow::Status::OK();
  }

  std::span<const RelationSummary> existing_;
  const std::optional<std::set<std::string>>& known_;
  std::set<RelationName> chosen_;
  Selection selection_;
};

bool IsNamed(const SelectedRelation& relation, const std::string& name) {
  return relation.table == name || relation.name.ToString() == name;
}

bool IsNamed(const MissingRelation& relation, const std::string& name) {
  return relation.name == name || relation.relation == name;
}

bool IsNamed(const UnmatchedPattern& unmatched, const std::string& name) {
  return unmatched.pattern == name;
}

/// Keeps the elements that one of `names` means; notes in `is_used` which names meant
/// something.
template <typename Element>
std::vector<Element> Keep(std::vector<Element> elements,
                          std::span<const std::string> names,
                          std::vector<bool>* is_used) {
  std::vector<Element> kept;
  for (Element& element : elements) {
    bool is_kept = false;
    for (size_t i = 0; i < names.size(); ++i) {
      if (!IsNamed(element, names[i])) continue;
      is_kept = (*is_used)[i] = true;
    }
    if (is_kept) kept.push_back(std::move(element));
  }
  return kept;
}

}  // namespace

arrow::Result<Selection> SelectRelations(
    std::span<const TableConfiguration> entries,
    std::span<const RelationSummary> existing,
    const std::optional<std::set<std::string>>& known) {
  Selector selector(existing, known);
  // Exact entries first: a pattern does not take what an entry of its own describes.
  for (const TableConfiguration& entry : entries) {
    if (!entry.is_pattern) selector.AddExact(entry);
  }
  for (const TableConfiguration& entry : entries) {
    if (entry.is_pattern) selector.AddPattern(entry);
  }
  return selector.Finish();
}

bool IsNamedByPattern(std::span<const TableConfiguration> entries,
                      std::string_view relation) {
  bool is_named = false;
  for (const TableConfiguration& entry : entries) {
    if (!entry.is_pattern && relation == entry.schema + "." + entry.name) return false;
    const std::string schema = entry.schema + ".";
    if (!entry.is_pattern || !relation.starts_with(schema)) continue;
    const std::string name(relation.substr(schema.size()));
    is_named |= MatchesPattern(name, entry.name) && !IsExcluded(entry, name);
  }
  return is_named;
}

arrow::Result<Selection> FilterByName(Selection selection,
                                      std::span<const std::string> names,
                                      bool skip_unknown,
                                      std::span<const std::string> others) {
  if (names.empty()) return selection;
  std::vector<std::string> candidates(others.begin(), others.end());
  for (const SelectedRelation& relation : selection.relations) {
    candidates.push_back(relation.table);
  }
  std::vector<bool> is_used(names.size(), false);
  selection.relations = Keep(std::move(selection.relations), names, &is_used);
  selection.missing = Keep(std::move(selection.missing), names, &is_used);
  selection.unmatched = Keep(std::move(selection.unmatched), names, &is_used);
  for (size_t i = 0; i < names.size() && !skip_unknown; ++i) {
    if (is_used[i]) continue;
    const auto ignored =
        std::ranges::find_if(selection.ignored, [&](const RelationName& name) {
          return name.name == names[i] || name.ToString() == names[i];
        });
    if (ignored != selection.ignored.end()) {
      return MakeError(ErrorKind::kUnknownRelation,
                       "selecting tables: new, and its pattern ignores new tables: " +
                           ignored->ToString(),
                       "give it an entry of its own under `tables:`");
    }
    const std::string nearest = DidYouMean(names[i], candidates);
    return MakeError(
        ErrorKind::kUnknownRelation, "selecting tables: not configured: " + names[i],
        nearest.empty() ? "`carmilla plan` lists the configured tables" : nearest);
  }
  return selection;
}

}  // namespace carmilla
