# Checks of the source tree that run with the tests, and the tests of tools/.

set(tools "${CMAKE_SOURCE_DIR}/tools")

add_test(NAME layers COMMAND python3 "${tools}/check_layers.py")
add_test(NAME layers_test COMMAND python3 "${tools}/check_layers_test.py")
add_test(NAME postgres_server_test COMMAND python3 "${tools}/postgres_server_test.py")
set_tests_properties(layers layers_test postgres_server_test PROPERTIES LABELS tools)

# These two look at what git tracks, with the tools of .deps/: outside a clone they say nothing.
if(EXISTS "${CMAKE_SOURCE_DIR}/.git" AND EXISTS "${CARMILLA_DEPS}/tools/bin/clang-format")
  add_test(NAME format COMMAND "${tools}/check_format.sh")
  add_test(NAME spelling COMMAND "${tools}/check_spelling.sh")
  set_tests_properties(format spelling PROPERTIES LABELS tools)
endif()

if(TARGET carmilla AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT CARMILLA_SANITIZER)
  add_test(NAME hardening COMMAND "${tools}/check_hardening.py" $<TARGET_FILE:carmilla>)
  set_tests_properties(hardening PROPERTIES LABELS tools)
endif()
