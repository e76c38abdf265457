# `cmake --install`: the program with the libraries that the system does not have, its manual page
# and the completion of three shells. They are written by the program itself, so that they tell
# of the flags that it has.
include(GNUInstallDirs)
set(library_folder "${CMAKE_INSTALL_LIBDIR}/carmilla")

install(PROGRAMS "$<TARGET_FILE:carmilla>" DESTINATION "${CMAKE_INSTALL_BINDIR}")
foreach(library arrow parquet duckdb)
  install(PROGRAMS "$<TARGET_FILE:Carmilla::${library}>" DESTINATION "${library_folder}")
endforeach()

# DuckDB's extension for lakes in buckets, which the engine finds beside its library.
get_target_property(duckdb_file Carmilla::duckdb IMPORTED_LOCATION)
get_filename_component(duckdb_folder "${duckdb_file}" DIRECTORY)
install(FILES "${duckdb_folder}/../extension/httpfs.duckdb_extension"
        DESTINATION "${library_folder}" OPTIONAL)

# Writes what `carmilla <arguments>` prints into a file of the installation.
function(carmilla_install_output file arguments)
  install(CODE "
    set(file \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${file}\")
    get_filename_component(folder \"\${file}\" DIRECTORY)
    file(MAKE_DIRECTORY \"\${folder}\")
    message(STATUS \"Installing: \${file}\")
    execute_process(COMMAND \"$<TARGET_FILE:carmilla>\" ${arguments}
                    OUTPUT_FILE \"\${file}\" COMMAND_ERROR_IS_FATAL ANY)")
endfunction()
carmilla_install_output("${CMAKE_INSTALL_MANDIR}/man1/carmilla.1" "man")
carmilla_install_output("${CMAKE_INSTALL_DATADIR}/bash-completion/completions/carmilla"
                        "completion bash")
carmilla_install_output("${CMAKE_INSTALL_DATADIR}/zsh/site-functions/_carmilla" "completion zsh")
carmilla_install_output("${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d/carmilla.fish"
                        "completion fish")

# The installed program looks for its libraries beside itself only.
file(RELATIVE_PATH library_from_program "/${CMAKE_INSTALL_BINDIR}" "/${library_folder}")
install(CODE "
  file(RPATH_SET
       FILE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/carmilla\"
       NEW_RPATH \"\\\$ORIGIN/${library_from_program}\")")

include(Package)
