# Third-party libraries. What tools/setup.sh unpacked into .deps/ is preferred: those are the
# versions the tests know. Carmilla::duckdb is loaded when it is needed; the targets to link are
#   Carmilla::arrow Carmilla::parquet Carmilla::crypto Carmilla::curl Carmilla::edit
#   Carmilla::pq Carmilla::simdjson Carmilla::ssl Carmilla::xml Carmilla::xxhash Carmilla::yaml Carmilla::zstd spdlog::spdlog fmt::fmt nlohmann_json::nlohmann_json CLI11::CLI11

set(CARMILLA_DEPS "${CMAKE_SOURCE_DIR}/.deps" CACHE PATH "Where tools/setup.sh unpacks")

# Declares an imported shared library of one versioned file.
function(carmilla_import name library include)
  add_library(Carmilla::${name} SHARED IMPORTED GLOBAL)
  set_target_properties(Carmilla::${name} PROPERTIES
    IMPORTED_LOCATION "${library}"
    INTERFACE_INCLUDE_DIRECTORIES "${include}")
endfunction()

if(EXISTS "${CARMILLA_DEPS}/arrow/lib/libarrow.so.2300")
  set(arrow_include "${CARMILLA_DEPS}/arrow/include")
  carmilla_import(arrow "${CARMILLA_DEPS}/arrow/lib/libarrow.so.2300" "${arrow_include}")
  carmilla_import(parquet "${CARMILLA_DEPS}/arrow/lib/libparquet.so.2300" "${arrow_include}")
  set_target_properties(Carmilla::parquet PROPERTIES
    INTERFACE_LINK_LIBRARIES Carmilla::arrow)
else()
  find_package(Arrow 23 QUIET)
  find_package(Parquet 23 QUIET)
  if(NOT Arrow_FOUND OR NOT Parquet_FOUND)
    message(FATAL_ERROR "Arrow and Parquet 23 are missing: run tools/setup.sh")
  endif()
  add_library(Carmilla::arrow ALIAS Arrow::arrow_shared)
  add_library(Carmilla::parquet ALIAS Parquet::parquet_shared)
endif()

if(EXISTS "${CARMILLA_DEPS}/duckdb/lib/libduckdb.so")
  carmilla_import(duckdb "${CARMILLA_DEPS}/duckdb/lib/libduckdb.so"
                  "${CARMILLA_DEPS}/duckdb/include")
else()
  find_library(CARMILLA_DUCKDB_LIBRARY duckdb)
  find_path(CARMILLA_DUCKDB_INCLUDE duckdb.h)
  if(NOT CARMILLA_DUCKDB_LIBRARY OR NOT CARMILLA_DUCKDB_INCLUDE)
    message(FATAL_ERROR "DuckDB is missing: run tools/setup.sh")
  endif()
  carmilla_import(duckdb "${CARMILLA_DUCKDB_LIBRARY}" "${CARMILLA_DUCKDB_INCLUDE}")
endif()

find_package(PkgConfig REQUIRED)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET GLOBAL libpq)
add_library(Carmilla::pq ALIAS PkgConfig::libpq)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET GLOBAL libxxhash)
add_library(Carmilla::xxhash ALIAS PkgConfig::xxhash)
pkg_check_modules(yaml REQUIRED IMPORTED_TARGET GLOBAL yaml-cpp)
add_library(Carmilla::yaml ALIAS PkgConfig::yaml)

pkg_check_modules(libcurl REQUIRED IMPORTED_TARGET GLOBAL libcurl)
add_library(Carmilla::curl ALIAS PkgConfig::libcurl)
pkg_check_modules(pugixml REQUIRED IMPORTED_TARGET GLOBAL pugixml)
add_library(Carmilla::xml ALIAS PkgConfig::pugixml)
pkg_check_modules(libedit REQUIRED IMPORTED_TARGET GLOBAL libedit)
add_library(Carmilla::edit ALIAS PkgConfig::libedit)

find_package(OpenSSL REQUIRED)
add_library(Carmilla::ssl ALIAS OpenSSL::SSL)
add_library(Carmilla::crypto ALIAS OpenSSL::Crypto)
pkg_check_modules(simdjson REQUIRED IMPORTED_TARGET GLOBAL simdjson)
add_library(Carmilla::simdjson ALIAS PkgConfig::simdjson)

# Zstandard's compressor, from its sources, so that files do not depend on the system's. Its names
# are hidden from shared libraries: libcurl brings the system's. With threads, which we do not use,
# it can what the system's can: programs with tasks of their own find it before that one.
file(GLOB zstd_sources CONFIGURE_DEPENDS
  "${CARMILLA_DEPS}/zstd/common/*.c" "${CARMILLA_DEPS}/zstd/compress/*.c")
if(NOT zstd_sources)
  message(FATAL_ERROR "The sources of zstd are missing: run tools/setup.sh")
endif()
add_library(carmilla_zstd STATIC ${zstd_sources})
add_library(Carmilla::zstd ALIAS carmilla_zstd)
target_include_directories(carmilla_zstd SYSTEM INTERFACE "${CARMILLA_DEPS}/zstd")
target_compile_definitions(carmilla_zstd PRIVATE
  ZSTD_MULTITHREAD XXH_NAMESPACE=ZSTD_ ZSTDLIB_VISIBLE= ZSTDERRORLIB_VISIBLE=)
target_compile_options(carmilla_zstd PRIVATE -O3 -w)
set_target_properties(carmilla_zstd PROPERTIES C_VISIBILITY_PRESET hidden)

set(CARMILLA_RDS_ROOTS_FILE "${CARMILLA_DEPS}/rds_roots/rds_roots.pem" CACHE FILEPATH
    "The certificate authorities of Amazon RDS, which the program carries")
if(NOT EXISTS "${CARMILLA_RDS_ROOTS_FILE}")
  message(FATAL_ERROR "The authorities of Amazon RDS are missing: run tools/setup.sh")
endif()

find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
if(CARMILLA_TESTS)
  find_package(GTest REQUIRED)
endif()
if(CARMILLA_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()

# Programs find .deps/ beside the source tree from wherever they are started, and also when
# the whole tree is moved.
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
foreach(folder "" "/tests" "/benchmarks")
  file(RELATIVE_PATH deps_from_folder "${CMAKE_BINARY_DIR}${folder}" "${CARMILLA_DEPS}")
  list(APPEND CMAKE_INSTALL_RPATH "\$ORIGIN/${deps_from_folder}/arrow/lib"
       "\$ORIGIN/${deps_from_folder}/duckdb/lib")
endforeach()
