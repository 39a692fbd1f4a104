#include <algorithm>
#include <covey/base/path.hpp>
#include <covey/collector/pytest_command.hpp>
#include <string_view>

namespace covey::collector {

namespace {

// Whether the option is `name`, with a value behind "=" or without.
bool is_option(std::string_view word, std::string_view name) {
  return word.starts_with(name) && (word.size() == name.size() || word[name.size()] == '=');
}

std::vector<std::string> rest_of(const std::vector<std::string>& words, std::size_t from) {
  return {words.begin() + static_cast<std::ptrdiff_t>(std::min(from, words.size())), words.end()};
}

}  // namespace

// The options of CPython's command line (Modules/main.c): of those that end in a value, -W and -X take the next word
// where nothing follows their letter; -c and -m end the options.
std::optional<std::vector<std::string>> pytest_arguments(const std::vector<std::string>& command) {
  std::size_t at = 1;
  for (; at < command.size() && command[at].starts_with('-') && command[at].size() > 1; ++at) {
    const std::string_view word = command[at];
    if (word.starts_with("--")) {
      if (word == "--check-hash-based-pycs") ++at;
      continue;
    }
    const auto valued = word.find_first_of("WXcm", 1);
    if (valued == word.npos) continue;
    const auto value = word.substr(valued + 1);
    if (word[valued] == 'c') return std::nullopt;
    if (word[valued] == 'm') {
      const auto module = !value.empty() ? value : at + 1 < command.size() ? std::string_view(command[at + 1]) : "";
      if (module != "pytest") return std::nullopt;
      return rest_of(command, at + (value.empty() ? 2 : 1));
    }
    if (value.empty()) ++at;
  }
  if (at >= command.size()) return std::nullopt;
  const auto script = base::basename(command[at]);
  if (script != "pytest" && script != "py.test") return std::nullopt;
  return rest_of(command, at + 1);
}

PytestWishes pytest_wishes(const std::vector<std::string>& arguments) {
  PytestWishes wishes;
  std::string_view before;
  for (const std::string_view word : arguments) {
    if (word == "--") break;
    wishes.cov |= is_option(word, "--cov");
    wishes.covey |= is_option(word, "--covey");
    for (const std::string_view ending : {"--no-cov", "--help", "-h", "--version", "-V"})
      wishes.prevented |= word == ending;
    const auto plugin = before == "-p" ? word : word.starts_with("-p") ? word.substr(2) : std::string_view();
    wishes.no_cov |= plugin == "no:cov" || plugin == "no:pytest_cov";
    wishes.prevented |= plugin == "no:covey";
    before = word;
  }
  return wishes;
}

}  // namespace covey::collector
