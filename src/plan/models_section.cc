#include "plan/models_section.h"

#include <filesystem>
#include <system_error>

#include "plan/text_file.h"

namespace carmilla {
namespace {

constexpr char kDefaultFolder[] = "models";

}  // namespace

ModelsConfiguration ReadModelsSection(const ConfigurationSection& top) {
  ModelsConfiguration models{.shown_as = kDefaultFolder};
  const std::string& folder = top.context()->folder;
  bool is_named = false;
  std::string anchor = folder;
  if (const YamlNode* map = top.Section("models")) {
    const ConfigurationSection section(*map, KeyScope::kModels, top.context());
    section.ReadChoice("engine", &models.engine);
    section.ReadText("path", &models.shown_as);
    is_named = section.Has("path");
    // What --set says is relative to where the command was given.
    if (is_named && section.Value("path")->position.line == 0) anchor.clear();
  }
  const std::string path = ResolvePath(models.shown_as, anchor);
  std::error_code ignored;
  if (is_named || std::filesystem::is_directory(path, ignored)) models.folder = path;
  return models;
}

}  // namespace carmilla
