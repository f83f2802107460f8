# SPDX-License-Identifier: GPL-2.0-or-later
# fragsim_instrument(target): its objects call __tsan_*() for every access and
# __sanitizer_cov_trace_pc() for every basic block (models/cpu/access.c defines them). No sanitizer
# library is linked: the flags are for the compiler only, never for the linker.
#
# FRAGSIM_INSTRUMENT_FLAGS is the whole list in one line.
# What the flags are for. tests/models/cpu/test_access.c fails without those the compiler at hand needs;
# the others guard against what other versions do.
#   -fno-builtin            gcc would expand memset and memcpy of constant size without a callback
#   -fno-lto                a link-time gcc drops all callbacks, silently
#   no vectorising, no unrolling, no loop turned into memset: the accesses the source has, one by one
#   clang: reads that precede a write to the same place count too; blocks are not pruned
#   -include instrument.h   memcpy, memmove, memset report what they access
#   -Wno-tsan               gcc warns of fences, which a race detector cannot follow; they are charged
#   -U_FORTIFY_SOURCE       fortified headers would bring __builtin___memcpy_chk() back
set(instrument_common
  -O2 -fsanitize=thread -fno-lto -fno-builtin -fno-unroll-loops -U_FORTIFY_SOURCE)
set(instrument_gnu
  -fsanitize-coverage=trace-pc -fno-tree-vectorize -fno-tree-loop-distribute-patterns
  --param=max-completely-peel-times=0 --param=tsan-instrument-func-entry-exit=0
  -Wno-tsan)
set(instrument_clang
  -fsanitize-coverage=bb,trace-pc,no-prune -fno-vectorize -fno-slp-vectorize
  "SHELL:-mllvm -tsan-instrument-read-before-write=1"
  "SHELL:-mllvm -tsan-instrument-func-entry-exit=0")
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  set(instrument_kind gnu)
elseif(CMAKE_C_COMPILER_ID MATCHES "Clang")
  set(instrument_kind clang)
else()
  message(FATAL_ERROR "instrumented code needs gcc or clang, found ${CMAKE_C_COMPILER_ID}")
endif()
# A user's own allocator is built where this tree may be gone, and by either compiler ($CC):
# FRAGSIM_PLUGIN_FLAGS_GNU and _CLANG leave the -include to whoever knows the folder then.
foreach(kind gnu clang)
  string(TOUPPER ${kind} upper)
  string(REPLACE "SHELL:" "" flags "${instrument_common};${instrument_${kind}}")
  string(REPLACE ";" " " flags "${flags}")
  set(FRAGSIM_PLUGIN_FLAGS_${upper} "${flags}" CACHE INTERNAL "instrumenting, without -include")
endforeach()
string(TOUPPER ${instrument_kind} kind)
set(FRAGSIM_INSTRUMENT_KIND ${kind} CACHE INTERNAL "GNU or CLANG: whose FRAGSIM_PLUGIN_FLAGS these are")
set(instrument_flags ${instrument_common}
  "SHELL:-include ${CMAKE_CURRENT_LIST_DIR}/instrument.h" ${instrument_${instrument_kind}})
set(FRAGSIM_INSTRUMENT_OPTIONS "${instrument_flags}" CACHE INTERNAL "for target_compile_options()")
string(REPLACE "SHELL:" "" instrument_flags "${instrument_flags}")
string(REPLACE ";" " " instrument_flags "${instrument_flags}")
set(FRAGSIM_INSTRUMENT_FLAGS "${instrument_flags}" CACHE INTERNAL "the same for a command line")
set(FRAGSIM_INSTRUMENT_CC ${CMAKE_CURRENT_LIST_DIR}/instrument-cc CACHE INTERNAL
  "goes before the compiler; refuses inline assembler")

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
  target_compile_options(${target} PRIVATE ${FRAGSIM_INSTRUMENT_OPTIONS})
endfunction()
