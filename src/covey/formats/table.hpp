// The formats, as rows of one table.
#pragma once

#include <covey/formats/report_data.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace covey::formats {

// What writers say beside the coverage itself.
struct WriteOptions {
  std::string version;         // of the tool
  std::string generator;       // "covey 0.1.0: https://…"
  std::string timestamp;       // ISO 8601
  std::int64_t unix_time = 0;  // in milliseconds
  std::string cwd;             // canonical
};

// One format. Its data is either a measurement, lines and arcs by path, which sources must be analysed for, or a
// report; functions of the other kind are null, and so are writers of what is only read.
struct Format {
  const char* name;
  const char* help;                      // one line
  const char* endings;                   // of the names of such files, blank between
  bool (*sniff)(std::string_view head);  // whether a file that begins so is one of these
  base::Result<model::Measurement> (*read_measurement)(const std::string& path);
  base::Result<void> (*write_measurement)(const model::Measurement& measurement, const std::string& path,
                                          const WriteOptions& options);
  base::Result<ReportData> (*read_report)(std::string_view bytes, const ReportPlace& place);
  std::string (*write_report)(const std::vector<model::FileReport>& files, const WriteOptions& options);
};

// All rows, in the order in which sniff_format() asks them.
std::span<const Format> formats();

// By its name; null where there is none.
const Format* find_format(std::string_view name);

// The format that a file of that name is written in; null where its ending is no format's.
const Format* format_of_name(std::string_view path);

// The format that a file of the first k_head_size bytes `head`, or fewer, is read in; null where none takes it for its
// own.
inline constexpr std::size_t k_head_size = 4096;
const Format* sniff_format(std::string_view head);

}  // namespace covey::formats
