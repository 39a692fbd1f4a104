#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <covey/analysis/sources.hpp>
#include <covey/base/file.hpp>
#include <covey/base/parallel.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/base/sha3.hpp>
#include <covey/base/version.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/report_outputs.hpp>
#include <covey/console/clock.hpp>
#include <covey/console/messages.hpp>
#include <covey/console/progress.hpp>
#include <covey/report/html.hpp>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace covey::cli {

namespace {

struct HtmlCommandOptions {
  ReportFileOptions file;  // of which the output is a directory
  std::optional<std::string> title;
  std::optional<std::string> extra_css;  // a file to be copied beside the pages
  std::optional<double> precision;
  bool skip_covered = false;
  bool skip_empty = false;
};

std::optional<int> parse_options(const console::Invocation& invocation, HtmlCommandOptions& options) {
  auto& reporting = options.file.reporting;
  console::OptionParser parser("html", "[options] [files]", "Writes pages that show what was covered, line by line.");
  parser.text("-d,--directory", options.file.output, "DIR", "where to write them; htmlcov otherwise");
  parser.text("--title", options.title, "TITLE", "of the pages that list what there is");
  parser.number("--precision", options.precision, "N", "decimals of percentages");
  parser.flag("-q,--quiet", options.file.reporting.quiet, "do not say what was written");
  parser.flag("--show-contexts", reporting.configuration.html.show_contexts, "show which contexts each line ran in");
  parser.flag("--skip-covered", options.skip_covered, "leave out files that are covered whole");
  parser.unset("--no-skip-covered", options.skip_covered, "leave none out for being covered");
  parser.flag("--skip-empty", options.skip_empty, "leave out files without statements");
  declare_fail_under(parser, options.file.fail_under);
  declare_contexts(parser, reporting);
  declare_reporting_options(parser, reporting);
  return parser.parse(invocation);
}

// The options as the configuration has them.
std::optional<int> configure_html(const console::Invocation& invocation, HtmlCommandOptions& options) {
  if (auto status = configure_reporting(invocation, options.file.reporting)) return status;
  const auto& report = options.file.reporting.configuration.report;
  const auto& html = options.file.reporting.configuration.html;
  options.file.output = html.directory;
  options.title = html.title;
  options.extra_css = html.extra_css;
  options.skip_covered = html.skip_covered.value_or(report.skip_covered);
  options.skip_empty = html.skip_empty.value_or(report.skip_empty);
  options.precision = report.precision;
  options.file.fail_under = report.fail_under;
  return std::nullopt;
}

// "my.css" gives "my_cb_0123abcd.css": what changed has another name, as browsers keep style sheets.
std::string name_by_content(const std::string& path, std::string_view content) {
  const auto name = std::string(base::basename(path));
  const auto extension = std::string(base::extension(name));
  return name.substr(0, name.size() - extension.size()) + "_cb_" + base::sha3_256_hex(content).substr(0, 8) + extension;
}

// Where a report's files go.
class HtmlDirectory {
 public:
  static base::Result<HtmlDirectory> make(const std::string& path) {
    if (auto made = base::make_directories(path); !made) return tl::unexpected(made.error());
    HtmlDirectory directory(path);
    // A directory that had something in it may be under version control.
    std::error_code error;
    if (std::filesystem::is_empty(path, error))
      if (auto written = directory.write(".gitignore", "# Created by covey\n*\n"); !written)
        return tl::unexpected(written.error());
    return directory;
  }

  base::Result<void> write(const std::string& name, std::string_view text) const {
    return base::overwrite_file(base::join(m_path, name), text);
  }

  // Fine where there is none.
  base::Result<void> remove(const std::string& name) const {
    const auto path = base::join(m_path, name);
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
    return base::fail(base::ErrorKind::io, path, std::strerror(errno));
  }

 private:
  explicit HtmlDirectory(std::string path) : m_path(std::move(path)) {}

