#include "plan/model_file.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/suggest.h"
#include "plan/configuration_section.h"
#include "plan/text_file.h"
#include "plan/yaml_text.h"

namespace carmilla {
namespace {

/// What the name of a file says.
struct FileName {
  std::string model;
  std::string_view ending;  ///< One of kEndings.
};

constexpr std::string_view kEmbeddedSql = ".duckdb.sql";
constexpr std::string_view kAthenaSql = ".athena.sql";
constexpr std::string_view kSql = ".sql";
constexpr std::string_view kYaml = ".yaml";
constexpr std::string_view kOtherYaml = ".yml";
/// The longer ones first.
constexpr std::array kEndings = {kEmbeddedSql, kAthenaSql, kSql, kYaml, kOtherYaml};

constexpr std::array<std::string_view, 2> kPlainTests = {"not_null", "unique"};

/// Files of other kinds, and hidden ones, are nobody's models.
std::optional<FileName> TakeApart(const std::string& file) {
  if (file.starts_with('.')) return std::nullopt;
  for (const std::string_view ending : kEndings) {
    if (file.ends_with(ending)) {
      return FileName{file.substr(0, file.size() - ending.size()), ending};
    }
  }
  return std::nullopt;
}

arrow::Status Wrong(const std::string& file, const std::string& problem,
                    std::string hint) {
  return MakeError(ErrorKind::kConfiguration, file + ": " + problem, std::move(hint));
}

/// Reads one file `NAME.yaml` into its model.
class DescriptionReader {
 public:
  DescriptionReader(const std::string& path, ModelFile* model) : model_(model) {
    context_.folder = std::filesystem::path(path).parent_path().string();
  }

  arrow::Status Read(const std::string& text, const std::string& shown_as) && {
    const YamlNodePointer root = ParseYaml(text, &context_.problems);
    if (root != nullptr && root->kind == YamlNode::Kind::kMap) {
      ReadModel({*root, KeyScope::kModel, &context_});
    } else if (root != nullptr && root->kind != YamlNode::Kind::kNull) {
      context_.problems.Add(root->position, "the file must be a map of keys",
                            "see docs/models.md");
    }
    return context_.problems.ToStatus(shown_as);
  }

 private:
  void ReadModel(const ConfigurationSection& section) {
    section.ReadChoice("materialized", &model_->materialization);
    section.ReadText("description", &model_->description);
    if (const YamlNode* columns = section.Section("columns")) {
      for (const YamlMember& column : columns->members) ReadColumn(column);
    }
    if (const YamlNode* tests = section.List("tests")) {
      for (const YamlNodePointer& test : tests->items) ReadModelTest(*test);
    }
  }

  void ReadColumn(const YamlMember& member) {
    ModelColumn column{.name = member.key};
    if (member.value->kind != YamlNode::Kind::kMap) {
      context_.problems.Add(member.position,
                            "column " + QuoteForMessage(member.key) + " must be a map",
                            "write {tests: [not_null, unique]}");
      return;
    }
    const ConfigurationSection section(*member.value, KeyScope::kModelColumn, &context_);
    section.ReadText("description", &column.description);
    if (const YamlNode* tests = section.List("tests")) {
      for (const YamlNodePointer& test : tests->items) ReadColumnTest(*test, column.name);
    }
    model_->columns.push_back(std::move(column));
  }

  void ReadColumnTest(const YamlNode& node, const std::string& column) {
    if (node.kind == YamlNode::Kind::kMap) {
      ReadRelationships({node, KeyScope::kColumnTest, &context_}, column);
      return;
    }
    const auto* const found = std::ranges::find(kPlainTests, node.text);
    if (node.kind == YamlNode::Kind::kScalar && found != kPlainTests.end()) {
      const bool is_not_null = found == kPlainTests.begin();
      model_->tests.push_back(
          {.kind = is_not_null ? ModelTest::Kind::kNotNull : ModelTest::Kind::kUnique,
           .column = column});
      return;
    }
    const std::vector<std::string> names = {"not_null", "unique", "relationships"};
    std::string hint = DidYouMean(node.text, names);
    if (hint.empty()) {
      hint = FindConfigurationKey(KeyScope::kModelColumn, "tests")->hint;
    }
    context_.problems.Add(node.position,
                          "a test of a column must be not_null, unique or relationships",
                          hint);
  }

  void ReadRelationships(const ConfigurationSection& test, const std::string& column) {
    const YamlNode* map = test.Section("relationships");
    if (map == nullptr) return;
    const ConfigurationSection section(*map, KeyScope::kRelationships, &context_);
    ModelTest relationships{.kind = ModelTest::Kind::kRelationships, .column = column};
    section.ReadName("to", &relationships.other);
    section.ReadText("column", &relationships.other_column);
    model_->tests.push_back(std::move(relationships));
  }

