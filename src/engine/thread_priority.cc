#include "engine/thread_priority.h"

#include <sched.h>
#include <sys/resource.h>

namespace carmilla {
namespace {

constexpr int kLowestPriority = 19;

}  // namespace

void GiveWay() { setpriority(PRIO_PROCESS, 0, kLowestPriority); }

void AwaitTurns() {
  if (sched_getscheduler(0) != SCHED_OTHER) return;  // Somebody chose another one.
  const sched_param none{};
  sched_setscheduler(0, SCHED_BATCH, &none);  // Refused, everything is only slower.
}

}  // namespace carmilla
