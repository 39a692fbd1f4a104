#include <covey/base/zip.hpp>
#include <cstdint>
#include "scratch_file.hpp"

// Of an archive whose first file is called a.py: no more than was asked for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  constexpr std::size_t k_limit = 100000;
  const ScratchFile file({reinterpret_cast<const char*>(data), size});
  auto read = base::read_zip_member(file.path(), "a.py", k_limit);
  require(read ? read->size() <= k_limit : !read.error().what.empty());
  return 0;
}