  void ReadModelTest(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::kMap) {
      context_.problems.Add(node.position, "a test of a model must be a map",
                            "write {row_count: {min: 1}}; not_null and unique belong to "
                            "columns");
      return;
    }
    const ConfigurationSection test(node, KeyScope::kModelTest, &context_);
    const YamlNode* map = test.Section("row_count");
    if (map == nullptr) return;
    const ConfigurationSection section(*map, KeyScope::kRowCount, &context_);
    ModelTest count{.kind = ModelTest::Kind::kRowCount};
    for (const auto& [key, bound] : {std::pair("min", &count.min), {"max", &count.max}}) {
      int64_t number = 0;
      section.ReadNumber(key, &number);
      if (section.Has(key)) *bound = number;
    }
    if (!count.min && !count.max) {
      section.Report(section.position(), "row_count has neither min nor max",
                     "write {row_count: {min: 1}}");
    } else if (count.min && count.max && *count.min > *count.max) {
      section.Report(section.PlaceOf("min"), "min is larger than max");
    }
    model_->tests.push_back(std::move(count));
  }

  ModelFile* model_;
  ReadingContext context_;
};

void Refuse(const arrow::Status& status, ModelFile* model) {
  if (model->status.ok()) model->status = status;
}

void ReadDescription(const std::string& path, const std::string& shown_as,
                     ModelFile* model) {
  const auto text = ReadTextFile(path);
  if (!text.ok()) return Refuse(text.status(), model);
  Refuse(DescriptionReader(path, model).Read(*text, shown_as), model);
}

void ReadSql(const std::string& path, const std::string& shown_as,
             std::string_view ending, ModelFile* model) {
  auto text = ReadTextFile(path);
  if (!text.ok()) return Refuse(text.status(), model);
  if (text->find_first_not_of(" \t\r\n") == std::string::npos) {
    Refuse(Wrong(shown_as, "the file is empty", "write one SELECT"), model);
  }
  for (const QueryOn on : {QueryOn::kEmbedded, QueryOn::kAthena}) {
    const std::string_view own = on == QueryOn::kEmbedded ? kEmbeddedSql : kAthenaSql;
    ModelSql& sql = model->sql[static_cast<size_t>(on)];
    const bool is_common = ending == kSql && sql.text.empty();
    if (ending == own || is_common) sql = {.text = *text, .file = shown_as};
  }
}

void ReadFile(const FileName& name, const std::string& path, const std::string& shown_as,
              ModelFile* model) {
  if (!IsLakeName(name.model)) {
    Refuse(Wrong(shown_as, "the name of the file cannot be a name in the lake",
                 "use lower-case letters, digits and underscores, a letter first"),
           model);
  } else if (name.ending == kYaml) {
    ReadDescription(path, shown_as, model);
  } else if (name.ending == kOtherYaml) {
    Refuse(Wrong(shown_as, "no file of this name is read",
                 "call it " + name.model + ".yaml"),
           model);
  } else {
    ReadSql(path, shown_as, name.ending, model);
  }
}

/// Names of the files of a folder, those for one engine before those for both.
arrow::Result<std::vector<std::string>> ListFiles(const ModelsConfiguration& models) {
  std::error_code error;
  std::vector<std::string> files;
  std::filesystem::directory_iterator entries(models.folder, error);
  for (; !error && entries != std::filesystem::directory_iterator();
       entries.increment(error)) {
    if (entries->is_regular_file(error)) {
      files.push_back(entries->path().filename().string());
    }
  }
  if (error) {
    return MakeError(ErrorKind::kConfiguration,
                     "reading the models: " + error.message() + ": " + models.folder,
                     "make the folder, or name another one with `models: {path: ...}`");
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

arrow::Result<std::vector<ModelFile>> ReadModelFiles(const ModelsConfiguration& models) {
  std::vector<ModelFile> read;
  if (models.folder.empty()) return read;
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> files, ListFiles(models));
  std::map<std::string, ModelFile> by_name;
  for (const std::string& file : files) {
    const auto name = TakeApart(file);
    if (!name) continue;
    ModelFile& model = by_name[name->model];
    model.name = name->model;
    ReadFile(*name, models.folder + "/" + file, models.shown_as + "/" + file, &model);
  }
  for (auto& [name, model] : by_name) {
    const bool has_sql = std::ranges::any_of(
        model.sql, [](const ModelSql& sql) { return !sql.file.empty(); });
    if (!has_sql) {
      Refuse(Wrong(models.shown_as + "/" + name + ".yaml", "there is no SQL beside it",
                   "write " + name + ".sql, or remove the file"),
             &model);
    }
    read.push_back(std::move(model));
  }
  return read;
}

std::map<std::string, std::string> FilesOfModels(const ModelsConfiguration& models) {
  std::map<std::string, std::string> files;
  const auto read = ReadModelFiles(models);
  if (!read.ok()) return files;
  for (const ModelFile& model : *read) {
    for (const ModelSql& sql : model.sql) {
      if (!sql.file.empty()) files.emplace(model.name, sql.file);
    }
  }
  return files;
}

}  // namespace carmilla
