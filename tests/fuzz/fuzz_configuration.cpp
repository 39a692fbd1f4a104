#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/config/configuration_reader.hpp>
#include <cstdint>
#include <filesystem>
#include "require.hpp"

namespace {

// A directory that is this process's, with the input as a configuration file in it.
struct Directory {
  Directory() { std::filesystem::create_directories(path); }
  ~Directory() { std::filesystem::remove_all(path); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string path = std::filesystem::temp_directory_path() / ("covey-fuzz-" + std::to_string(::getpid()));
};

const std::string& directory() {
  static const Directory made;
  return made.path;
}

}  // namespace

// As each kind of file: what is refused says why.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const char* name : {".coveragerc", ".coveragerc.toml", "setup.cfg", "pyproject.toml"}) {
    config::ConfigurationRequest request;
    request.directory = directory();
    request.environment = base::Environment({"HOME=/home/a", "A=b"});
    request.home = [](const std::string&) { return std::string("/home/a"); };
    const auto path = request.directory + "/" + name;
    require(base::write_file_atomic(path, bytes).has_value());
    auto loaded = config::read_configuration(request);
    require(loaded || !loaded.error().what.empty());
    ::unlink(path.c_str());
  }
  return 0;
}
