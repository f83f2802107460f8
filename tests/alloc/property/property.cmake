# SPDX-License-Identifier: GPL-2.0-or-later
# The property test, and copies of it that must fail: against the allocators as they are, against
# shrunken ones, and against ones with a deliberate mistake.
add_library(alloc_property OBJECT
  property/test_property.c property/property_ops.c property/property_draw.c
  property/property_list.c property/property_model.c property/property_wrap.c)
target_link_libraries(alloc_property PRIVATE fragsim_warnings PkgConfig::CMOCKA)
target_include_directories(alloc_property PRIVATE ${CMAKE_SOURCE_DIR}/alloc)

# What the allocators ask of the environment goes through property_wrap.c.
set(wraps "")
foreach(f alloc_pages alloc_pages_bulk free_pages kzalloc kfree dma_map dma_unmap dma_sync bug)
  list(APPEND wraps -Wl,--wrap=mm_native_${f})
endforeach()

# Operations for each combination: sanitizers are slower, not better with more.
set(property_ops 100000)
if(FRAGSIM_SANITIZE)
  set(property_ops 8000)
endif()

function(alloc_property_test name)
  fragsim_test(${name} LABEL prop SOURCES $<TARGET_OBJECTS:alloc_property> ${ARGN} LIBS alloc_native)
  target_link_options(test_${name} PRIVATE ${wraps})
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "FRAGSIM_OPS=${property_ops}")
endfunction()

alloc_property_test(alloc_property)
alloc_property_test(alloc_property_shrunk ${objects})

# alloc_mutant(MISTAKE FILE [DEFINITION]): objects of FILE with a mistake of mutate.sh in
# ${MISTAKE_objects}. Linked before alloc_native, they take the place of the right ones.
function(alloc_mutant mistake file)
  set(source ${CMAKE_SOURCE_DIR}/alloc/${file})
  cmake_path(GET file FILENAME name)
  set(copy ${CMAKE_CURRENT_BINARY_DIR}/${mistake}/${name})
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${mistake})
  add_custom_command(OUTPUT ${copy}
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/mutate.sh ${mistake} ${source} ${copy}
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/mutate.sh ${source} VERBATIM)
  set(mutants "")
  foreach(shift 12 14 16)
    set(target alloc_${mistake}_${shift})
    add_library(${target} OBJECT ${copy})
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/alloc)
    target_compile_definitions(${target} PRIVATE MM_WORLD=native PAGE_SHIFT=${shift} ${ARGN})
    target_link_libraries(${target} PRIVATE fragsim_warnings)
    list(APPEND mutants $<TARGET_OBJECTS:${target}>)
  endforeach()
  set(${mistake}_objects ${mutants} PARENT_SCOPE)
endfunction()

# alloc_must_fail(NAME TARGET STATUS REGEX): TARGET must end with STATUS and say REGEX
function(alloc_must_fail name target status regex)
  add_test(NAME ${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/expect_failure.sh
    ${status} ${regex} $<TARGET_FILE:${target}>)
  set_tests_properties(${name} PROPERTIES LABELS prop TIMEOUT 300)
endfunction()

function(alloc_property_mutant mistake regex)
  set(target mutant_property_${mistake})
  add_executable(${target} $<TARGET_OBJECTS:alloc_property> ${${mistake}_objects})
  target_link_libraries(${target} PRIVATE fragsim_warnings alloc_native PkgConfig::CMOCKA)
  target_link_options(${target} PRIVATE ${wraps})
  alloc_must_fail(alloc_property_${mistake} ${target} any ${regex})
endfunction()

alloc_mutant(lost_put frag_ring.c)
alloc_mutant(double_put page_pool.c)
alloc_mutant(wrong_bias rx/rx_pingpong.c PINGPONG_BIAS=3) # with USHRT_MAX it would take 65535 packets
alloc_mutant(stale_offset page_frag_cache.c)
alloc_mutant(missed_unmap rx/rx_pingpong.c)
alloc_property_mutant(lost_put
  "^# frag_countdown, 4K .*: lost: page [0-9]+ is left of a queue that is gone, [0-9]+ references")
alloc_property_mutant(double_put
  "^# page_pool, 4K .*: overlap: [0-9]+ bytes at 0 of page [0-9]+, of which .* are in use")
alloc_property_mutant(wrong_bias
  "^# pingpong, 4K .*: lost: page [0-9]+ is left of a queue that is gone, 1 references, 0 holders")
alloc_property_mutant(stale_offset
  "^# frag_countup, 4K .*: beyond: a buffer of [0-9]+ bytes at [0-9]+ of page [0-9]+")
alloc_property_mutant(missed_unmap
  "^# pingpong, 4K pages, posted: mapped: page [0-9]+ is freed, but a device can reach it")
add_test(NAME alloc_property_replay COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/property/test_property_replay.sh
  $<TARGET_FILE:test_alloc_property> $<TARGET_FILE:mutant_property_stale_offset> beyond:)
set_tests_properties(alloc_property_replay PROPERTIES LABELS prop TIMEOUT 300)

# Pages that get lost or doubled must show under real threads too.
function(alloc_stress_mutant mistake regex)
  set(target mutant_stress_${mistake})
  add_executable(${target} native/test_stress.c ${${mistake}_objects})
  target_link_libraries(${target} PRIVATE fragsim_warnings alloc_native PkgConfig::CMOCKA
    Threads::Threads)
  alloc_must_fail(alloc_stress_${mistake} ${target} any ${regex})
endfunction()
alloc_stress_mutant(lost_put "frag_count(down|up): [1-9][0-9]* pages, .* not given back")
# With a buffer doubled the threads race: on a busy machine one may crash before the other is told.
alloc_stress_mutant(double_put
  "^page_pool: a buffer was handed out while somebody had it|Segmentation fault")

# Is the sanitizer there at all? 66 is its exit status.
if(FRAGSIM_SANITIZE MATCHES "thread")
  add_executable(test_racy native/test_racy.c)
  target_link_libraries(test_racy PRIVATE fragsim_warnings alloc_native Threads::Threads)
  alloc_must_fail(alloc_racy test_racy 66
    "^SUMMARY: ThreadSanitizer: data race .* in rx_page_alloc_alloc")
endif()
