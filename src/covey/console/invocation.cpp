#include <unistd.h>
#include <covey/base/path.hpp>
#include <covey/console/invocation.hpp>
#include <utility>

namespace covey::console {

namespace {

constexpr std::string_view k_coverage = "coverage";

// "3.14" of coverage-3.14.
bool is_python_version(std::string_view text) {
  constexpr auto k_digits = "0123456789";
  return text.starts_with("3.") && text.size() > 2 && text.find_first_not_of(k_digits, 2) == text.npos;
}

bool names_coverage(std::string_view program) {
  if (!program.starts_with(k_coverage)) return false;
  const auto rest = program.substr(k_coverage.size());
  return rest.empty() || rest == "3" || (rest.starts_with('-') && is_python_version(rest.substr(1)));
}

base::Environment environment_of_process() {
  std::vector<std::string> entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return base::Environment(std::move(entries));
}

}  // namespace

Manner manner_of(const std::string& program, const base::Environment& environment) {
  return names_coverage(program) || environment.value("COVEY_COMPAT") == "1" ? Manner::coverage : Manner::covey;
}

Invocation Invocation::of_process(std::vector<std::string> words) {
  Invocation invocation;
  invocation.environment = environment_of_process();
  invocation.cwd = base::current_directory();
  if (words.empty()) return invocation;
  invocation.program = base::basename(words[0]);
  invocation.manner = manner_of(invocation.program, invocation.environment);
  words.erase(words.begin());
  invocation.arguments = std::move(words);
  return invocation;
}

Invocation Invocation::with(std::vector<std::string> other_arguments) const {
  return {std::move(other_arguments), environment, cwd, manner, program};
}

}  // namespace covey::console
