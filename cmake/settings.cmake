# What every target shares: the language, the include path and the warnings. Warnings are errors where COVEY_WERROR is
# on (the presets dev, asan-ubsan and ci), never in a user's `pip install`, whose compiler we have not seen.
option(COVEY_WERROR "Treat warnings as errors" OFF)
option(COVEY_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

add_library(covey_settings INTERFACE)
target_compile_features(covey_settings INTERFACE cxx_std_20)
target_include_directories(covey_settings INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(covey_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
# GCC 12 warns of "a" + text under -O3, of lengths that cannot be (its bug 105651, fixed in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(covey_settings INTERFACE -Wno-restrict)
endif()
# Only libraries that something is used of: each that is loaded costs every start of `covey` up to a millisecond.
target_link_options(covey_settings INTERFACE -Wl,--as-needed)
if(COVEY_WERROR)
  target_compile_options(covey_settings INTERFACE -Werror)
endif()
if(COVEY_SANITIZE)
  target_compile_options(covey_settings INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(covey_settings INTERFACE -fsanitize=address,undefined)
endif()

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
