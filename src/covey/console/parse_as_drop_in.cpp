#include <fmt/format.h>
#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/console/declared_options.hpp>
#include <covey/console/drop_in_help.hpp>
#include <cstdio>
#include <span>

namespace covey::console {

namespace {

// The options' names and Python's optparse's rules. An error is a message of optparse's.
class ArgumentReader {
 public:
  ArgumentReader(const DeclaredOptions& declared, std::span<const std::string> arguments)
      : m_declared(declared), m_left(arguments) {}

  // Takes options up to what is none. Fails on one that there is not or that is given wrongly.
  base::Result<void> read() {
    while (!m_left.empty() && !m_wants_help) {
      const auto& argument = m_left[0];
      if (argument.size() < 2 || argument[0] != '-') break;
      m_left = m_left.subspan(1);
      if (argument == "--") break;
      auto taken = argument[1] == '-' ? take_long(argument) : take_short(argument);
      if (!taken) return taken;
    }
    return {};
  }

  std::span<const std::string> left() const { return m_left; }
  bool wants_help() const { return m_wants_help; }

 private:
  static tl::unexpected<base::Error> misuse(std::string what) {
    return base::fail(base::ErrorKind::usage, "", std::move(what));
  }

  const DeclaredOption* find(std::string_view name) const {
    for (const auto& option : m_declared.options) {
      const auto names = names_of(option);
      if (std::find(names.begin(), names.end(), name) != names.end()) return &option;
    }
    return nullptr;
  }

  // The full name of a long option of which `given` is the beginning.
  base::Result<std::string> complete(const std::string& given) const {
    std::vector<std::string> fitting = {};
    if (std::string_view("--help").starts_with(given)) fitting.emplace_back("--help");
    for (const auto& option : m_declared.options)
      for (const auto& name : names_of(option)) {
        if (name == given) return name;
        if (!option.is_own && name.starts_with("--") && name.starts_with(given)) fitting.push_back(name);
      }
    if (fitting.empty()) return misuse("no such option: " + given);
    if (fitting.size() == 1) return fitting[0];
    std::sort(fitting.begin(), fitting.end());
    return misuse(fmt::format("ambiguous option: {} ({}?)", given, fmt::join(fitting, ", ")));
  }

  base::Result<void> take_long(const std::string& argument) {
    const auto equals = argument.find('=');
    auto name = complete(argument.substr(0, equals));
    if (!name) return tl::unexpected(name.error());
    if (*name == "--help") {
      m_wants_help = true;
      return {};
    }
    const auto& option = *find(*name);
    if (equals == argument.npos) return take(option, *name);
    if (option.is_flag()) return misuse(*name + " option does not take a value");
    return give(option, *name, argument.substr(equals + 1));
  }

  // -m, or several in one: of "-qofile" the last takes the rest for its value.
  base::Result<void> take_short(const std::string& argument) {
    for (std::size_t i = 1; i < argument.size() && !m_wants_help; ++i) {
      const auto name = std::string("-") + argument[i];
      const auto* option = find(name);
      if (name == "-h") {
        m_wants_help = true;
      } else if (option == nullptr) {
        return misuse("no such option: " + name);
      } else if (!option->is_flag() && i + 1 < argument.size()) {
        return give(*option, name, argument.substr(i + 1));
      } else if (auto taken = take(*option, name); !taken) {
        return taken;
      }
    }
    return {};
  }

  // The value, if the option has one, is the next argument.
  base::Result<void> take(const DeclaredOption& option, const std::string& name) {
    if (option.is_flag()) return option.take("");
    if (m_left.empty()) return misuse(name + " option requires 1 argument");
    const auto& value = m_left[0];
    m_left = m_left.subspan(1);
    return give(option, name, value);
  }

  static base::Result<void> give(const DeclaredOption& option, const std::string& name, const std::string& value) {
    auto taken = option.take(value);
    if (taken) return taken;
    const auto* kind = option.word == "N" ? "integer" : "floating-point";
    return misuse(fmt::format("option {}: invalid {} value: {}", name, kind, base::quoted(value)));
  }

  const DeclaredOptions& m_declared;
  std::span<const std::string> m_left;
  bool m_wants_help = false;
};

}  // namespace

std::optional<int> parse_as_drop_in(const DeclaredOptions& declared, const Invocation& invocation) {
  ArgumentReader reader(declared, invocation.arguments);
  if (auto read = reader.read(); !read) return print_misuse(read.error().what, invocation);
  if (reader.wants_help()) {
    fmt::print("{}", command_help(declared, invocation));
    std::fflush(stdout);
    return 0;
  }
  const auto left = reader.left();
  for (auto* takes : {declared.words, declared.rest})
    if (takes != nullptr) takes->assign(left.begin(), left.end());
  return std::nullopt;
}

}  // namespace covey::console
