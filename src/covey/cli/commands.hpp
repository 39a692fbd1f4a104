// The commands of `covey`, as rows of one table.
#pragma once

#include <covey/cli/option_parser.hpp>

namespace covey::cli {

struct Command {
  const char* name;
  const char* help;  // one line
  // Takes what follows the command's name; returns the exit status. Errors have been printed by then.
  int (*run)(Arguments arguments);
};

int run_command(Arguments arguments);       // run.cpp
int report_command(Arguments arguments);    // report_command.cpp
int json_command(Arguments arguments);      // json_command.cpp
int annotate_command(Arguments arguments);  // annotate_command.cpp
int xml_command(Arguments arguments);       // xml_command.cpp
int lcov_command(Arguments arguments);      // lcov_command.cpp
int convert_command(Arguments arguments);   // convert_command.cpp
int combine_command(Arguments arguments);   // combine_command.cpp
int erase_command(Arguments arguments);     // erase_command.cpp
int index_command(Arguments arguments);     // index_command.cpp

// The table, in the order that the help shows.
std::span<const Command> commands();

// The whole program: the command named by the first argument, or the help. Returns the exit status.
int run_covey(Arguments arguments);

}  // namespace covey::cli
