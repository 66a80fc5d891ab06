# mailsignal_unit_test(LAYER file.c [LIBRARIES target...]): a Criterion program, linked with that
# layer and those below it.
#
# A leaking Criterion test prints the sanitizer's report and still exits 0, so the report itself
# is what fails the test.
set(MAILSIGNAL_SANITIZER_REPORT
  "LeakSanitizer;AddressSanitizer;ThreadSanitizer;runtime error:;definitely lost")

function(mailsignal_unit_test layer source)
  cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
  if(MAILSIGNAL_SANITIZE MATCHES "thread")
    return() # Criterion cannot start under ThreadSanitizer; tests/threads has plain programs
  endif()
  cmake_path(GET source STEM name)
  set(target ${layer}_${name})
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE ms_${layer} ${arg_LIBRARIES} ${CRITERION_LIBRARY})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
  target_include_directories(${target} SYSTEM PRIVATE ${CRITERION_INCLUDE})
  target_compile_definitions(${target} PRIVATE MAILSIGNAL_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME unit/${layer}/${name} COMMAND ${target})
  set_tests_properties(unit/${layer}/${name} PROPERTIES LABELS unit TIMEOUT 600
    FAIL_REGULAR_EXPRESSION "${MAILSIGNAL_SANITIZER_REPORT}")
endfunction()

# mailsignal_script_test(NAME LABEL script [argument...]): a script that runs the program; it finds
# the binary in $MAILSIGNAL and the source tree in $MAILSIGNAL_SOURCE. Exit status 77 means skipped.
function(mailsignal_script_test name label script)
  add_test(NAME ${name} COMMAND ${script} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS "${label}" TIMEOUT 600 SKIP_RETURN_CODE 77
    ENVIRONMENT "MAILSIGNAL=${CMAKE_BINARY_DIR}/mailsignal;MAILSIGNAL_SOURCE=${CMAKE_SOURCE_DIR}"
    FAIL_REGULAR_EXPRESSION "${MAILSIGNAL_SANITIZER_REPORT}")
endfunction()
