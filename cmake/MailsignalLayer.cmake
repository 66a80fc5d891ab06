# mailsignal_layer(NAME SOURCES file... [USES layer...] [LIBRARIES target...])
#
# One folder of src/ as a static library ms_NAME. USES names the layers that it may include and
# call: a test that links the layer as a whole, with only these, proves it (tests/lint).
function(mailsignal_layer name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_library(ms_${name} STATIC ${arg_SOURCES})
  list(TRANSFORM arg_USES PREPEND ms_)
  target_link_libraries(ms_${name} PUBLIC mailsignal_options ${arg_USES} PRIVATE ${arg_LIBRARIES})
  target_include_directories(ms_${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
endfunction()
