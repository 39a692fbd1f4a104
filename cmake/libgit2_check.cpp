// Whether libgit2 can be linked as dependencies.cmake means to.
#include <git2.h>

int main() {
  git_repository* repository = nullptr;
  if (git_libgit2_init() < 0) return 1;
  return git_repository_open_ext(&repository, ".", 0, nullptr) < 0 ? 1 : 0;
}
