// How a command comes by its configuration.
#pragma once

#include <covey/base/result.hpp>
#include <covey/config/configuration_reader.hpp>
#include <covey/console/option_parser.hpp>

namespace covey::console {

// Declares --rcfile, which every command takes.
void declare_rcfile(OptionParser& parser, std::optional<std::string>& rcfile);

// Declares --debug, which every command of coverage.py's takes. As drop-in some of its options print (DebugOutput); in
// Covey's own manner none does.
void declare_debug(OptionParser& parser, std::optional<std::string>& debug);

// What a command's configuration is read by: --rcfile as it was given, and where and in what environment it was called.
config::ConfigurationRequest configuration_request(const Invocation& invocation,
                                                   const std::optional<std::string>& rcfile);

// read_configuration with what plugins do to it; has printed the warnings.
base::Result<config::Configuration> configure(const config::ConfigurationRequest& request);

// What coverage.py refuses as a run begins: patches and dynamic contexts that there are not.
base::Result<void> check_for_run(const config::Configuration& configuration);

// The words of `text` as a POSIX shell splits them, expanding nothing (Python's shlex.split). Fails on a quote that is
// not closed and on a backslash at the end.
base::Result<config::Strings> shell_words(std::string_view text);

}  // namespace covey::console
