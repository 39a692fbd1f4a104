#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/formats/coverage_data.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>

// SQLite wants a file. What can be read can be written, and says the same when it is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  static const std::string path =
      (std::filesystem::temp_directory_path() / ("covey-fuzz-" + std::to_string(::getpid()))).string();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  formats::is_coverage_data(bytes);
  if (!base::write_file_atomic(path, bytes)) std::abort();
  auto read = formats::read_coverage_data(path);
  if (read && formats::write_coverage_data(*read, path, {"1", {}})) {
    auto again = formats::read_coverage_data(path);
    if (!again || again->files.size() != read->files.size()) std::abort();
  }
  ::unlink(path.c_str());
  return 0;
}
