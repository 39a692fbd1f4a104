#include <covey/cli/configuration.hpp>
#include <covey/source/exclusion.hpp>

namespace covey::cli {

namespace {

using Kind = OptionKind;
using C = Configuration;
using T = OptionTarget;

constexpr ConfigurationOption k_options[] = {
    {"run", "branch", "branch", Kind::boolean, [](C& c) -> T { return &c.run.branch; }},
    {"run", "command_line", "command_line", Kind::text, [](C& c) -> T { return &c.run.command_line; }},
    {"run", "concurrency", "concurrency", Kind::list, [](C& c) -> T { return &c.run.concurrency; }},
    {"run", "context", "context", Kind::text, [](C& c) -> T { return &c.run.context; }},
    {"run", "core", "core", Kind::text, [](C& c) -> T { return &c.run.core; }},
    {"run", "cover_pylib", "cover_pylib", Kind::boolean, [](C& c) -> T { return &c.run.cover_pylib; }},
    {"run", "data_file", "data_file", Kind::file, [](C& c) -> T { return &c.run.data_file; }},
    {"run", "debug", "debug", Kind::list, [](C& c) -> T { return &c.run.debug; }},
    {"run", "debug_file", "debug_file", Kind::file, [](C& c) -> T { return &c.run.debug_file; }},
    {"run", "disable_warnings", "disable_warnings", Kind::list, [](C& c) -> T { return &c.run.disable_warnings; }},
    {"run", "dynamic_context", "dynamic_context", Kind::text, [](C& c) -> T { return &c.run.dynamic_context; }},
    {"run", "parallel", "parallel", Kind::boolean, [](C& c) -> T { return &c.run.parallel; }},
    {"run", "patch", "patch", Kind::list, [](C& c) -> T { return &c.run.patch; }},
    {"run", "plugins", "plugins", Kind::list, [](C& c) -> T { return &c.run.plugins; }},
    {"run", "relative_files", "relative_files", Kind::boolean, [](C& c) -> T { return &c.run.relative_files; }},
    {"run", "include", "run_include", Kind::list, [](C& c) -> T { return &c.run.include; }},
    {"run", "omit", "run_omit", Kind::list, [](C& c) -> T { return &c.run.omit; }},
    {"run", "sigterm", "sigterm", Kind::boolean, [](C& c) -> T { return &c.run.sigterm; }},
    {"run", "source", "source", Kind::list, [](C& c) -> T { return &c.run.source; }},
    {"run", "source_pkgs", "source_pkgs", Kind::list, [](C& c) -> T { return &c.run.source_pkgs; }},
    {"run", "source_dirs", "source_dirs", Kind::list, [](C& c) -> T { return &c.run.source_dirs; }},
    {"run", "timid", "timid", Kind::boolean, [](C& c) -> T { return &c.run.timid; }},
    {"run", "_crash", "_crash", Kind::text, [](C& c) -> T { return &c.run.crash; }},

    {"report", "exclude_lines", "exclude_list", Kind::regex_list, [](C& c) -> T { return &c.report.exclude_list; }},
    {"report", "exclude_also", "exclude_also", Kind::regex_list, [](C& c) -> T { return &c.report.exclude_also; }},
    {"report", "fail_under", "fail_under", Kind::number, [](C& c) -> T { return &c.report.fail_under; }},
    {"report", "format", "format", Kind::text, [](C& c) -> T { return &c.report.format; }},
    {"report", "ignore_errors", "ignore_errors", Kind::boolean, [](C& c) -> T { return &c.report.ignore_errors; }},
    {"report", "include_namespace_packages", "include_namespace_packages", Kind::boolean,
     [](C& c) -> T { return &c.report.include_namespace_packages; }},
    {"report", "partial_branches_always", "partial_always_list", Kind::regex_list,
     [](C& c) -> T { return &c.report.partial_always_list; }},
    {"report", "partial_branches", "partial_list", Kind::regex_list, [](C& c) -> T { return &c.report.partial_list; }},
    {"report", "partial_also", "partial_also", Kind::regex_list, [](C& c) -> T { return &c.report.partial_also; }},
    {"report", "precision", "precision", Kind::integer, [](C& c) -> T { return &c.report.precision; }},
    {"report", "contexts", "report_contexts", Kind::list, [](C& c) -> T { return &c.report.contexts; }},
    {"report", "include", "report_include", Kind::list, [](C& c) -> T { return &c.report.include; }},
    {"report", "omit", "report_omit", Kind::list, [](C& c) -> T { return &c.report.omit; }},
    {"report", "show_missing", "show_missing", Kind::boolean, [](C& c) -> T { return &c.report.show_missing; }},
    {"report", "skip_covered", "skip_covered", Kind::boolean, [](C& c) -> T { return &c.report.skip_covered; }},
    {"report", "skip_empty", "skip_empty", Kind::boolean, [](C& c) -> T { return &c.report.skip_empty; }},
    {"report", "sort", "sort", Kind::text, [](C& c) -> T { return &c.report.sort; }},

    {"html", "extra_css", "extra_css", Kind::text, [](C& c) -> T { return &c.html.extra_css; }},
    {"html", "directory", "html_dir", Kind::file, [](C& c) -> T { return &c.html.directory; }},
    {"html", "skip_covered", "html_skip_covered", Kind::boolean, [](C& c) -> T { return &c.html.skip_covered; }},
    {"html", "skip_empty", "html_skip_empty", Kind::boolean, [](C& c) -> T { return &c.html.skip_empty; }},
    {"html", "title", "html_title", Kind::text, [](C& c) -> T { return &c.html.title; }},
    {"html", "show_contexts", "show_contexts", Kind::boolean, [](C& c) -> T { return &c.html.show_contexts; }},

    {"xml", "output", "xml_output", Kind::file, [](C& c) -> T { return &c.xml.output; }},
    {"xml", "package_depth", "xml_package_depth", Kind::integer, [](C& c) -> T { return &c.xml.package_depth; }},

    {"json", "output", "json_output", Kind::file, [](C& c) -> T { return &c.json.output; }},
    {"json", "pretty_print", "json_pretty_print", Kind::boolean, [](C& c) -> T { return &c.json.pretty_print; }},
    {"json", "show_contexts", "json_show_contexts", Kind::boolean, [](C& c) -> T { return &c.json.show_contexts; }},

    {"lcov", "output", "lcov_output", Kind::file, [](C& c) -> T { return &c.lcov.output; }},
    {"lcov", "line_checksums", "lcov_line_checksums", Kind::boolean, [](C& c) -> T { return &c.lcov.line_checksums; }},
};

}  // namespace

Configuration::Configuration() {
  report.exclude_list = source::default_exclude();
  report.partial_list = {R"(#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(branch|BRANCH))"};
  report.partial_always_list = {R"(^\s*while (True|1|False|0):)", R"(^\s*if (True|1|False|0):)"};
}

std::string place_of(const Configuration& configuration, const std::string& option) {
  return configuration.file ? *configuration.file + ": " + option : option;
}

std::span<const ConfigurationOption> configuration_options() { return k_options; }

}  // namespace covey::cli
