# Language level, warnings and floating-point rules of every target, and the one way to declare a folder's library.
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(DAGSIM_CCACHE ccache)
mark_as_advanced(DAGSIM_CCACHE)
if(DAGSIM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${DAGSIM_CCACHE}")
endif()

add_library(dagsim_options INTERFACE)
add_library(dagsim::options ALIAS dagsim_options)
target_include_directories(dagsim_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_features(dagsim_options INTERFACE cxx_std_20)
# The same bytes on every machine: no contraction to fused multiply-add behind our back.
target_compile_options(dagsim_options INTERFACE -ffp-contract=off)

add_library(dagsim_warnings INTERFACE)
target_compile_options(dagsim_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wdouble-promotion -Wformat=2 -Wextra-semi -Wimplicit-fallthrough
  # g++ 12 sees overlapping copies in `"text" + std::string` (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wuseless-cast -Wsuggest-override>
  $<$<BOOL:${DAGSIM_WERROR}>:-Werror>)

# dagsim_library(<folder> SOURCES file… [LINKS dagsim::x…] [PRIVATE_LINKS third-party…])
# declares the static library dagsim::<folder>.
function(dagsim_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(dagsim_${folder} STATIC ${ARG_SOURCES})
  add_library(dagsim::${folder} ALIAS dagsim_${folder})
  target_link_libraries(dagsim_${folder} PUBLIC dagsim::options ${ARG_LINKS})
  foreach(package IN LISTS ARG_PRIVATE_LINKS)
    target_link_libraries(dagsim_${folder} PRIVATE ${package})
  endforeach()
  target_link_libraries(dagsim_${folder} PRIVATE dagsim_warnings)
endfunction()
