#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <arrow/status.h>

#include "codegen/model_header.h"
#include "codegen/project_places.h"

namespace carmilla {

struct ProjectFile {
  std::string path;     ///< Below the folder of the project.
  std::string purpose;  ///< For people, in a few words; "" for what nobody opens.
  std::string text;
};

/// kUsage for a name that some part of a project cannot have: it is that of the folder,
/// of a program, of CMake's targets and of an image.
arrow::Status CheckProjectName(const std::string& name);

/// Writes the files of a project with one task, `report` of `model`, in the order in
/// which people are shown them: the header, the task and its test, how they are built,
/// tested and packed, for the database and lake at `places`. Its configuration is not
/// among them.
std::vector<ProjectFile> WriteProjectFiles(const std::string& name,
                                           const ModelHeader& model,
                                           const std::string& report,
                                           const ProjectPlaces& places);

}  // namespace carmilla
