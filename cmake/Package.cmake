# What programs with tasks of their own are built with, by `find_package(carmilla)`: the public
# headers, those of Arrow, and one archive of all our libraries, which are static. Arrow itself and
# DuckDB are shared and lie beside it; DuckDB is loaded from there when it is needed.
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/carmilla")

install(DIRECTORY "${CMAKE_SOURCE_DIR}/include/carmilla" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
get_target_property(arrow_headers Carmilla::arrow INTERFACE_INCLUDE_DIRECTORIES)
install(DIRECTORY "${arrow_headers}/arrow" DESTINATION "${library_folder}/include"
        FILES_MATCHING PATTERN "*.h")

set(archive_script "CREATE libcarmilla.a\n")
foreach(folder IN LISTS CARMILLA_FOLDERS)
  if(NOT folder STREQUAL "testing")
    string(APPEND archive_script "ADDLIB $<TARGET_FILE:carmilla_${folder}>\n")
  endif()
endforeach()
string(APPEND archive_script
       "ADDLIB $<TARGET_FILE:carmilla_zstd>\n"
       "ADDMOD $<JOIN:$<TARGET_OBJECTS:carmilla_failpoints_inactive>,\nADDMOD >\nSAVE\nEND\n")
file(GENERATE OUTPUT "${CMAKE_BINARY_DIR}/libcarmilla.mri" CONTENT "${archive_script}")
install(CODE "
  execute_process(COMMAND \"${CMAKE_AR}\" -M INPUT_FILE \"${CMAKE_BINARY_DIR}/libcarmilla.mri\"
                  WORKING_DIRECTORY \"${CMAKE_BINARY_DIR}\" COMMAND_ERROR_IS_FATAL ANY)")
install(FILES "${CMAKE_BINARY_DIR}/libcarmilla.a" DESTINATION "${library_folder}")

include(CMakePackageConfigHelpers)
foreach(library arrow parquet)
  get_target_property(file Carmilla::${library} IMPORTED_LOCATION)
  get_filename_component(${library}_file_name "${file}" NAME)
endforeach()
configure_package_config_file("${CMAKE_SOURCE_DIR}/cmake/carmilla-config.cmake.in"
  "${CMAKE_BINARY_DIR}/carmilla-config.cmake" INSTALL_DESTINATION "${package_folder}"
  PATH_VARS library_folder CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/carmilla-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/carmilla-config.cmake"
              "${CMAKE_BINARY_DIR}/carmilla-config-version.cmake"
        DESTINATION "${package_folder}")
