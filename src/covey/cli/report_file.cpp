#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/report_file.hpp>
#include <cstdio>

namespace covey::cli {

base::Result<void> write_report_file(const std::string& path, std::string_view text, const std::string& kind,
                                     bool quiet) {
  if (path == "-") return print_report(text);
  if (auto made = base::make_directories(std::string(base::dirname(path))); !made) return made;
  if (auto written = base::write_file_atomic(path, text); !written) return written;
  if (!quiet) std::fprintf(stderr, "Wrote %s to %s\n", kind.c_str(), path.c_str());
  return {};
}

}  // namespace covey::cli
