#include <covey/base/printable.hpp>
#include <covey/config/plugins.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/messages.hpp>

namespace covey::console {

void declare_debug(OptionParser& parser, std::optional<std::string>& debug) {
  parser.text("--debug", debug, "OPTS",
              "coverage.py's: as drop-in combine, sys and config print; all else is accepted, and ignored "
              "[$COVERAGE_DEBUG]");
}

void declare_rcfile(OptionParser& parser, std::optional<std::string>& rcfile) {
  parser.text("--rcfile", rcfile, "FILE",
              "configuration file [$COVERAGE_RCFILE, else .coveragerc, .coveragerc.toml, setup.cfg, tox.ini or "
              "pyproject.toml]");
}

config::ConfigurationRequest configuration_request(const Invocation& invocation,
                                                   const std::optional<std::string>& rcfile) {
  config::ConfigurationRequest request;
  request.rcfile = rcfile;
  request.directory = invocation.cwd;
  request.environment = invocation.environment;
  return request;
}

base::Result<config::Configuration> configure(const config::ConfigurationRequest& request) {
  auto loaded = config::read_configuration(request);
  if (!loaded) return tl::unexpected(loaded.error());
  for (const auto& warning : loaded->warnings) print_warning(warning, "");
  for (const auto& warning : config::apply_plugins(loaded->configuration)) print_warning(warning);
  disable_warnings(loaded->configuration.run.disable_warnings);
  return std::move(loaded->configuration);
}

base::Result<void> check_for_run(const config::Configuration& configuration) {
  for (const auto& patch : configuration.run.patch)
    if (patch != "_exit" && patch != "execv" && patch != "fork" && patch != "subprocess")
      return base::fail(base::ErrorKind::usage, "", "Unknown patch " + base::quoted(patch));
  const auto core = configuration.run.core.value_or("ctrace");
  if (core != "ctrace" && core != "pytrace" && core != "sysmon")
    return base::fail(base::ErrorKind::usage, "", "Unknown core value: " + base::quoted(core));
  const auto context = configuration.run.dynamic_context.value_or("none");
  if (!context.empty() && context != "none" && context != "test_function")
    return base::fail(base::ErrorKind::usage, "", "Don't understand dynamic_context setting: " + base::quoted(context));
  return {};
}

base::Result<config::Strings> shell_words(std::string_view text) {
  config::Strings words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (quote == '\'' || (quote != 0 && c == quote)) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\\') {
      if (++i == text.size()) return base::fail(base::ErrorKind::usage, "command_line", "No escaped character");
      // In double quotes a backslash stays before what it need not escape.
      if (quote != 0 && text[i] != '"' && text[i] != '\\') word += '\\';
      word += text[i];
      in_word = true;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      in_word = true;
    } else if (quote == 0 && blank) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) return base::fail(base::ErrorKind::usage, "command_line", "No closing quotation");
  if (in_word) words.push_back(std::move(word));
  return words;
}

}  // namespace covey::console
