#include <malloc.h>

#include "cli/application.h"

int main(int argc, char** argv) {
  // Threads come and go with the parts of a table: what the allocator keeps for each of
  // them would add up. They allocate little; batches and pages are Arrow's.
  mallopt(M_ARENA_MAX, 2);
  return carmilla::RunApplication(argc, argv);
}
