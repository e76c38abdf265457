#include "cli/output.h"

#include <poll.h>
#include <unistd.h>

namespace carmilla {

bool IsOutputClosed() {
  pollfd output{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return poll(&output, /*nfds=*/1, /*timeout=*/0) == 1 && (output.revents & POLLERR) != 0;
}

}  // namespace carmilla
