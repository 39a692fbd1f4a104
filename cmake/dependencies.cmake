# Third-party libraries, all from Debian's packages (tools/setup installs them): nothing is fetched here.
set(COVEY_MISSING "")
foreach(package PkgConfig fmt CLI11 nlohmann_json tl-expected tomlplusplus)
  find_package(${package} QUIET)
  if(NOT ${package}_FOUND)
    list(APPEND COVEY_MISSING ${package})
  endif()
endforeach()

# The library that pkg-config knows as `module`, as the target covey::<name>.
function(covey_pkg name module)
  if(PkgConfig_FOUND)
    pkg_check_modules(${name} QUIET IMPORTED_TARGET ${module})
  endif()
  if(${name}_FOUND)
    add_library(covey::${name} INTERFACE IMPORTED GLOBAL)
    target_link_libraries(covey::${name} INTERFACE PkgConfig::${name})
  else()
    set(COVEY_MISSING ${COVEY_MISSING} ${module} PARENT_SCOPE)
  endif()
endfunction()
covey_pkg(pcre2 libpcre2-8)
covey_pkg(libgit2 libgit2)

# Header only: every user inlines it.
find_path(XXHASH_INCLUDE xxhash.h)
if(NOT XXHASH_INCLUDE)
  list(APPEND COVEY_MISSING xxhash)
endif()

# All of them in one message, for who comes by `pip install .` sees only its end.
if(COVEY_MISSING)
  list(JOIN COVEY_MISSING " " missing)
  message(FATAL_ERROR "covey: not found: ${missing}\nOn Debian, tools/setup installs what Covey is built from.")
endif()

add_library(covey::xxhash INTERFACE IMPORTED GLOBAL)
target_include_directories(covey::xxhash INTERFACE ${XXHASH_INCLUDE})
target_compile_definitions(covey::xxhash INTERFACE XXH_INLINE_ALL)

target_link_libraries(covey_settings INTERFACE tl::expected)

include(python_headers)
