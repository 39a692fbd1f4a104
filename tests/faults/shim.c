/* Preloaded into programs: makes system calls that concern Covey's data fail, from the one after FAULT_AFTER on.

   FAULT_CALLS   which, of: create (a file or directory), open, change (open for writing), fallocate, pwrite, extend (pwrite
                 beyond the file's end), write (the same), rename, map (shared)
   FAULT_ERRNO   with what
   FAULT_AFTER   so many of them go well in each process
   FAULT_WHEN    not before this file is there
   FAULT_PATH    only those of files with this in their path
   FAULT_NAME    only in programs whose name begins so
   FAULT_MARK    a file that is made when the first of them fails
   FAULT_FSTYPE  what fstatfs says that those files lie on; hexadecimal
   FAULT_JUMP    the wall clock's hour is off by -24 to 24 at times, seconds after another
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(name)*)dlsym(RTLD_NEXT, #name))

static int n_calls;

static int is_path(const char* path) {
  const char* wanted = getenv("FAULT_PATH");
  const char* name = getenv("FAULT_NAME");
  if (wanted == NULL || path == NULL || strstr(path, wanted) == NULL) return 0;
  return name == NULL || strncmp(program_invocation_short_name, name, strlen(name)) == 0;
}

static int is_fd(int fd) {
  char link[64], path[4096];
  int before = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  errno = before;
  if (size < 0) return 0;
  path[size] = 0;
  return is_path(path);
}

/* Whether the call is to fail; sets errno then. */
static int fails(const char* call, int concerns) {
  const char* calls = getenv("FAULT_CALLS");
  if (!concerns || calls == NULL || strstr(calls, call) == NULL) return 0;
  const char* when = getenv("FAULT_WHEN");
  if (when != NULL && access(when, F_OK) != 0) return 0;
  if (n_calls++ < atoi(getenv("FAULT_AFTER"))) return 0;
  const char* mark = getenv("FAULT_MARK");
  if (mark != NULL) close(REAL(open)(mark, O_WRONLY | O_CREAT, 0666));
  errno = atoi(getenv("FAULT_ERRNO"));
  return 1;
}

static int open_fails(const char* path, int flags) {
  if ((flags & O_CREAT) != 0 && access(path, F_OK) != 0) return fails("create", is_path(path));
  return fails("open", is_path(path)) || ((flags & O_ACCMODE) != O_RDONLY && fails("change", is_path(path)));
}

#define OPEN(name)                                          \
  int name(const char* path, int flags, ...) {              \
    va_list rest;                                           \
    va_start(rest, flags);                                  \
    mode_t mode = va_arg(rest, mode_t);                     \
    va_end(rest);                                           \
    int before = errno;                                     \
    if (open_fails(path, flags)) return -1;                 \
    errno = before;                                         \
    return REAL(name)(path, flags, mode);                   \
  }
OPEN(open)
OPEN(open64)

int mkdir(const char* path, mode_t mode) { return fails("create", is_path(path)) ? -1 : REAL(mkdir)(path, mode); }

int rename(const char* from, const char* to) { return fails("rename", is_path(to)) ? -1 : REAL(rename)(from, to); }

ssize_t write(int fd, const void* bytes, size_t size) {
  struct stat status;
  if (fd > 2 && fstat(fd, &status) == 0 && lseek(fd, 0, SEEK_CUR) + (off_t)size > status.st_size && fails("write", is_fd(fd)))
    return -1;
  return REAL(write)(fd, bytes, size);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  struct stat status;
  if (fails("pwrite", is_fd(fd))) return -1;
  if (fstat(fd, &status) == 0 && at + (off_t)size > status.st_size && fails("extend", is_fd(fd))) return -1;
  return REAL(pwrite)(fd, bytes, size, at);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t at) { return pwrite(fd, bytes, size, at); }

int fallocate(int fd, int mode, off_t at, off_t size) {
  return fails("fallocate", is_fd(fd)) ? -1 : REAL(fallocate)(fd, mode, at, size);
}
int fallocate64(int fd, int mode, off_t at, off_t size) { return fallocate(fd, mode, at, size); }

void* mmap(void* address, size_t size, int protection, int flags, int fd, off_t at) {
  if (fails("map", (flags & MAP_SHARED) != 0 && fd >= 0 && is_fd(fd))) return MAP_FAILED;
  return REAL(mmap)(address, size, protection, flags, fd, at);
}
void* mmap64(void* address, size_t size, int protection, int flags, int fd, off_t at) {
  return mmap(address, size, protection, flags, fd, at);
}

int fstatfs(int fd, struct statfs* status) {
  int result = REAL(fstatfs)(fd, status);
  const char* type = getenv("FAULT_FSTYPE");
  if (result == 0 && type != NULL && is_fd(fd)) status->f_type = strtol(type, NULL, 16);
  return result;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  static unsigned n;
  int result = REAL(clock_gettime)(clock, now);
  if (clock == CLOCK_REALTIME && getenv("FAULT_JUMP") != NULL) now->tv_sec += ((long)(n++ * 7919 % 49) - 24) * 3600;
  return result;
}
