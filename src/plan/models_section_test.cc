#include "plan/models_section.h"

#include <gtest/gtest.h>

#include "plan/configuration_fixture.h"

namespace carmilla {
namespace {

constexpr char kTables[] = "tables: [public.t]\n";

ModelsConfiguration Read(const TemporaryFolder& folder, const std::string& text,
                         const std::vector<std::string>& overrides = {}) {
  const std::string file = folder.Write("c.yaml", kShortestHead + text + kTables);
  const auto read = ReadConfiguration(file, overrides);
  EXPECT_THAT(read, IsOk());
  return read.ok() ? read->models : ModelsConfiguration();
}

TEST(ModelsSectionTest, TheUsualFolderIsTakenIfItIsThere) {
  const TemporaryFolder folder;
  EXPECT_EQ(Read(folder, "").folder, "");
  std::filesystem::create_directory(folder.path() + "/models");
  const ModelsConfiguration models = Read(folder, "");
  EXPECT_EQ(models.folder, folder.path() + "/models");
  EXPECT_EQ(models.engine, QueryOn::kEmbedded);
}

TEST(ModelsSectionTest, AFolderMayBeNamedBesideTheConfiguration) {
  const TemporaryFolder folder;
  const ModelsConfiguration models =
      Read(folder, "models: {path: sql, engine: athena}\n");
  EXPECT_EQ(models.folder, folder.path() + "/sql");
  EXPECT_EQ(models.shown_as, "sql");
  EXPECT_EQ(models.engine, QueryOn::kAthena);
}

TEST(ModelsSectionTest, OneOfTheCommandLineIsRelativeToIt) {
  const TemporaryFolder folder;
  EXPECT_EQ(Read(folder, "", {"models.path=there"}).folder, "there");
}

TEST(ModelsSectionTest, AnUnknownEngineIsRefused) {
  std::string text = kShortestHead;
  text.append("models: {engine: athina}\n").append(kTables);
  const auto read = Parse(text);
  EXPECT_THAT(read, StatusMessageHas("engine must be embedded or athena"));
}

}  // namespace
}  // namespace carmilla
