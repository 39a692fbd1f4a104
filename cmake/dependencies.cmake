# Third-party libraries, all from Debian's packages (tools/setup installs them): nothing is fetched here.
set(COVEY_MISSING "")
foreach(package fmt CLI11 nlohmann_json tl-expected tomlplusplus)
  find_package(${package} QUIET)
  if(NOT ${package}_FOUND)
    list(APPEND COVEY_MISSING ${package})
  endif()
endforeach()

# The static archive: a report should not wait for the loader, nor the binary need the library where it runs.
find_path(PCRE2_INCLUDE pcre2.h)
find_library(PCRE2_LIBRARY NAMES libpcre2-8.a pcre2-8)
if(NOT PCRE2_INCLUDE OR NOT PCRE2_LIBRARY)
  list(APPEND COVEY_MISSING pcre2)
endif()

# Static for the same reason.
find_path(SQLITE3_INCLUDE sqlite3.h)
find_library(SQLITE3_LIBRARY NAMES libsqlite3.a sqlite3)
if(NOT SQLITE3_INCLUDE OR NOT SQLITE3_LIBRARY)
  list(APPEND COVEY_MISSING sqlite3)
endif()
find_path(PUGIXML_INCLUDE pugixml.hpp)
find_library(PUGIXML_LIBRARY NAMES libpugixml.a pugixml)
if(NOT PUGIXML_INCLUDE OR NOT PUGIXML_LIBRARY)
  list(APPEND COVEY_MISSING pugixml)
endif()
find_path(MINIZIP_INCLUDE unzip.h PATH_SUFFIXES minizip)
find_library(MINIZIP_LIBRARY NAMES libminizip.a minizip)
find_library(ZLIB_LIBRARY NAMES libz.a z)
if(NOT MINIZIP_INCLUDE OR NOT MINIZIP_LIBRARY OR NOT ZLIB_LIBRARY)
  list(APPEND COVEY_MISSING minizip)
endif()

# Without its network parts where that can be: src/covey/forge/libgit2_offline.cpp says why. The archive's own needs are
# those of Debian's.
find_path(LIBGIT2_INCLUDE git2.h)
find_library(LIBGIT2_ARCHIVE NAMES libgit2.a)
find_library(LIBGIT2_SHARED NAMES git2)
find_library(HTTP_PARSER_LIBRARY NAMES libhttp_parser.a)
find_library(MBEDCRYPTO_LIBRARY NAMES libmbedcrypto.a)
if(LIBGIT2_INCLUDE AND LIBGIT2_ARCHIVE AND HTTP_PARSER_LIBRARY AND MBEDCRYPTO_LIBRARY AND PCRE2_LIBRARY AND ZLIB_LIBRARY)
  set(LIBGIT2_LIBRARY ${LIBGIT2_ARCHIVE} ${PCRE2_LIBRARY} ${ZLIB_LIBRARY} ${HTTP_PARSER_LIBRARY} ${MBEDCRYPTO_LIBRARY})
  # Once for each build directory.
  if(NOT DEFINED COVEY_LIBGIT2_OFFLINE)
    try_compile(COVEY_LIBGIT2_OFFLINE ${CMAKE_BINARY_DIR}/libgit2_offline
      SOURCES ${PROJECT_SOURCE_DIR}/cmake/libgit2_check.cpp ${PROJECT_SOURCE_DIR}/src/covey/forge/libgit2_offline.cpp
      CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${LIBGIT2_INCLUDE}\\;${PROJECT_SOURCE_DIR}/src"
      LINK_LIBRARIES ${LIBGIT2_LIBRARY})
  endif()
endif()
if(NOT COVEY_LIBGIT2_OFFLINE)
  set(LIBGIT2_LIBRARY ${LIBGIT2_SHARED})
  if(LIBGIT2_SHARED)
    message(WARNING "covey: no libgit2.a that can be linked without its network; with the shared one covey starts later")
  endif()
endif()
if(NOT LIBGIT2_INCLUDE OR NOT LIBGIT2_LIBRARY)
  list(APPEND COVEY_MISSING libgit2)
endif()
find_path(ZSTD_INCLUDE zstd.h)
find_library(ZSTD_LIBRARY NAMES libzstd.a zstd)
if(NOT ZSTD_INCLUDE OR NOT ZSTD_LIBRARY)
  list(APPEND COVEY_MISSING zstd)
endif()

# Header only: every user inlines it.
find_path(XXHASH_INCLUDE xxhash.h)
if(NOT XXHASH_INCLUDE)
  list(APPEND COVEY_MISSING xxhash)
endif()

# Headers only: forge loads the library when it first speaks to a forge, for each start of `covey` would wait for it.
find_path(CURL_INCLUDE curl/curl.h)
if(NOT CURL_INCLUDE)
  list(APPEND COVEY_MISSING curl)
endif()

# All of them in one message, for who comes by `pip install .` sees only its end.
if(COVEY_MISSING)
  list(JOIN COVEY_MISSING " " missing)
  message(FATAL_ERROR "covey: not found: ${missing}\nOn Debian, tools/setup installs what Covey is built from.")
endif()

add_library(covey::pcre2 INTERFACE IMPORTED GLOBAL)
target_include_directories(covey::pcre2 INTERFACE ${PCRE2_INCLUDE})
target_link_libraries(covey::pcre2 INTERFACE ${PCRE2_LIBRARY})
add_library(covey::sqlite3 INTERFACE IMPORTED GLOBAL)
target_include_directories(covey::sqlite3 INTERFACE ${SQLITE3_INCLUDE})
# libm for its mathematical functions.
target_link_libraries(covey::sqlite3 INTERFACE ${SQLITE3_LIBRARY} ${CMAKE_DL_LIBS} m)
add_library(covey::pugixml INTERFACE IMPORTED GLOBAL)
target_include_directories(covey::pugixml INTERFACE ${PUGIXML_INCLUDE})
target_link_libraries(covey::pugixml INTERFACE ${PUGIXML_LIBRARY})
add_library(covey::minizip INTERFACE IMPORTED GLOBAL)
target_include_directories(covey::minizip INTERFACE ${MINIZIP_INCLUDE})
target_link_libraries(covey::minizip INTERFACE ${MINIZIP_LIBRARY} ${ZLIB_LIBRARY})
add_library(covey::libgit2 INTERFACE IMPORTED GLOBAL)
target_include_directories(covey::libgit2 INTERFACE ${LIBGIT2_INCLUDE})
target_link_libraries(covey::libgit2 INTERFACE ${LIBGIT2_LIBRARY})
add_library(covey::zstd INTERFACE IMPORTED GLOBAL)
target_include_directories(covey::zstd INTERFACE ${ZSTD_INCLUDE})
target_link_libraries(covey::zstd INTERFACE ${ZSTD_LIBRARY})
add_library(covey::curl INTERFACE IMPORTED GLOBAL)
target_include_directories(covey::curl INTERFACE ${CURL_INCLUDE})
target_link_libraries(covey::curl INTERFACE ${CMAKE_DL_LIBS})
add_library(covey::xxhash INTERFACE IMPORTED GLOBAL)
target_include_directories(covey::xxhash INTERFACE ${XXHASH_INCLUDE})
target_compile_definitions(covey::xxhash INTERFACE XXH_INLINE_ALL)

target_link_libraries(covey_settings INTERFACE tl::expected)

include(python_headers)
