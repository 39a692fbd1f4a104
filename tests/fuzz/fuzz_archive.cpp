#include <covey/base/tar.hpp>
#include <covey/base/zip.hpp>
#include <cstdint>
#include "scratch_file.hpp"

namespace {

// Holds the reader to its order, and gives up after a while: archives may claim any size.
class Sink : public covey::base::ArchiveSink {
 public:
  covey::base::Result<void> open(const std::string&) override {
    require(!m_is_open);
    m_is_open = true;
    return {};
  }
  covey::base::Result<void> add(const char*, std::size_t size) override {
    constexpr std::size_t k_enough = 1 << 20;
    require(m_is_open);
    m_size += size;
    if (m_size > k_enough) return covey::base::fail(covey::base::ErrorKind::too_large, "", "enough");
    return {};
  }
  covey::base::Result<void> close() override {
    require(m_is_open);
    m_is_open = false;
    return {};
  }

 private:
  bool m_is_open = false;
  std::size_t m_size = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ScratchFile file({reinterpret_cast<const char*>(data), size});
  for (auto* read : {covey::base::read_tar, covey::base::read_zip}) {
    Sink sink;
    auto done = read(file.path(), sink);
    require(done || !done.error().what.empty());
  }
  return 0;
}
