#include "duck/duck_library.h"

#include <dlfcn.h>

#include <string>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr char kLibrary[] = CARMILLA_DUCKDB_LIBRARY;

arrow::Status NotLoaded() {
  const char* const reason = ::dlerror();
  return MakeError(ErrorKind::kConfiguration,
                   "opening the query engine: DuckDB's library cannot be loaded: " +
                       std::string(reason == nullptr ? kLibrary : reason),
                   "install Carmilla again; from the sources: tools/setup.sh");
}

/// What one process has of the library. It is never unloaded: its threads may still run.
struct Loaded {
  DuckFunctions functions;
  arrow::Status status = Load();

  arrow::Status Load() {
    void* const library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return NotLoaded();
#define CARMILLA_FIND(name)                                                            \
  functions.name =                                                                     \
      reinterpret_cast<decltype(&::duckdb_##name)>(::dlsym(library, "duckdb_" #name)); \
  if (functions.name == nullptr) return NotLoaded();
    CARMILLA_DUCKDB_FUNCTIONS(CARMILLA_FIND)
#undef CARMILLA_FIND
    return arrow::Status::OK();
  }
};

const Loaded& TheOne() {
  static const Loaded loaded;
  return loaded;
}

}  // namespace

arrow::Status LoadDuck() { return TheOne().status; }

const DuckFunctions& Duck() { return TheOne().functions; }

std::string DuckLibraryFile() {
  Dl_info library{};
  const bool is_known =
      ::dladdr(reinterpret_cast<const void*>(Duck().open_ext), &library) != 0 &&
      library.dli_fname != nullptr;
  return is_known ? library.dli_fname : "";
}

}  // namespace carmilla
