#pragma once

#include <string>

namespace carmilla {

/// Where the database and the lake of a project are, as its configuration says it.
struct ProjectPlaces {
  /// `env:NAME`, `file:PATH`, a connection string without password, or "" for the
  /// variables of libpq.
  std::string connection = "env:DATABASE_URL";
  bool has_service = false;     ///< The variables of libpq name one, PGSERVICE.
  std::string ca_file;          ///< Authorities to trust (PEM), or "".
  std::string lake = "./lake";  ///< A directory, or `s3://bucket/prefix`.
};

/// The variable that holds the database's URL where the project is tested: that of
/// `env:NAME`, else DATABASE_URL.
std::string DatabaseVariable(const ProjectPlaces& places);

/// What has to follow `generate --check` where the only thing known of the database is
/// that variable: a line break, blanks and options for each value of the configuration
/// that means nothing there; "" if there is none.
std::string ReplacedPlaces(const ProjectPlaces& places, size_t indent);

/// The commands that run the image `name` as the configuration in it needs it, as lines
/// of a comment `#     ...`, each with its line break: what it reads is mounted where it
/// looks for it, and variables are passed on.
std::string RunCommandLines(const ProjectPlaces& places, const std::string& name);

/// The folder of the lake in the image `name`, as a word of a shell; "" if it has none
/// of its own.
std::string LakeFolderInImage(const ProjectPlaces& places, const std::string& name);

/// The lake below the folder of the project, such as `lake`; "" if it is elsewhere.
std::string LakeInProject(const ProjectPlaces& places);

}  // namespace carmilla
