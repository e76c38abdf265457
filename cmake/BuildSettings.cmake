# Compiler, warnings, hardening, linker: everything that holds for every target.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

# The program lands in the build folder itself, tests and benchmarks in folders of their own.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

add_compile_options(
  -Wall -Wextra -Wpedantic -Werror
  -Wshadow -Wcast-qual -Wformat=2 -Wundef -Wvla
  # Options are structs with defaults, filled by designated initialisers.
  -Wno-missing-field-initializers
  "$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Woverloaded-virtual;-Wold-style-cast;-Wextra-semi>")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wduplicated-cond -Wlogical-op)
  # Both are wrong about std::string and std::variant in optimised GCC 12 and 13 builds.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Clang tells of what libstdc++ 12 does inside of std::stable_sort.
  add_compile_options(-Wno-overlength-strings -Wno-deprecated-declarations)
endif()

# The same for libraries and programs, so that they can share precompiled headers.
add_compile_options(-fPIE)
add_link_options(-pie)

if(CARMILLA_SANITIZER)
  add_compile_options(-fsanitize=${CARMILLA_SANITIZER} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  # With the thread sanitizer g++ 12 warns of texts that are added to a temporary one.
  if(CARMILLA_SANITIZER STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-array-bounds -Wno-stringop-overflow)
  endif()
  add_link_options(-fsanitize=${CARMILLA_SANITIZER})
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  if(CARMILLA_SANITIZER STREQUAL "thread")
    add_link_options("-Wl,--version-script=${CMAKE_SOURCE_DIR}/cmake/tsan.map")
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS
                      -fstack-protector-strong -fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    add_compile_options(-fcf-protection)
  endif()
  add_link_options(-Wl,-z,relro,-z,now -Wl,-z,noexecstack)
endif()

find_program(CARMILLA_MOLD mold)
if(CARMILLA_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

find_program(CARMILLA_CCACHE ccache)
if(CARMILLA_CCACHE AND NOT CMAKE_C_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${CARMILLA_CCACHE}")
endif()
if(CARMILLA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without these, ccache does not look inside precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env "CCACHE_SLOPPINESS=pch_defines,time_macros"
      "${CARMILLA_CCACHE}")
  add_compile_options("$<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>")
endif()
