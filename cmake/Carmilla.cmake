# The functions that the CMakeLists.txt files of src/, tests/ and benchmarks/ are made of.

function(carmilla_add_subdirectory_if_present folder)
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
    add_subdirectory(${folder})
  endif()
endfunction()

# One precompiled header for all libraries and one for all tests: the optimisation level is
# part of it, and tests are compiled at -O1.
function(carmilla_precompile target kind)
  if(NOT CARMILLA_PRECOMPILED_HEADERS)
    return()
  endif()
  set(headers <arrow/api.h> <cstdint> <map> <memory> <optional> <string> <string_view>
      <utility> <vector>)
  set(base carmilla_precompiled_${kind})
  if(NOT TARGET ${base})
    set(source "${CMAKE_BINARY_DIR}/${base}.cc")
    file(CONFIGURE OUTPUT "${source}" CONTENT "")
    add_library(${base} OBJECT EXCLUDE_FROM_ALL "${source}")
    target_link_libraries(${base} PRIVATE Carmilla::arrow)
    if(kind STREQUAL "test")
      list(APPEND headers <gmock/gmock.h> <gtest/gtest.h>)
      target_link_libraries(${base} PRIVATE GTest::gmock)
      target_compile_options(${base} PRIVATE -O1)
    endif()
    target_precompile_headers(${base} PRIVATE ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${base})
endfunction()

