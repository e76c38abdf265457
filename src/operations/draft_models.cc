#include "operations/generate.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "codegen/model_header.h"
#include "core/error.h"
#include "core/letter_case.h"
#include "core/sql_statement.h"
#include "engine/relation_selection.h"
#include "operations/generated_files.h"
#include "plan/model_file.h"
#include "plan/relation_pattern.h"
#include "plan/text_file.h"
#include "postgres/catalog.h"
#include "postgres/session.h"

namespace carmilla {
namespace {

constexpr char kDoing[] = "reading the command line: ";

arrow::Status Contradiction(const std::string& problem, const std::string& hint) {
  return MakeError(ErrorKind::kUsage, kDoing + problem, hint);
}

arrow::Result<std::string> ReadQuery(const std::string& file) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadTextFile(file));
  std::string query(WithoutSemicolon(text));
  if (IsBlankStatement(query)) {
    return MakeError(ErrorKind::kQuery, "reading " + file + ": it holds no SQL");
  }
  return query;
}

/// One header to write.
struct Request {
  RelationName relation;
  HeaderOrigin origin;
};

std::string TextOf(const RelationName& relation) {
  return FormatRelationPattern({.schema = relation.schema, .name = relation.name});
}

/// Finds out which relations are meant.
class RequestFinder {
 public:
  RequestFinder(const Configuration& configuration, const GenerateOptions& options,
                std::vector<RelationSummary> existing)
      : configuration_(configuration),
        options_(options),
        existing_(std::move(existing)) {}

  arrow::Result<std::vector<Request>> Find() {
    if (!options_.query_file.empty()) {
      return std::vector<Request>{
          {.relation = {},
           .origin = {.query_file = options_.query_file, .name = options_.name}}};
    }
    if (options_.takes_all) return FindConfigured();
    return options_.tables.empty() ? FindGenerated() : FindNamed();
  }

  std::vector<RefusedTable> TakeRefused() { return std::move(refused_); }

 private:
  arrow::Result<std::vector<Request>> FindConfigured() {
    ARROW_ASSIGN_OR_RAISE(const Selection selection,
                          SelectRelations(configuration_.tables, existing_));
    std::vector<Request> requests;
    requests.reserve(selection.relations.size());
    for (const SelectedRelation& selected : selection.relations) {
      requests.push_back({.relation = selected.name,
                          .origin = {.relation = TextOf(selected.name),
                                     .columns = selected.settings.columns}});
    }
    Refuse(selection.missing);
    if (requests.empty() && refused_.empty()) {
      return MakeError(ErrorKind::kUnknownRelation,
                       "selecting tables: what the configuration names matches no table",
                       "name tables: carmilla generate public.orders");
    }
    return requests;
  }

  arrow::Result<std::vector<Request>> FindNamed() {
    std::vector<TableConfiguration> entries;
    for (const std::string& table : options_.tables) {
      ARROW_ASSIGN_OR_RAISE(TableConfiguration entry, EntryFor(table));
      entries.push_back(std::move(entry));
    }
    ARROW_ASSIGN_OR_RAISE(const Selection selection, SelectRelations(entries, existing_));
    for (const UnmatchedPattern& unmatched : selection.unmatched) {
      return MakeError(
          ErrorKind::kUnknownRelation,
          "selecting tables: the pattern matches no table: " + unmatched.pattern,
          "a pattern takes no views; name them");
    }
    for (const MissingRelation& missing : selection.missing) return missing.reason;
    if (selection.relations.size() > 1 && !(options_.name + options_.columns).empty()) {
      return Contradiction(
          "--name and --columns are for one table: " + options_.tables.front(),
          "carmilla generate orders --columns id,amount --name Order");
    }
    std::vector<std::string> columns;
    if (!options_.columns.empty()) {
      ARROW_ASSIGN_OR_RAISE(columns, ParseColumnList(options_.columns));
    }
    std::vector<Request> requests;
    requests.reserve(selection.relations.size());
    for (const SelectedRelation& selected : selection.relations) {
      requests.push_back({.relation = selected.name,
                          .origin = {.relation = TextOf(selected.name),
                                     .columns = options_.takes_configured_columns
                                                    ? ConfiguredColumns(selected.name)
                                                    : columns,
                                     .name = options_.name}});
    }
    return requests;
  }

