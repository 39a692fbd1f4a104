# COVEY_PYTHON_INCLUDE_DIRS: where the headers lie of the Python that the extension is built for (Python_EXECUTABLE,
# which scikit-build-core sets). That Python is asked at each configuration, so that one build directory can serve one
# Python after another. FindPython would do, but for a Debian CPython unpacked under another root (tools/get-pythons): it
# finds its Python.h, not its pyconfig.h, which that Python.h includes as <x86_64-linux-gnu/python3.14/pyconfig.h>.
if(Python_EXECUTABLE AND NOT DEFINED CACHE{COVEY_PYTHON_INCLUDE_DIRS})
  execute_process(
    COMMAND ${Python_EXECUTABLE} -I -c "
import os, sysconfig
folders = [sysconfig.get_path('include'), sysconfig.get_path('platinclude')]
above = os.path.dirname(folders[0])
multiarch = os.path.join(above, sysconfig.get_config_var('MULTIARCH') or '.', os.path.basename(folders[0]))
if above != '/usr/include' and os.path.exists(os.path.join(multiarch, 'pyconfig.h')):
    folders.append(above)
print(*dict.fromkeys(folders), sep=';')"
    OUTPUT_VARIABLE COVEY_PYTHON_INCLUDE_DIRS
    OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
  list(GET COVEY_PYTHON_INCLUDE_DIRS 0 folder)
  if(NOT EXISTS ${folder}/Python.h)
    message(FATAL_ERROR "covey: ${folder}/Python.h: no such file; ${Python_EXECUTABLE} lacks its headers (Debian: python3-dev)")
  endif()
endif()
