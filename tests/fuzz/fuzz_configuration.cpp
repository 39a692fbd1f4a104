#include <covey/base/file.hpp>
#include <covey/config/configuration_reader.hpp>
#include <cstdint>
#include "require.hpp"
#include "scratch_directory.hpp"

// As each kind of file: what is refused says why.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const char* name : {".coveragerc", ".coveragerc.toml", "setup.cfg", "pyproject.toml"}) {
    config::ConfigurationRequest request;
    request.directory = scratch_directory();
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