  /// Empty where the configuration takes all of them, or does not name the relation.
  std::vector<std::string> ConfiguredColumns(const RelationName& relation) const {
    for (const TableConfiguration& entry : configuration_.tables) {
      const bool is_it = !entry.is_pattern && entry.schema == relation.schema &&
                         entry.name == relation.name;
      if (is_it) return entry.columns;
    }
    return {};
  }

  /// What the headers in the folder were asked for.
  arrow::Result<std::vector<Request>> FindGenerated() {
    ARROW_ASSIGN_OR_RAISE(const std::vector<HeaderOrigin> origins,
                          ReadOrigins(options_.folder));
    if (origins.empty()) {
      return Contradiction("which tables? " + options_.folder + " has no headers yet",
                           "carmilla generate orders, or --all for those of the "
                           "configuration");
    }
    std::vector<Request> requests;
    for (const HeaderOrigin& origin : origins) {
      Request request{.relation = {}, .origin = origin};
      if (origin.relation.empty()) {
        requests.push_back(std::move(request));
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(const TableConfiguration entry, EntryFor(origin.relation));
      request.relation = {entry.schema, entry.name};
      ARROW_ASSIGN_OR_RAISE(const Selection selection,
                            SelectRelations(std::span(&entry, 1), existing_));
      Refuse(selection.missing);
      if (selection.missing.empty()) requests.push_back(std::move(request));
    }
    return requests;
  }

  void Refuse(const std::vector<MissingRelation>& missing) {
    for (const MissingRelation& relation : missing) {
      refused_.push_back({relation.name, relation.reason, relation.relation});
    }
  }

  arrow::Result<TableConfiguration> EntryFor(const std::string& text) const {
    auto pattern = ParseRelationPattern(text);
    if (!pattern.ok()) {
      // Without its schema?
      auto of_public = ParseRelationPattern("public." + text);
      if (!of_public.ok()) {
        return MakeError(ErrorKind::kUsage, kDoing + pattern.status().message(),
                         HintOf(pattern.status()));
      }
      pattern = WithSchema(*std::move(of_public));
    }
    TableConfiguration entry;
    entry.schema = pattern->schema;
    entry.name = pattern->name;
    entry.is_pattern = pattern->is_pattern;
    return entry;
  }

  /// That of the entry with this one name; else public; else the only schema that has
  /// such a relation.
  RelationPattern WithSchema(RelationPattern pattern) const {
    if (pattern.is_pattern) return pattern;
    for (const TableConfiguration& entry : configuration_.tables) {
      if (entry.as == pattern.name) return {.schema = entry.schema, .name = entry.name};
    }
    std::vector<std::string> schemas;
    for (const RelationSummary& relation : existing_) {
      if (relation.name.name == pattern.name) schemas.push_back(relation.name.schema);
    }
    if (schemas.size() == 1) pattern.schema = schemas.front();
    return pattern;
  }

  const Configuration& configuration_;
  const GenerateOptions& options_;
  const std::vector<RelationSummary> existing_;
  std::vector<RefusedTable> refused_;
};

/// Makes the headers of what was asked for.
class HeaderMaker {
 public:
  explicit HeaderMaker(Session& session) : session_(session) {}

  arrow::Result<ModelDraft> Make(std::vector<Request> requests,
                                 std::vector<RefusedTable> refused) {
    draft_.refused = std::move(refused);
    ARROW_RETURN_NOT_OK(DescribeRelations(requests));
    for (Request& request : requests) ARROW_RETURN_NOT_OK(Add(std::move(request)));
    RefuseSharedNames();
    return std::move(draft_);
  }

 private:
  arrow::Status DescribeRelations(const std::vector<Request>& requests) {
    std::set<RelationName> names;
    for (const Request& request : requests) {
      if (!request.origin.relation.empty()) names.insert(request.relation);
    }
    const std::vector<RelationName> list(names.begin(), names.end());
    ARROW_ASSIGN_OR_RAISE(auto described, DescribeTables(session_, list));
    for (TableDescription& table : described) {
      const RelationName name = table.name;
      tables_.emplace(name, std::move(table));
    }
    return arrow::Status::OK();
  }

