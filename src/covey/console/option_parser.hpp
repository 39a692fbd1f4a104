// The options of one command. Each command declares its own, in the file that has the command.
#pragma once

#include <covey/console/declared_options.hpp>
#include <covey/console/invocation.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace covey::console {

// Names are given as "-m,--module", words for what is missing in the help as in "FILE". What is not given on the
// command line is left as it was, so a variable's initial value is the option's default. The variables must outlive
// parse().
class OptionParser {
 public:
  // `usage` is what follows "covey <command>" in the help's first line, `help` one sentence.
  OptionParser(const std::string& command, const std::string& usage, const std::string& help);

  // Without a value: sets `value` to true.
  void flag(const std::string& names, bool& value, const std::string& help);
  // The opposite of a flag: sets `value` to false. Of the two the last one given wins.
  void unset(const std::string& names, bool& value, const std::string& help);
  void text(const std::string& names, std::optional<std::string>& value, const std::string& word,
            const std::string& help);
  // A whole number, 1 or more.
  void count(const std::string& names, int& value, const std::string& word, const std::string& help);
  // Any number, of which the command checks what it may be.
  void number(const std::string& names, std::optional<double>& value, const std::string& word, const std::string& help);
  // Of what one parse() is given, all, in place of what was there.
  void each(const std::string& names, std::vector<std::string>& values, const std::string& word,
            const std::string& help);
  // Separated by commas; empty ones are dropped. Of an option given twice the last one counts, as in coverage.py.
  void list(const std::string& names, std::vector<std::string>& values, const std::string& word,
            const std::string& help);

  // Says that the option declared last is Covey's alone: as drop-in, coverage.py's may be cut short as if it were not
  // there.
  void own();

  // Whether there is an option of that name, "--module".
  bool has(const std::string& name) const;

  // Takes everything from the first argument that is no option, options that follow it included; without this, such
  // arguments are errors unless words() takes them. A leading "--" stays in `values`: what it means is the command's
  // business. Not as drop-in: there it only ends the options.
  void rest(std::vector<std::string>& values);
  // Takes the arguments that are no options, wherever they stand, in place of what was there. As drop-in, no option is
  // looked for behind the first of them.
  void words(std::vector<std::string>& values);

  // The status to end with where there is nothing more to do: 0 after --help, which it prints, 1 after an error, which
  // it prints too; nothing where the command should go on. As drop-in in the ways of coverage.py's own parser.
  std::optional<int> parse(const Invocation& invocation);

 private:
  void add(const std::string& names, const std::string& word, const std::string& help, DeclaredOption::Take take);

  DeclaredOptions m_options;
};

// --jobs, which every command takes: how much of its work is done at a time. It has nothing to do with --job.
void declare_jobs(OptionParser& parser, int& jobs);

}  // namespace covey::console
