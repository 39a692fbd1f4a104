#include <unistd.h>
#include <cerrno>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/commands.hpp>
#include <covey/console/messages.hpp>
#include <covey/interpreters/executables.hpp>
#include <cstdio>
#include <set>

namespace covey::cli {

namespace {

struct AliasOptions {
  bool all = false;
  bool force = false;
  bool remove = false;
};

// The names besides "coverage" that coverage.py installs: coverage3, that of the environment's Python, and those that
// are there.
std::set<std::string> other_names(const std::string& directory) {
  std::set<std::string> names = {"coverage3"};
  for (const auto& name : base::names_in(directory)) {
    if (name.starts_with("coverage-") && console::manner_of(name, base::Environment()) == console::Manner::coverage)
      names.insert(name);
    const bool is_python = name.starts_with("python3.") && name.find_first_not_of("0123456789", 8) == name.npos;
    if (is_python && name.size() > 8) names.insert("coverage-" + name.substr(6));
  }
  return names;
}

bool leads_to(const std::string& link, const std::string& binary) {
  char target[4096];
  const auto size = ::readlink(link.c_str(), target, sizeof target);
  return size > 0 && base::canonical(link) == base::canonical(binary);
}

// Made aside and renamed, so that the name is never without a program.
base::Result<void> add_link(const std::string& link, const std::string& binary, const AliasOptions& options) {
  if (leads_to(link, binary)) return {};
  if (base::exists(link) && !options.force)
    return base::fail(base::ErrorKind::usage, link, "is there already (--force replaces it)");
  const auto aside = link + ".covey-" + base::random_hex(8);
  if (::symlink(std::string(base::basename(binary)).c_str(), aside.c_str()) != 0) return base::fail_errno(aside);
  if (::rename(aside.c_str(), link.c_str()) == 0) return {};
  auto error = base::fail_errno(link);
  ::unlink(aside.c_str());
  return error;
}

base::Result<void> remove_link(const std::string& link, const std::string& binary) {
  if (!leads_to(link, binary)) return {};
  if (::unlink(link.c_str()) != 0) return base::fail_errno(link);
  return {};
}

}  // namespace

int alias_command(const console::Invocation& invocation) {
  AliasOptions options;
  console::OptionParser parser(
      "alias", "[options]",
      "Puts a link `coverage` to covey beside it: called by that name, Covey does as coverage.py does.");
  parser.flag("--all", options.all, "coverage3 and coverage-3.X as well, which coverage.py gives up");
  parser.flag("--force", options.force, "replace what goes by the name now, such as coverage.py's own command");
  parser.flag("--remove", options.remove, "remove the links that lead to covey, and nothing else");
  int jobs = 1;  // accepted: there is nothing to share out
  console::declare_jobs(parser, jobs);
  if (auto status = parser.parse(invocation)) return *status;
  const auto binary = base::join(interpreters::own_directory(), "covey");
  const auto directory = interpreters::own_directory();
  std::vector<std::string> names = {"coverage"};
  if (options.all || options.remove)
    for (const auto& name : other_names(directory)) names.push_back(name);
  for (const auto& name : names) {
    const auto link = base::join(directory, name);
    auto done = options.remove ? remove_link(link, binary) : add_link(link, binary, options);
    if (!done) return console::print_error(done.error());
  }
  return 0;
}

}  // namespace covey::cli