  /// A table that no struct can have is refused, alone; one that is the only one fails.
  arrow::Status Add(Request request) {
    HeaderOrigin& origin = request.origin;
    auto header = origin.relation.empty() ? WriteQueryHeader(origin)
                                          : WriteTableHeader(request.relation, &origin);
    if (header.ok()) {
      const auto table = tables_.find(request.relation);
      draft_.models.push_back(
          {.relation = request.relation,
           .table_bytes = table == tables_.end() ? 0 : table->second.total_bytes,
           .header = *std::move(header)});
    } else if (KindOf(header.status()) == ErrorKind::kUsage) {
      return header.status();
    } else {
      const std::string& name =
          origin.relation.empty() ? origin.query_file : origin.relation;
      draft_.refused.push_back({name, header.status(), origin.relation});
    }
    return arrow::Status::OK();
  }

  arrow::Result<ModelHeader> WriteQueryHeader(const HeaderOrigin& origin) {
    ARROW_ASSIGN_OR_RAISE(const std::string sql, ReadQuery(origin.query_file));
    ARROW_ASSIGN_OR_RAISE(const TableDescription table, DescribeQuery(session_, sql));
    return WriteModelHeader(table, origin, sql);
  }

  arrow::Result<ModelHeader> WriteTableHeader(const RelationName& name,
                                              HeaderOrigin* origin) const {
    const TableDescription& table = tables_.at(name);
    // By their order in the table; what it does not have comes last, and is refused.
    const auto position = [&](const std::string& column) {
      return std::ranges::find(table.columns, column, &ColumnDescription::name) -
             table.columns.begin();
    };
    std::ranges::stable_sort(origin->columns, {}, position);
    return WriteModelHeader(table, *origin);
  }

  /// Two structs of one name, and a struct named as the namespace of another.
  void RefuseSharedNames() {
    std::set<std::string> taken;
    for (const ModelDraft::Model& model : draft_.models) {
      taken.insert(model.header.name_space);
    }
    std::erase_if(draft_.models, [&](const ModelDraft::Model& model) {
      const ModelHeader& header = model.header;
      if (taken.insert(header.QualifiedName()).second) return false;
      draft_.refused.push_back(
          {header.path,
           MakeError(ErrorKind::kConfiguration,
                     "generating " + header.path +
                         ": the name is taken by another table or schema: " +
                         header.QualifiedName(),
                     "choose one with --name, in a call of its own"),
           ""});
      return true;
    });
  }

  Session& session_;
  std::map<RelationName, TableDescription> tables_;
  ModelDraft draft_;
};

std::set<std::string> TakenNames(const Configuration& configuration,
                                 std::span<const RelationSummary> existing) {
  std::set<std::string> names;
  for (const RelationSummary& relation : existing) {
    names.insert(LowerCase(relation.name.name));
  }
  for (const TableConfiguration& entry : configuration.tables) names.insert(entry.as);
  for (const auto& [model, file] : FilesOfModels(configuration.models)) {
    names.insert(LowerCase(model));
  }
  return names;
}

}  // namespace

arrow::Status CheckGenerateOptions(const GenerateOptions& options) {
  const bool has_query = !options.query_file.empty();
  const bool has_tables = !options.tables.empty();
  if (int{has_query} + int{has_tables} + int{options.takes_all} > 1) {
    return Contradiction("name tables, or give --all or --query, one of them",
                         "carmilla generate orders users");
  }
  const bool is_one = has_query || options.tables.size() == 1;
  if (!options.name.empty() && !is_one) {
    return Contradiction("--name is for one table: " + options.name,
                         "carmilla generate orders --name Order");
  }
  if (!options.columns.empty() && (!is_one || has_query)) {
    return Contradiction("--columns is for one table: " + options.columns,
                         "carmilla generate orders --columns id,amount");
  }
  if (options.makes_task && (options.is_check || !(is_one || has_tables))) {
    return Contradiction("--task writes a task for tables that are named",
                         "carmilla generate orders --task");
  }
  return arrow::Status::OK();
}

arrow::Result<ModelDraft> DraftModels(const Configuration& configuration,
                                      const GenerateOptions& options, Session& session) {
  ARROW_ASSIGN_OR_RAISE(auto existing, ListRelations(session));
  std::set<std::string> names = TakenNames(configuration, existing);
  RequestFinder finder(configuration, options, std::move(existing));
  ARROW_ASSIGN_OR_RAISE(std::vector<Request> requests, finder.Find());
  ARROW_ASSIGN_OR_RAISE(ModelDraft draft, HeaderMaker(session).Make(
                                              std::move(requests), finder.TakeRefused()));
  draft.taken_names = std::move(names);
  return draft;
}

}  // namespace carmilla
