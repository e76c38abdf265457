// expect: these Bytes would view a string that is about to die: keep it with
// context.Text(...)
#include "prelude.h"

#ifdef BAD
size_t Size(const std::string& text) { return carmilla::Bytes(text + "!").size(); }
#else
size_t Size(const std::string& text) { return carmilla::Bytes(text).size(); }
#endif
