// expect: this Json would view a string that is about to die: keep it with
// context.Text(...)
#include "prelude.h"

#ifdef BAD
std::optional<bool> Get(const std::string& text) {
  return carmilla::Json(text + "}").GetBool("$.a");
}
#else
std::optional<bool> Get(const std::string& text) {
  return carmilla::Json(text).GetBool("$.a");
}
#endif