# carmilla_library(<folder> SOURCES <file>... [DEPENDS <target>...])
#
# Declares the static library carmilla_<folder> with src/ as its include root. DEPENDS are
# public: those of our own folders are written by name (core), others as targets.
function(carmilla_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  set(target carmilla_${folder})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  carmilla_depends(${target} PUBLIC ${ARG_DEPENDS})
  target_link_libraries(${target} PUBLIC Carmilla::arrow)
  carmilla_precompile(${target} library)
endfunction()

# Links a target with our folders by name (core -> carmilla_core) and with other targets.
function(carmilla_depends target scope)
  foreach(dependency IN LISTS ARGN)
    if(IS_DIRECTORY "${CMAKE_SOURCE_DIR}/src/${dependency}")
      set(dependency carmilla_${dependency})
    endif()
    target_link_libraries(${target} ${scope} ${dependency})
  endforeach()
endfunction()

# carmilla_test(<name> SOURCES <file>... [DEPENDS <folder or target>...] [POSTGRES] [S3]
#               [LABELS <label>...] [TIMEOUT <seconds>] [ENVIRONMENT <name=value>...])
#
# Declares a GoogleTest program and one ctest entry for all of it. POSTGRES: the tests find a
# server through CARMILLA_TEST_POSTGRES_ENV (see src/testing/test_database.h). S3: likewise
# through CARMILLA_TEST_S3_ENV (src/testing/test_bucket.h).
function(carmilla_test name)
  if(NOT CARMILLA_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "POSTGRES;S3" "TIMEOUT" "SOURCES;DEPENDS;LABELS;ENVIRONMENT" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/src")
  target_compile_options(${name} PRIVATE -O1)
  target_compile_definitions(${name} PRIVATE CARMILLA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  carmilla_depends(${name} PRIVATE ${ARG_DEPENDS})
  target_link_libraries(${name} PRIVATE carmilla_testing carmilla_failpoints_active
    GTest::gmock_main)
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  carmilla_precompile(${name} test)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set(server)
  if(ARG_S3)
    set(server S3)
  endif()
  carmilla_test_properties(${name} ${ARG_POSTGRES} ${server} TIMEOUT ${ARG_TIMEOUT}
    LABELS ${ARG_LABELS} ENVIRONMENT ${ARG_ENVIRONMENT})
endfunction()

# carmilla_pytest(<name> FILE <file.py> [POSTGRES] [S3] [LABELS <label>...] [TIMEOUT <seconds>]
#                 [ENVIRONMENT <name=value>...])
#
# Declares a ctest entry for an end-to-end test of the built program, which it finds through
# CARMILLA_PROGRAM, in the Python environment of .deps/.
function(carmilla_pytest name)
  if(NOT CARMILLA_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "POSTGRES;S3" "FILE;TIMEOUT;CONFIGURATION" "LABELS;ENVIRONMENT" ${ARGN})
  set(configurations)
  if(ARG_CONFIGURATION)
    set(configurations CONFIGURATIONS ${ARG_CONFIGURATION})
  endif()
  add_test(NAME ${name} ${configurations}
    COMMAND "${CARMILLA_DEPS}/venv/bin/python" -m pytest -q -p no:cacheprovider
            "${CMAKE_CURRENT_SOURCE_DIR}/${ARG_FILE}")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set(server)
  if(ARG_S3)
    set(server S3)
  endif()
  carmilla_test_properties(${name} ${ARG_POSTGRES} ${server} TIMEOUT ${ARG_TIMEOUT}
    LABELS end-to-end ${ARG_LABELS}
    ENVIRONMENT "CARMILLA_PROGRAM=$<TARGET_FILE:carmilla>" PYTHONDONTWRITEBYTECODE=1
                ${ARG_ENVIRONMENT})
endfunction()

# Gives a ctest entry (of whatever program) its environment, labels and servers.
function(carmilla_test_properties name with_postgres)
  cmake_parse_arguments(ARG "S3" "TIMEOUT" "LABELS;ENVIRONMENT" ${ARGN})
  if(CARMILLA_SANITIZER)
    # What Arrow's own allocators do between threads and beside freed memory, sanitizers do not see.
    list(APPEND ARG_ENVIRONMENT ARROW_DEFAULT_MEMORY_POOL=system)
    # Where sanitizers load a library in a program's place, they do not see where it looks for them.
    list(APPEND ARG_ENVIRONMENT "LD_LIBRARY_PATH=${CARMILLA_DEPS}/duckdb/lib")
    # Programs that tests build link the archive of this build.
    list(APPEND ARG_ENVIRONMENT "CXXFLAGS=-fsanitize=${CARMILLA_SANITIZER}")
  endif()
  list(APPEND ARG_ENVIRONMENT
    "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tools/tsan.supp:halt_on_error=1"
    "ASAN_OPTIONS=detect_stack_use_after_return=1"
    "UBSAN_OPTIONS=print_stacktrace=1")
  set(fixtures)
  if(with_postgres)
    list(APPEND ARG_LABELS postgres)
    list(APPEND ARG_ENVIRONMENT "CARMILLA_TEST_POSTGRES_ENV=${CARMILLA_TEST_POSTGRES}/env")
    list(APPEND fixtures postgres_server)
  endif()
  if(ARG_S3)
    list(APPEND ARG_LABELS s3)
    list(APPEND ARG_ENVIRONMENT "CARMILLA_TEST_S3_ENV=${CARMILLA_TEST_S3}/env")
    list(APPEND fixtures s3_server)
  endif()
  if(fixtures)
    set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED "${fixtures}")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "${ARG_ENVIRONMENT}")
endfunction()

# The servers that tests with POSTGRES or S3 share, alive for one run of ctest.
set(CARMILLA_TEST_POSTGRES "${CMAKE_BINARY_DIR}/postgres")
set(CARMILLA_TEST_S3 "${CMAKE_BINARY_DIR}/s3")
function(carmilla_test_server name script folder)
  foreach(action start stop)
    add_test(NAME ${name}_${action}
      COMMAND python3 "${CMAKE_SOURCE_DIR}/tools/${script}" ${action} "${folder}")
  endforeach()
  set_tests_properties(${name}_start PROPERTIES FIXTURES_SETUP ${name})
  set_tests_properties(${name}_stop PROPERTIES FIXTURES_CLEANUP ${name})
endfunction()
if(CARMILLA_TESTS)
  carmilla_test_server(postgres_server postgres_server.py "${CARMILLA_TEST_POSTGRES}")
  carmilla_test_server(s3_server s3_server.py "${CARMILLA_TEST_S3}")
endif()

# carmilla_benchmark(<name> SOURCES <file>... [DEPENDS <folder or target>...])
#
# Declares a Google Benchmark program that `make bench` runs.
function(carmilla_benchmark name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/src")
  carmilla_depends(${name} PRIVATE ${ARG_DEPENDS})
  target_link_libraries(${name} PRIVATE carmilla_failpoints_inactive benchmark::benchmark)
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/benchmarks")
  carmilla_precompile(${name} library)
endfunction()
