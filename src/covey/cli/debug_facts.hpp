// What `debug` shows, topic by topic, and the form that it has.
#pragma once

#include <covey/config/configuration.hpp>
#include <covey/console/invocation.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace covey::cli {

// A name of less than 30 characters, and a value or a list of such, one a line.
using DebugFacts = std::vector<std::pair<std::string, std::variant<std::string, std::vector<std::string>>>>;

// "-- config ------…" and "      name: value" a line, as coverage.py lays them out; an empty list is "-none-".
std::string debug_header(const std::string& topic);
std::string debug_text(const DebugFacts& facts);

// Every setting under coverage.py's name for it, in the order of names, as Python would print it.
DebugFacts configuration_facts(config::Configuration& configuration);
// The program, its files, the interpreter and the environment.
DebugFacts system_facts(const config::Configuration& configuration, const console::Invocation& invocation);
// The programs that started this one, the nearest first.
DebugFacts caller_facts();
// The CPython on the path.
DebugFacts python_facts(const console::Invocation& invocation);
// The SQLite that reads and writes data files.
DebugFacts sqlite_facts();

}  // namespace covey::cli
