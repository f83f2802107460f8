# SPDX-License-Identifier: GPL-2.0-or-later
# At every build: which commit of SOURCE is built, into HEADER, which changes only when that does.
# "+" at the end: files that git tracks were changed. "unknown": no git, or no checkout.
cmake_minimum_required(VERSION 3.25)
set(commit "")
if(EXISTS ${SOURCE}/.git)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E env GIT_OPTIONAL_LOCKS=0
      git -C ${SOURCE} describe --always --exclude=* --abbrev=12 --dirty=+
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
endif()
if(failed OR NOT commit MATCHES "^[0-9a-f]+[+]?$")
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define FRAGSIM_COMMIT \"@commit@\"\n" @ONLY)
