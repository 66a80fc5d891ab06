# Language level, warnings, sanitizers, and the switches of the presets.
option(MAILSIGNAL_TESTS "Build the tests" ON)
option(MAILSIGNAL_WERROR "Warnings are errors" OFF)
option(MAILSIGNAL_FUZZ "Build the fuzz targets with libFuzzer (clang)" OFF)
option(MAILSIGNAL_COVERAGE "Instrument for gcov" OFF)
set(MAILSIGNAL_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(mailsignal_options INTERFACE)
target_include_directories(mailsignal_options INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_compile_definitions(mailsignal_options INTERFACE _GNU_SOURCE
  MAILSIGNAL_VERSION="${PROJECT_VERSION}")

set(common_warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla -Wwrite-strings
  -Wpointer-arith -Wformat=2 -Wundef -Wcast-qual -Wdouble-promotion -Wnull-dereference)
set(c_warnings -Wstrict-prototypes -Wmissing-prototypes)
set(gcc_warnings -Wduplicated-cond -Wduplicated-branches -Wlogical-op)
target_compile_options(mailsignal_options INTERFACE
  $<$<COMPILE_LANGUAGE:C>:${common_warnings};${c_warnings}>
  $<$<COMPILE_LANG_AND_ID:C,GNU>:${gcc_warnings}>
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra>
  -fvisibility=hidden -fstack-protector-strong)
if(MAILSIGNAL_WERROR)
  target_compile_options(mailsignal_options INTERFACE -Werror)
endif()
# The hot paths cross the borders of files and layers: without this the whole job takes 5 % longer.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  target_compile_options(mailsignal_options INTERFACE -D_FORTIFY_SOURCE=2)
endif()

if(MAILSIGNAL_SANITIZE)
  target_compile_options(mailsignal_options INTERFACE
    -fsanitize=${MAILSIGNAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(mailsignal_options INTERFACE -fsanitize=${MAILSIGNAL_SANITIZE})
endif()
if(MAILSIGNAL_FUZZ)
  target_compile_options(mailsignal_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(MAILSIGNAL_COVERAGE)
  target_compile_options(mailsignal_options INTERFACE --coverage)
  target_link_options(mailsignal_options INTERFACE --coverage)
endif()
