// What a command declared of its options, and the two ways to hold arguments to it.
#pragma once

#include <covey/base/result.hpp>
#include <covey/console/invocation.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace covey::console {

struct DeclaredOption {
  // Takes the value that was given; of a flag, which has none, "". Fails, with what is wrong with it, in lower case.
  using Take = std::function<base::Result<void>(const std::string& value)>;

  std::string names;  // "-m,--module"
  std::string word;   // of its value, for the help; empty for a flag
  std::string help;
  Take take;
  bool is_own = false;  // coverage.py's command has none of that name

  bool is_flag() const { return word.empty(); }
};

struct DeclaredOptions {
  std::string command;
  std::string usage;  // what follows the command's name
  std::string help;
  std::vector<DeclaredOption> options;
  std::vector<std::string>* rest = nullptr;   // takes all from the first argument that is no option
  std::vector<std::string>* words = nullptr;  // takes the arguments that are no options
};

// The names of an option, each for itself.
std::vector<std::string> names_of(const DeclaredOption& option);

// Covey's own way, CLI11's. As OptionParser::parse.
std::optional<int> parse_arguments(const DeclaredOptions& declared, const Invocation& invocation);

// coverage.py's way, Python's optparse: long names may be cut short, and options end where something else begins.
std::optional<int> parse_as_drop_in(const DeclaredOptions& declared, const Invocation& invocation);

}  // namespace covey::console
