#include "store/folder_facts.h"

#include <sys/stat.h>
#include <sys/statfs.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>

#include "store/directory_probe.h"
#include "store/errno_error.h"

namespace carmilla {
namespace {

using enum FileSystemTrust;

struct KnownFileSystem {
  int64_t magic;
  std::string_view name;
  FileSystemTrust trust;
};

// statfs(2) and linux/magic.h.
constexpr std::array<KnownFileSystem, 18> kKnown{{
    {0xEF53, "ext4", kLocal},
    {0x58465342, "xfs", kLocal},
    {0x9123683E, "btrfs", kLocal},
    {0x2FC12FC1, "zfs", kLocal},
    {0xF2F52010, "f2fs", kLocal},
    {0x794C7630, "overlay", kLocal},
    {0x4D44, "fat", kLocal},
    {0x2011BAB0, "exfat", kLocal},
    {0x6969, "nfs", kRemote},
    {0x517B, "smb", kRemote},
    {0xFF534D42, "cifs", kRemote},
    {0xFE534D42, "smb2", kRemote},
    {0x65735546, "fuse", kRemote},
    {0x01021997, "9p", kRemote},
    {0x00C36400, "ceph", kRemote},
    {0x0BD00BD0, "lustre", kRemote},
    {0x01021994, "tmpfs", kVolatile},
    {0x858458F6, "ramfs", kVolatile},
}};

}  // namespace

FileSystemKind FileSystemOf(int64_t magic) {
  for (const KnownFileSystem& known : kKnown) {
    if (known.magic == magic) {
      return {.name = std::string(known.name), .trust = known.trust};
    }
  }
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "0x%llX",
                static_cast<unsigned long long>(magic));  // NOLINT(google-runtime-int)
  return {.name = text.data()};
}

arrow::Result<FolderFacts> ReadFolderFacts(const std::filesystem::path& path) {
  constexpr char kDoing[] = "looking at the folder";
  FolderFacts facts;
  std::error_code ignored;
  // A relative name has no parent that could be looked at.
  ARROW_ASSIGN_OR_RAISE(facts.folder,
                        NearestFolder(std::filesystem::absolute(path, ignored)));
  facts.exists = std::filesystem::is_directory(path, ignored);
  struct statfs system{};
  if (::statfs(facts.folder.c_str(), &system) != 0) {
    return ErrnoError(errno, kDoing, facts.folder);
  }
  // Some systems keep the number in 32 signed bits.
  constexpr int64_t kMagicBits = 0xFFFFFFFF;
  facts.file_system = FileSystemOf(static_cast<int64_t>(system.f_type) & kMagicBits);
  facts.free_bytes =
      static_cast<int64_t>(system.f_bavail) * static_cast<int64_t>(system.f_bsize);
  struct stat info{};
  if (::stat(facts.folder.c_str(), &info) != 0) {
    return ErrnoError(errno, kDoing, facts.folder);
  }
  facts.is_open_to_all = facts.exists && (info.st_mode & S_IWOTH) != 0;
  return facts;
}

}  // namespace carmilla
