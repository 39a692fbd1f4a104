# The CPython extension _covey, for one CPython: that of the environment `pip install` runs in.

# Where the executable `covey` is installed to, with the extension or without.
if(SKBUILD)
  set(COVEY_SCRIPTS_DIR ${SKBUILD_SCRIPTS_DIR})
else()
  set(COVEY_SCRIPTS_DIR bin)
endif()

covey_allow_includes(collector base shard)

option(COVEY_EXTENSION "Build the CPython extension" OFF)
if(NOT COVEY_EXTENSION)
  return()
endif()

# COVEY_PYTHON_INCLUDE_DIRS names the headers where FindPython cannot know them: see python_headers.cmake.
if(NOT COVEY_PYTHON_INCLUDE_DIRS)
  find_package(Python REQUIRED COMPONENTS Interpreter Development.Module)
  set(COVEY_PYTHON_INCLUDE_DIRS ${Python_INCLUDE_DIRS})
else()
  find_package(Python REQUIRED COMPONENTS Interpreter)
endif()
execute_process(
  COMMAND ${Python_EXECUTABLE} -c "import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX')); print(sysconfig.get_config_var('Py_GIL_DISABLED') or 0)"
  OUTPUT_VARIABLE python_facts OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" python_facts "${python_facts}")
list(GET python_facts 0 extension_suffix)
list(GET python_facts 1 free_threaded)

# Which engine is built is decided here, and by no #if: ARCHITECTURE.md, rule 2.
if(free_threaded)
  set(engine_sources engine_none)
elseif(Python_VERSION VERSION_LESS 3.12)
  set(engine_sources engine_trace test_functions)
else()
  set(engine_sources engine_monitoring code_watch branch_events context_events test_functions trails decoded_code)
  if(Python_VERSION VERSION_LESS 3.14)
    list(APPEND engine_sources branch_events_steps ways)
  else()
    list(APPEND engine_sources branch_events_sides)
  endif()
endif()
list(TRANSFORM engine_sources PREPEND ${PROJECT_SOURCE_DIR}/src/covey/collector/)
list(TRANSFORM engine_sources APPEND .cpp)

set(room ${PROJECT_SOURCE_DIR}/src/covey/collector)
add_library(covey_collector MODULE
  ${room}/module.cpp ${room}/compile.cpp ${room}/child_starts.cpp ${room}/filter.cpp ${room}/recorder.cpp ${room}/contexts.cpp
  ${room}/own_run.cpp ${room}/pytest_command.cpp ${engine_sources})
set_target_properties(covey_collector PROPERTIES PREFIX "" OUTPUT_NAME _covey SUFFIX ${extension_suffix})
# SYSTEM: Python's headers are C, and do not hold to our warnings.
target_include_directories(covey_collector SYSTEM PRIVATE ${COVEY_PYTHON_INCLUDE_DIRS})
target_link_libraries(covey_collector PRIVATE covey_shard covey_base)
# The C++ library goes into the extension: loading the shared one would cost every measured process a millisecond, and
# another CPython may come with an older one. The sanitizers must see what it throws.
target_link_options(covey_collector PRIVATE -Wl,--gc-sections -Wl,--exclude-libs,ALL)
if(NOT COVEY_SANITIZE)
  target_link_options(covey_collector PRIVATE -static-libstdc++ -static-libgcc)
endif()
install(TARGETS covey_collector LIBRARY DESTINATION .)
install(FILES ${PROJECT_SOURCE_DIR}/python/covey.pth DESTINATION .)
