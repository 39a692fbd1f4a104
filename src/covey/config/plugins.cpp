#include <algorithm>
#include <covey/config/plugins.hpp>
#include <covey/config/python_text.hpp>
#include <covey/source/exclusion.hpp>
#include <string_view>

namespace covey::config {

namespace {

constexpr std::string_view k_covdefaults = "covdefaults";

// What its pragmas know: os.name, sys.platform and sys.implementation.name. Those of CPython on Linux are ours.
constexpr std::pair<const char*, bool> k_platforms[] = {
    {"nt", false},   {"posix", true},  {"cygwin", false}, {"darwin", false}, {"linux", true},
    {"msys", false}, {"win32", false}, {"cpython", true}, {"pypy", false},
};

// Lines that do not count: whatever the project, and pragmas for platforms.
Strings default_exclusions() {
  Strings patterns = {
      R"(# pragma: no cover\b)",
      R"(^\s*raise (?:AssertionError|NotImplementedError)\b)",
      R"(^\s*return NotImplemented\b)",
      R"(^\s*raise$)",
      R"(^\s*if (?:False|TYPE_CHECKING):)",
      R"(: \.\.\.(?:\s*#.*)?$)",
      R"(^ +\.\.\.$)",
      R"(-> ['"]?NoReturn['"]?:)",
      R"(^\s*assert_never\b)",
      R"(^if __name__ == ['"]__main__['"]:$)",
  };
  for (auto [platform, is_ours] : k_platforms)
    patterns.push_back(std::string("# pragma: ") + platform + (is_ours ? " no cover\\b" : " cover\\b"));
  return patterns;
}

Strings default_partial_branches() {
  std::string platforms;
  for (auto [platform, is_ours] : k_platforms) platforms += (platforms.empty() ? "" : "|") + std::string(platform);
  return {
      R"(# pragma: no branch\b)",
      "# pragma: (?:" + platforms + R"() (?:no )?cover\b)",
      R"(# pragma: (?:[<>]=?|[!=]=)\d+\.\d+ cover\b)",
  };
}

// An expression for the decimal numbers below `limit`, or above it: those with other digits at the first place where
// they differ, and those with fewer, or more, digits.
std::string numbers_beside(int limit, bool below) {
  const auto digits = std::to_string(limit);
  const auto n = digits.size();
  std::string choices;
  auto add = [&](const std::string& choice) { choices += (choices.empty() ? "" : "|") + choice; };
  for (std::size_t i = 0; i < n; ++i) {
    const char digit = digits[i];
    if (digit == (below ? '0' : '9')) continue;
    const auto range = below ? std::string("[0-") + static_cast<char>(digit - 1) + "]"
                             : std::string("[") + static_cast<char>(digit + 1) + "-9]";
    const auto rest = n - i - 1;
    add(digits.substr(0, i) + range + (rest > 0 ? "\\d{" + std::to_string(rest) + "}" : ""));
  }
  if (!below) add("\\d{" + std::to_string(n + 1) + ",}");
  if (below && n > 1) add("\\d{1," + std::to_string(n - 1) + "}");
  return "(?:" + choices + ")";
}

// Pragmas whose condition does not hold for this version: what they mark is not run.
Strings version_exclusions(std::uint32_t python) {
  const int major = static_cast<int>(python >> 24);
  const int minor = static_cast<int>((python >> 16) & 0xff);
  const auto own = std::to_string(major) + "\\." + std::to_string(minor);
  const auto same_major = std::to_string(major) + "\\.";
  auto pragma = [](const std::string& condition) { return "# pragma: " + condition + " cover\\b"; };
  Strings patterns;
  for (bool below : {true, false}) {
    const std::string sign = below ? "<" : ">";
    patterns.push_back(pragma(sign + "=?" + numbers_beside(major, below) + "\\.\\d+"));
    patterns.push_back(pragma(sign + "=?" + same_major + numbers_beside(minor, below)));
    patterns.push_back(pragma(sign + own));
  }
  patterns.push_back(pragma("!=" + own));
  patterns.push_back(pragma("==(?!" + own + ")\\d+\\.\\d+"));
  return patterns;
}

void extend(Strings& values, const Strings& added) {
  values.insert(values.end(), added.begin(), added.end());
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

void remove(Strings& values, const Strings& removed) {
  std::erase_if(values, [&](const std::string& value) {
    return std::find(removed.begin(), removed.end(), value) != removed.end();
  });
}

Strings words_of(std::string_view text) {
  Strings words;
  for (auto line : split_lines(text))
    for (auto word : split(line, ' '))
      if (auto clean = stripped(word); !clean.empty()) words.emplace_back(clean);
  return words;
}

void apply_covdefaults(Configuration& configuration) {
  auto& [run, report, html, xml, json, lcov, paths, plugin_options, file, attempted, read] = configuration;
  run.branch = true;
  report.show_missing = true;
  report.skip_covered = true;
  if (!run.source) run.source = {"."};
  extend(run.omit, {"*/__main__.py", "*/setup.py"});
  for (const auto& [plugin, options] : plugin_options)
    for (const auto& [name, value] : options)
      if (plugin == k_covdefaults && name == "subtract_omit") remove(run.omit, words_of(value));
  extend(report.exclude_list, default_exclusions());
  remove(report.exclude_list, source::default_exclude());  // its own pragma is stricter
  extend(report.partial_list, default_partial_branches());
  if (report.fail_under == 0) report.fail_under = 100;
  report.has_covdefaults = true;
}

}  // namespace

Strings apply_plugins(Configuration& configuration) {
  Strings warnings;
  for (const auto& plugin : configuration.run.plugins) {
    if (plugin == k_covdefaults) {
      apply_covdefaults(configuration);
    } else {
      warnings.push_back(
          "plugin " + plugin +
          ": cannot be loaded, plugins of coverage.py are Python; files that it traces, its contexts and "
          "its settings are missing");
    }
  }
  return warnings;
}

Strings exclude_patterns(const Configuration& configuration, std::uint32_t python) {
  auto patterns = configuration.report.exclude_list;
  if (configuration.report.has_covdefaults) extend(patterns, version_exclusions(python));
  return patterns;
}

Strings partial_patterns(const Configuration& configuration) {
  auto patterns = configuration.report.partial_list;
  const auto& always = configuration.report.partial_always_list;
  patterns.insert(patterns.end(), always.begin(), always.end());
  return patterns;
}

}  // namespace covey::config
