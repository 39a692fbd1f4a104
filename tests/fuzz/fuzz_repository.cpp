#include <sys/stat.h>
#include <covey/base/file.hpp>
#include <covey/forge/git.hpp>
#include <cstdint>
#include "require.hpp"
#include "scratch_directory.hpp"

// git's files, a NUL between one and the next: HEAD, a branch, packed-refs, the configuration, commondir.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  const auto& root = scratch_directory();
  require(base::make_directories(root + "/.git/refs/heads").has_value());
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"HEAD", "refs/heads/main", "packed-refs", "config", "commondir"}) {
    const auto path = root + "/.git/" + name;
    ::unlink(path.c_str());
    const auto text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
    if (!text.empty() || name == std::string_view("HEAD")) require(base::write_file_atomic(path, text).has_value());
  }
  const auto repository = forge::find_repository(root);
  require(repository && repository->root == root);
  const auto& commit = repository->commit;
  require(commit.empty() || commit.size() == 40 || commit.size() == 64);
  require(commit.find_first_not_of("0123456789abcdef") == commit.npos);
  return 0;
}
