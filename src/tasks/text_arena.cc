#include "carmilla/text_arena.h"

namespace carmilla::internal {

TextArena*& CurrentArena() {
  thread_local TextArena* arena = nullptr;
  return arena;
}

}  // namespace carmilla::internal
