#include "store/errno_error.h"

#include <cerrno>

#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(ErrnoErrorTest, KnowsWhatAPersonCanDo) {
  struct Case {
    int error;
    ErrorKind kind;
    std::string_view hint;
  };
  for (const Case& test : std::initializer_list<Case>{
           {ENOSPC, ErrorKind::kDiskFull, "free some space"},
           {EDQUOT, ErrorKind::kDiskFull, "quota"},
           {EACCES, ErrorKind::kPermission, "right to read and write"},
           {EPERM, ErrorKind::kPermission, "right to read and write"},
           {EROFS, ErrorKind::kPermission, "read-only"},
           {ENOENT, ErrorKind::kNotFound, ""},
           {ENOTDIR, ErrorKind::kIo, "a file stands where a folder is needed"},
           {EISDIR, ErrorKind::kIo, "a folder stands where a file is needed"},
           {EMFILE, ErrorKind::kIo, "ulimit -n"},
           {ENAMETOOLONG, ErrorKind::kIo, "shorter name"},
           {EIO, ErrorKind::kIo, "disk reports a fault"},
           {ELOOP, ErrorKind::kIo, ""},
       }) {
    const arrow::Status status = ErrnoError(test.error, "writing a file", "/lake/x");
    EXPECT_THAT(status, HasKind(test.kind)) << test.error;
    EXPECT_THAT(status, StatusHintHas(test.hint)) << test.error;
  }
}

TEST(ErrnoErrorTest, SaysWhatWasDoneCauseAndPath) {
  EXPECT_EQ(ErrnoError(ENOSPC, "writing a file", "/lake/x").message(),
            "writing a file: No space left on device: /lake/x");
}

}  // namespace
}  // namespace carmilla
