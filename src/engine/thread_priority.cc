#include "engine/thread_priority.h"

#include <sys/resource.h>

namespace carmilla {
namespace {

constexpr int kLowestPriority = 19;

}  // namespace

void GiveWay() { setpriority(PRIO_PROCESS, 0, kLowestPriority); }

}  // namespace carmilla
