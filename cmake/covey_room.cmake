# covey_room(NAME report DEPENDS base model source [PACKAGES fmt::fmt-header-only ...])
#
# Makes the static library covey_<name> from src/covey/<name>/*.cpp and is, at the same time, the room's include
# allow-list: headers of the named rooms are the only ones its sources may include. covey_write_rooms() writes all
# the lists into rooms.txt in the build directory (build/ci), where tests/layering reads them and fails on any other.
set_property(GLOBAL PROPERTY COVEY_ROOMS "")

function(covey_room)
  cmake_parse_arguments(ROOM "" "NAME" "DEPENDS;PACKAGES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/covey/${ROOM_NAME}/*.cpp)
  # main.cpp is the executable's.
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(covey_${ROOM_NAME} STATIC ${sources})
  target_link_libraries(covey_${ROOM_NAME} PUBLIC covey_settings)
  foreach(room ${ROOM_DEPENDS})
    target_link_libraries(covey_${ROOM_NAME} PUBLIC covey_${room})
  endforeach()
  target_link_libraries(covey_${ROOM_NAME} PRIVATE ${ROOM_PACKAGES})
  covey_allow_includes(${ROOM_NAME} ${ROOM_DEPENDS})
endfunction()

# The allow-list alone, for a room that is not a library of its own (the collector is a Python extension).
function(covey_allow_includes name)
  string(REPLACE ";" " " depends "${ARGN}")
  set_property(GLOBAL APPEND PROPERTY COVEY_ROOMS "${name}: ${depends}")
endfunction()

# To be called once, after all rooms.
function(covey_write_rooms)
  get_property(rooms GLOBAL PROPERTY COVEY_ROOMS)
  string(REPLACE ";" "\n" text "${rooms}")
  file(WRITE ${CMAKE_BINARY_DIR}/rooms.txt "${text}\n")
endfunction()
