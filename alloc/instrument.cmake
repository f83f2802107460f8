# SPDX-License-Identifier: GPL-2.0-or-later
# fragsim_instrument(target): instrument-cc compiles its objects. The flags are known there.
set(FRAGSIM_INSTRUMENT_CC ${CMAKE_CURRENT_LIST_DIR}/instrument-cc CACHE INTERNAL
  "goes before the compiler of instrumented code")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${FRAGSIM_INSTRUMENT_CC})
execute_process(COMMAND ${FRAGSIM_INSTRUMENT_CC} --flags ${CMAKE_C_COMPILER}
  OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(FRAGSIM_INSTRUMENT_FLAGS "${flags}" CACHE INTERNAL "what it adds, as results record it")

function(fragsim_instrument target)
  if(FRAGSIM_SANITIZE MATCHES "thread")
    message(FATAL_ERROR "${target}: the real ThreadSanitizer and the instrumented build define the "
      "same functions; leave instrumented targets out when FRAGSIM_SANITIZE is thread")
  endif()
  set(launcher ${FRAGSIM_INSTRUMENT_CC} ${CMAKE_C_COMPILER_LAUNCHER})
  # fragsim_warnings leaves FRAGSIM_SANITIZE off for a target with FRAGSIM_INSTRUMENTED.
  set_target_properties(${target} PROPERTIES
    FRAGSIM_INSTRUMENTED ON
    INTERPROCEDURAL_OPTIMIZATION OFF
    C_COMPILER_LAUNCHER "${launcher}")
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "[.]c$")
  set_property(SOURCE ${sources} APPEND PROPERTY OBJECT_DEPENDS ${FRAGSIM_INSTRUMENT_CC})
endfunction()
