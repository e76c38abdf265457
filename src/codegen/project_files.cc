#include "codegen/project_files.h"

#include <algorithm>
#include <array>

#include "codegen/cpp_text.h"
#include "codegen/task_template.h"
#include "core/error.h"

namespace carmilla {
namespace {

/// Longer names are refused by some file system or registry.
constexpr size_t kMostCharacters = 63;

/// Targets that CMake or its generators have themselves, and the package's own name.
constexpr auto kTakenNames = std::to_array<std::string_view>(
    {"all", "carmilla", "clean", "depend", "edit_cache", "help", "install",
     "list_install_components", "package", "package_source", "preinstall",
     "rebuild_cache", "test"});

constexpr char kCMakeLists[] = R"file(cmake_minimum_required(VERSION 3.25)
project(@NAME@ LANGUAGES CXX)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

# Where it is installed: beside a folder bin/ of the PATH, or -DCMAKE_PREFIX_PATH=FOLDER.
find_package(carmilla REQUIRED)

# A new file in tasks/ is a new task, one in tests/ a new test: nothing is to be done here.
file(GLOB tasks CONFIGURE_DEPENDS tasks/*.cc)
file(GLOB tests CONFIGURE_DEPENDS tests/*.cc)

add_library(@NAME@_tasks OBJECT ${tasks})
target_include_directories(@NAME@_tasks PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
target_link_libraries(@NAME@_tasks PUBLIC carmilla::carmilla)

add_executable(@NAME@ main.cc)
target_link_libraries(@NAME@ PRIVATE @NAME@_tasks)
# An installed program finds the libraries where they were when it was built.
set_target_properties(@NAME@ PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS @NAME@)

enable_testing()
find_package(GTest REQUIRED)
add_executable(@NAME@_test ${tests})
target_link_libraries(@NAME@_test PRIVATE @NAME@_tasks GTest::gmock_main)
add_test(NAME @NAME@_test COMMAND @NAME@_test)
)file";

constexpr char kMain[] = R"file(#include <carmilla/task.h>

int main(int argc, char** argv) { return carmilla::Main(argc, argv); }
)file";

constexpr char kReadme[] = R"file(# @NAME@

Tables of PostgreSQL to Parquet in a lake, and tasks in C++ that join and derive them.

You need Carmilla, installed with its `bin/` on the PATH, and on Debian 12 the packages

    g++ make cmake pkg-config libgtest-dev libgmock-dev libpq-dev libcurl4-openssl-dev libpugixml-dev
    libedit-dev libssl-dev libsimdjson-dev libyaml-cpp-dev libspdlog-dev libfmt-dev libxxhash-dev

Build, test without a database, run:

    cmake -B build && cmake --build build -j
    ctest --test-dir build
    build/@NAME@ list
    build/@NAME@ run @TABLE@ --limit 1000
    build/@NAME@ run
    build/@NAME@ query "SELECT * FROM @TABLE@ LIMIT 10"

`list` names the tasks; `--limit` takes a taste into `carmilla-out/`; `run` alone runs all tasks and copies
the tables of `carmilla.yaml`.

| file | what it is |
|---|---|
| `carmilla.yaml` | where the database and the lake are, and which tables are copied as they are |
| `models/` | tables as structs, written by `build/@NAME@ generate`; run it after each migration |
| `tasks/` | the tasks; `build/@NAME@ generate TABLE --task` begins another one |
| `tests/` | tests of tasks, without a database |
| `Dockerfile` | an image of the program, see its first lines |
| `.github/workflows/ci.yml` | builds the image, runs the tests, holds the headers against the database |
)file";

constexpr char kDockerfile[] = R"file(# syntax=docker/dockerfile:1

# An image of @NAME@. There is no package of Carmilla yet, so it is built from its sources, which
# are given as a second context; that takes a while, once:
#
#     docker build --build-context carmilla=PATH/TO/CARMILLA --tag @NAME@ .
@RUN@
FROM debian:12 AS installed
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git make
WORKDIR /src/carmilla
COPY --from=carmilla . .
RUN rm -rf build .deps && make install PREFIX=/opt/carmilla

FROM installed AS built
WORKDIR /src/@NAME@
COPY . .
RUN cmake -G Ninja -B build -DCMAKE_PREFIX_PATH=/opt/carmilla \
    && cmake --build build \
    && ctest --test-dir build --output-on-failure --no-tests=error \
    && cmake --install build --prefix /opt/@NAME@

FROM debian:12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
      ca-certificates libcurl4 libedit2 libfmt9 libpq5 libpugixml1v5 libsimdjson14 \
      libspdlog1.10 libssl3 libstdc++6 libxxhash0 libyaml-cpp0.7 tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin carmilla@LAKE_FOLDER@
COPY --from=installed /opt/carmilla/lib/carmilla/*.so* \
     /opt/carmilla/lib/carmilla/httpfs.duckdb_extension /opt/carmilla/lib/carmilla/
COPY --from=built /opt/@NAME@/bin/@NAME@ /opt/@NAME@/bin/
COPY carmilla.yaml /srv/@NAME@/
WORKDIR /srv/@NAME@
USER carmilla
ENTRYPOINT ["/opt/@NAME@/bin/@NAME@"]
CMD ["run"]
)file";

constexpr char kWorkflow[] =
    R"file(# Builds the image, which runs the tests, and holds the headers against the database.
#
# In the settings of the repository: the variable CARMILLA_REPOSITORY names the repository with
# Carmilla's sources (OWNER/NAME), CARMILLA_REF the tag or commit to take; the secret
# @VARIABLE@ is that of a database with the same tables, of which the catalog is read.
# Without the secret the headers are not compared.
name: ci
on: [push, pull_request]

permissions:
  contents: read

jobs:
  image:
    runs-on: ubuntu-24.04
    env:
      @VARIABLE@: ${{ secrets.@VARIABLE@ }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/checkout@v4
        with:
          repository: ${{ vars.CARMILLA_REPOSITORY }}
          ref: ${{ vars.CARMILLA_REF }}
          path: .carmilla
      - uses: docker/setup-buildx-action@v3
      - name: Build and test
        uses: docker/build-push-action@v6
        with:
          context: .
          build-contexts: carmilla=.carmilla
          load: true
          tags: @NAME@
          cache-from: type=gha
          cache-to: type=gha,mode=max
      - name: Headers
        if: env.@VARIABLE@ != ''
        run: >
          docker run --rm --env @VARIABLE@ --volume "$PWD:/srv/@NAME@:ro"
          @NAME@ generate --check@REPLACED@
)file";

constexpr char kGitIgnore[] = R"file(/.carmilla/
/.env
/build/
/carmilla-out/
/database_url
@IGNORED_LAKE@)file";

constexpr char kDockerIgnore[] = R"file(.carmilla
.env
.git
.github
build
carmilla-out
database_url
@LEFT_OUT_LAKE@)file";

/// In the Dockerfile.
constexpr char kMakeFolder[] = " \\\n    && install --directory --owner=carmilla ";
/// Of the options in the workflow.
constexpr size_t kIndentOfRun = 10;

/// A file that tells of nothing but the project's names and places.
struct FileTemplate {
  std::string_view path;
  std::string_view purpose;
  std::string_view text;
};

constexpr auto kTemplates = std::to_array<FileTemplate>({
    {"main.cc", "the program: all of carmilla, and the tasks", kMain},
    {"CMakeLists.txt", "how it is built and tested", kCMakeLists},
    {"Dockerfile", "an image of it", kDockerfile},
    {".github/workflows/ci.yml", "builds the image, runs the tests", kWorkflow},
    {"README.md", "", kReadme},
    {".dockerignore", "", kDockerIgnore},
    {".gitignore", "", kGitIgnore},
});

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }
bool IsWordCharacter(char c) { return IsLetter(c) || (c >= '0' && c <= '9'); }

/// Words of lower-case letters and digits with one `-` or `_` between, as images need.
bool IsProjectName(std::string_view name) {
  if (name.empty() || name.size() > kMostCharacters || !IsLetter(name.front())) {
    return false;
  }
  for (size_t i = 0; i < name.size(); ++i) {
    if (IsWordCharacter(name[i])) continue;
    const bool is_between = i + 1 < name.size() && IsWordCharacter(name[i + 1]);
    if ((name[i] != '-' && name[i] != '_') || !is_between) return false;
  }
  return true;
}

}  // namespace

arrow::Status CheckProjectName(const std::string& name) {
  constexpr char kDoing[] = "reading the command line: ";
  if (!IsProjectName(name)) {
    return MakeError(
        ErrorKind::kUsage,
        kDoing + ("no name for a project, its program and its image: " + name),
        "lower-case letters and digits, with a - or _ between: carmilla init "
        "--project shop");
  }
  if (std::ranges::find(kTakenNames, name) != kTakenNames.end()) {
    return MakeError(ErrorKind::kUsage,
                     kDoing + ("a target of CMake or a package has this name: " + name),
                     "choose another one, such as --project my-" + name);
  }
  return arrow::Status::OK();
}

std::vector<ProjectFile> WriteProjectFiles(const std::string& name,
                                           const ModelHeader& model,
                                           const std::string& report,
                                           const ProjectPlaces& places) {
  const std::string header = "models/" + model.path;
  std::vector<ProjectFile> files = {
      {.path = header, .purpose = "the table as a struct", .text = model.text},
      {.path = "tasks/" + model.name + ".cc",
       .purpose = "the task " + report,
       .text = WriteTaskTemplate(model, header, report)},
      {.path = "tests/" + model.name + "_test.cc",
       .purpose = "its test, without a database",
       .text = WriteTaskTestTemplate(model, header, report)}};
  const std::string run = RunCommandLines(places, name);
  const std::string folder = LakeFolderInImage(places, name);
  const std::string lake = LakeInProject(places);
  for (const FileTemplate& file : kTemplates) {
    files.push_back(
        {.path = std::string(file.path),
         .purpose = std::string(file.purpose),
         .text = FillTemplate(
             file.text, {{"NAME", name},
                         {"TABLE", report},
                         {"RUN", run},
                         {"LAKE_FOLDER", folder.empty() ? "" : kMakeFolder + folder},
                         {"VARIABLE", DatabaseVariable(places)},
                         {"REPLACED", ReplacedPlaces(places, kIndentOfRun)},
                         {"IGNORED_LAKE", lake.empty() ? "" : '/' + lake + "/\n"},
                         {"LEFT_OUT_LAKE", lake.empty() ? "" : lake + '\n'}})});
  }
  return files;
}

}  // namespace carmilla
