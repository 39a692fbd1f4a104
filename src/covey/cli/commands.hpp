// The commands of `covey`, as rows of one table.
#pragma once

#include <covey/console/option_parser.hpp>
#include <span>

namespace covey::cli {

struct Command {
  const char* name;
  const char* help;  // one line
  // Of the invocation's arguments those that follow the command's name are left. Returns the exit status; errors have
  // been printed by then.
  int (*run)(const console::Invocation& invocation);
};

int run_command(const console::Invocation& invocation);       // run_command.cpp
int report_command(const console::Invocation& invocation);    // report_command.cpp
int html_command(const console::Invocation& invocation);      // html_command.cpp
int json_command(const console::Invocation& invocation);      // json_command.cpp
int annotate_command(const console::Invocation& invocation);  // annotate_command.cpp
int xml_command(const console::Invocation& invocation);       // xml_command.cpp
int lcov_command(const console::Invocation& invocation);      // lcov_command.cpp
int convert_command(const console::Invocation& invocation);   // convert_command.cpp
int combine_command(const console::Invocation& invocation);   // combine_command.cpp
int ci_command(const console::Invocation& invocation);        // ci_command.cpp
int check_command(const console::Invocation& invocation);     // check_command.cpp
int erase_command(const console::Invocation& invocation);     // erase_command.cpp
int index_command(const console::Invocation& invocation);     // index_command.cpp
int debug_command(const console::Invocation& invocation);     // debug_command.cpp
int alias_command(const console::Invocation& invocation);     // alias_command.cpp
int session_command(const console::Invocation& invocation);   // session_command.cpp

// The table, in the order that the help shows.
std::span<const Command> commands();

// The whole program: the command named by the first argument, or the help. Returns the exit status.
int run_covey(const console::Invocation& invocation);

}  // namespace covey::cli