  std::string m_path;
};

// Copies the user's style sheet, where there is one, and returns its name there.
base::Result<std::string> copy_extra_css(const HtmlDirectory& directory, const std::optional<std::string>& path) {
  if (!path || path->empty()) return std::string();
  auto css = base::read_file(*path);
  if (!css) return tl::unexpected(css.error());
  auto name = name_by_content(*path, *css);
  if (auto written = directory.write(name, *css); !written) return tl::unexpected(written.error());
  return name;
}

base::Result<void> write_source_page(const report::HtmlReport& report, std::size_t index,
                                     const HtmlDirectory& directory) {
  const auto source = analysis::read_source(report.shown()[index]->path, 0);
  if (source.error) return tl::unexpected(*source.error);
  const auto page = report.source_page(index, source.text);
  return directory.write(page.name, page.text);
}

// Pages of an earlier report, of files that this one leaves out.
base::Result<void> remove_skipped(const report::HtmlReport& report, const std::vector<model::FileReport>& files,
                                  const HtmlDirectory& directory) {
  auto shown = report.shown().begin();
  for (const auto& file : files) {
    if (shown != report.shown().end() && *shown == &file) {
      ++shown;
    } else if (auto removed = directory.remove(report::html_page_name(file.name)); !removed) {
      return removed;
    }
  }
  return {};
}

report::HtmlOptions page_options(const config::Configuration& configuration, int precision) {
  const auto& report = configuration.report;
  const auto& html = configuration.html;
  report::HtmlOptions options;
  options.title = html.title;
  options.generator = "covey v" + std::string(base::k_version);
  options.created = console::local_minute_text(console::unix_now());
  options.precision = precision;
  options.skip_covered = html.skip_covered.value_or(report.skip_covered);
  options.skip_empty = html.skip_empty.value_or(report.skip_empty);
  return options;
}

// Several at a time, the index pages first: they take longest. Fails as the first of them did that failed.
base::Result<void> write_pages(const report::HtmlReport& report, const HtmlDirectory& directory, int jobs) {
  const auto n_index = report.n_index_pages();
  std::vector<base::Result<void>> written(n_index + report.shown().size());
  const auto one_done = console::show_progress("writing pages,", written.size());
  base::for_each_index(written.size(), jobs, [&](auto i, auto) {
    if (i < n_index) {
      const auto page = report.index_page(i);
      written[i] = directory.write(page.name, page.text);
    } else {
      written[i] = write_source_page(report, i - n_index, directory);
    }
    one_done();
  });
  const auto failed = std::find_if(written.begin(), written.end(), [](const auto& each) { return !each; });
  return failed != written.end() ? *failed : base::Result<void>();
}

base::Result<void> write_html(const OutputRequest& request) {
  const auto& files = request.files;
  auto options = page_options(request.configuration, request.precision);
  auto directory = HtmlDirectory::make(request.destination);
  if (!directory) return tl::unexpected(directory.error());
  auto extra_css = copy_extra_css(*directory, request.configuration.html.extra_css);
  if (!extra_css) return tl::unexpected(extra_css.error());
  options.extra_css = *extra_css;
  const report::HtmlReport report(files, options);
  if (auto removed = remove_skipped(report, files, *directory); !removed) return removed;
  if (auto written = directory->write(std::string(report::k_html_style_name), report::html_style()); !written)
    return written;
  return write_pages(report, *directory, request.jobs);
}

// On a terminal the path is a link, as coverage.py has it.
std::string written_note(const std::string& path, const std::string& cwd) {
  auto shown = base::harmless(path);
  if (::isatty(STDOUT_FILENO) != 0)
    shown = "\033]8;;file://" + base::harmless(base::absolute(path, cwd)) + "\a" + shown + "\033]8;;\a";
  return "Wrote HTML report to " + shown;
}

bool is_any_context_named(const std::vector<model::FileReport>& files) {
  for (const auto& file : files)
    for (const auto& [name, lines] : file.contexts)
      if (!name.empty()) return true;
  return false;
}

}  // namespace

base::Result<WrittenReport> write_html_output(const OutputRequest& request) {
  if (request.configuration.html.show_contexts && !is_any_context_named(request.files))
    console::print_warning("No contexts were measured", "");
  if (auto written = write_html(request); !written) return tl::unexpected(written.error());
  return WrittenReport{"", written_note(base::join(request.destination, "index.html"), request.invocation.cwd)};
}

int html_command(const console::Invocation& invocation) {
  HtmlCommandOptions options;
  if (auto status = parse_options(invocation, options)) return *status;
  if (auto status = configure_html(invocation, options)) return *status;
  if (auto status = parse_options(invocation, options)) return *status;
  auto precision = checked_precision(options.precision.value_or(0));
  if (!precision) return console::print_error(precision.error());
  options.file.precision = *precision;
  auto& html = options.file.reporting.configuration.html;
  html.title = options.title.value_or("");
  html.extra_css = options.extra_css;
  html.skip_covered = options.skip_covered;
  html.skip_empty = options.skip_empty;
  options.file.reporting.show_contexts = html.show_contexts;
  return write_one_report(invocation, options.file, write_html_output, judged_total);
}

}  // namespace covey::cli
