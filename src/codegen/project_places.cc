#include "codegen/project_places.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <vector>

#include "codegen/cpp_text.h"

namespace carmilla {
namespace {

constexpr std::string_view kVariable = "env:";
constexpr std::string_view kFile = "file:";
constexpr std::string_view kBucket = "s3://";
constexpr std::string_view kHome = "~/";
constexpr char kDatabaseUrl[] = "DATABASE_URL";
/// Where images of Debian have the authorities that all the world trusts.
constexpr char kAuthoritiesInImage[] = "/etc/ssl/certs/ca-certificates.crt";
constexpr char kServiceFileInImage[] = "/run/pg_service.conf";
constexpr char kCommentStart[] = "#     ";

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_./-").find(c) != std::string_view::npos;
}

/// As it stands between double quotes of a shell, in one line.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\"\\$`").find(c) != std::string_view::npos) escaped += '\\';
    escaped += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  }
  return escaped;
}

/// In quotes that every shell knows, as the volumes beside it have them.
std::string DoubleQuotedWord(const std::string& text) {
  return std::ranges::all_of(text, IsPlain) ? text : '"' + Escaped(text) + '"';
}

std::string Normal(const std::filesystem::path& path) {
  std::string normal = path.lexically_normal().string();
  if (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

/// A file or folder of the configuration on both sides, for between double quotes.
struct Mount {
  std::string outside;
  std::string inside;
};

Mount MountOf(const std::string& path, const std::string& name) {
  if (path.starts_with(kHome)) {
    const std::string place = "$HOME/" + Escaped(Normal(path.substr(kHome.size())));
    return {.outside = place, .inside = place};
  }
  if (path.starts_with('/')) return {.outside = Escaped(path), .inside = Escaped(path)};
  const std::filesystem::path project = std::filesystem::path("/srv") / name;
  return {.outside = "$PWD/" + Escaped(Normal(path)),
          .inside = Escaped(Normal(project / path))};
}

std::string Volume(const Mount& mount, std::string_view rights) {
  return "--volume \"" + mount.outside + ":" + mount.inside + std::string(rights) + '"';
}

bool IsBucket(const ProjectPlaces& places) { return places.lake.starts_with(kBucket); }

bool IsVariable(const ProjectPlaces& places) {
  return places.connection.starts_with(kVariable);
}

bool IsFile(const ProjectPlaces& places) { return places.connection.starts_with(kFile); }

/// Whether libpq looks into its service file.
bool NeedsServiceFile(const ProjectPlaces& places) {
  const std::string& text = places.connection;
  if (text.empty()) return places.has_service;
  if (IsVariable(places) || IsFile(places)) return false;
  constexpr std::string_view kKeyword = "service";
  constexpr std::string_view kBefore = " ?&";
  for (size_t at = text.find(kKeyword); at != std::string::npos;
       at = text.find(kKeyword, at + 1)) {
    if (at == 0 || kBefore.find(text[at - 1]) != std::string_view::npos) return true;
  }
  return false;
}

std::vector<std::string> VariablesOf(const ProjectPlaces& places) {
  std::vector<std::string> names;
  if (IsVariable(places)) {
    names = {places.connection.substr(kVariable.size())};
  } else if (places.connection.empty()) {
    names = {"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD"};
    if (places.has_service) names.insert(names.begin(), "PGSERVICE");
  } else if (!IsFile(places)) {
    names = {"PGPASSWORD"};
  }
  if (IsBucket(places)) {
    names.insert(names.end(), {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                               "AWS_SESSION_TOKEN", "AWS_REGION"});
  }
  return names;
}

/// What is mounted, the lake last.
std::vector<std::string> VolumesOf(const ProjectPlaces& places, const std::string& name) {
  constexpr std::string_view kReadOnly = ":ro";
  std::vector<std::string> volumes;
  if (IsFile(places)) {
    const std::string path = places.connection.substr(kFile.size());
    volumes.push_back(Volume(MountOf(path, name), kReadOnly));
  }
  if (NeedsServiceFile(places)) {
    volumes.push_back("--env PGSERVICEFILE=" + std::string(kServiceFileInImage));
    volumes.push_back(Volume({.outside = "${PGSERVICEFILE:-$HOME/.pg_service.conf}",
                              .inside = kServiceFileInImage},
                             kReadOnly));
  }
  if (!places.ca_file.empty()) {
    volumes.push_back(Volume(MountOf(places.ca_file, name), kReadOnly));
  }
  if (!IsBucket(places)) volumes.push_back(Volume(MountOf(places.lake, name), ""));
  return volumes;
}

bool HasPathOfHome(const ProjectPlaces& places) {
  return places.lake.starts_with(kHome) || places.ca_file.starts_with(kHome) ||
         places.connection.starts_with(std::string(kFile) + std::string(kHome));
}

/// One command on as few lines as hold its parts.
std::string CommandLines(const std::vector<std::string>& parts) {
  std::string lines;
  std::string line = kCommentStart + parts.front();
  for (size_t i = 1; i < parts.size(); ++i) {
    if (WidthOf(line + ' ' + parts[i]) + 2 <= kCodeColumns) {
      line += ' ' + parts[i];
    } else {
      lines += line + " \\\n";
      line = kCommentStart + std::string("  ") + parts[i];
    }
  }
  return lines + line + '\n';
}

}  // namespace

std::string DatabaseVariable(const ProjectPlaces& places) {
  return IsVariable(places) ? places.connection.substr(kVariable.size()) : kDatabaseUrl;
}

std::string ReplacedPlaces(const ProjectPlaces& places, size_t indent) {
  const std::string option = '\n' + Blanks(indent) + "--set connections.app.";
  std::string options;
  if (!IsVariable(places)) {
    options += option + "postgres=" + std::string(kVariable) + kDatabaseUrl;
  }
  if (!places.ca_file.empty()) options += option + "ca_file=" + kAuthoritiesInImage;
  return options;
}

std::string RunCommandLines(const ProjectPlaces& places, const std::string& name) {
  std::string lines;
  if (places.lake.starts_with(kHome)) {
    lines = kCommentStart + ("mkdir -p \"" + MountOf(places.lake, name).outside + "\"\n");
  } else if (!IsBucket(places)) {
    lines = kCommentStart + ("mkdir -p " + DoubleQuotedWord(Normal(places.lake)) + '\n');
  }
  std::vector<std::string> parts = {"docker run --rm", "--user \"$(id -u):$(id -g)\""};
  if (HasPathOfHome(places)) parts.emplace_back("--env HOME");
  for (const std::string& variable : VariablesOf(places)) {
    parts.push_back("--env " + variable);
  }
  for (std::string& volume : VolumesOf(places, name)) parts.push_back(std::move(volume));
  parts.push_back(name + " run");
  return lines + CommandLines(parts);
}

std::string LakeFolderInImage(const ProjectPlaces& places, const std::string& name) {
  if (IsBucket(places) || places.lake.starts_with(kHome)) return "";
  return DoubleQuotedWord(Normal(std::filesystem::path("/srv") / name / places.lake));
}

std::string LakeInProject(const ProjectPlaces& places) {
  const std::string lake = Normal(places.lake);
  const bool is_elsewhere = IsBucket(places) || places.lake.starts_with(kHome) ||
                            lake.starts_with('/') || lake.starts_with("..") ||
                            lake == ".";
  return is_elsewhere ? "" : lake;
}

}  // namespace carmilla
