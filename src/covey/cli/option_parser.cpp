#include <CLI/CLI.hpp>
#include <algorithm>
#include <covey/cli/messages.hpp>
#include <covey/cli/option_parser.hpp>
#include <span>
#include <utility>

namespace covey::cli {

namespace {

// CLI11 takes "--name=" as "--name" and then eats the next argument as its value. Such an argument is handed to it with
// this in place of nothing.
constexpr const char* k_empty = "\x01";

std::string with_empty_value(const std::string& argument) {
  bool empty_value = argument.starts_with("--") && argument.size() > 3 && argument.find('=') == argument.size() - 1;
  return empty_value ? argument + k_empty : argument;
}

std::string long_name(const std::string& names) { return names.substr(names.find("--")); }

std::string text_of(const std::string& given) { return given == k_empty ? "" : given; }

void add_parts(const std::string& given, std::vector<std::string>& values) {
  auto text = text_of(given);
  for (std::size_t start = 0; start <= text.size();) {
    auto end = std::min(text.find(',', start), text.size());
    if (end > start) values.push_back(text.substr(start, end - start));
    start = end + 1;
  }
}

// The usage line is the description's first: CLI11's own knows neither the command nor what follows the options.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override { return ""; }
};

}  // namespace

struct OptionParser::Parser {
  CLI::App app;
  std::string command;
  std::string usage;
  std::vector<std::string>* rest = nullptr;
  std::vector<std::string>* words = nullptr;

  int fail(std::string where, std::string what) const {
    what += " (covey " + command + " --help lists the options)";
    return print_error({base::ErrorKind::usage, std::move(where), std::move(what)});
  }

  CLI::Option* option(const std::string& names, const std::string& word, const std::string& help,
                      const std::function<void(const std::string&)>& take) {
    auto* added = app.add_option_function<std::string>(names, take, help);
    // Without take_all a repeated option is an error; called once a value, the last one wins where the option is
    // single.
    return added->type_name(word)->allow_extra_args(false)->trigger_on_parse();
  }

  std::optional<int> take_others(std::span<const std::string> arguments);
};

OptionParser::OptionParser(const std::string& command, const std::string& usage, const std::string& help)
    : m_parser(std::make_unique<Parser>()) {
  m_parser->command = command;
  m_parser->usage = "usage: covey " + command + " " + usage;
  m_parser->app.description(m_parser->usage + "\n\n" + help);
  m_parser->app.allow_extras();  // take_others says which are wrong
  m_parser->app.formatter(std::make_shared<HelpFormatter>());
  m_parser->app.set_help_flag("-h,--help", "print this and end");
}

OptionParser::~OptionParser() = default;

void OptionParser::flag(const std::string& names, bool& value, const std::string& help) {
  m_parser->app
      .add_flag_callback(
          names, [&value] { value = true; }, help)
      ->trigger_on_parse();
}

void OptionParser::unset(const std::string& names, bool& value, const std::string& help) {
  m_parser->app
      .add_flag_callback(
          names, [&value] { value = false; }, help)
      ->trigger_on_parse();
}

void OptionParser::text(const std::string& names, std::optional<std::string>& value, const std::string& word,
                        const std::string& help) {
  m_parser->option(names, word, help, [&value](const std::string& given) { value = text_of(given); });
}

void OptionParser::number(const std::string& names, std::optional<double>& value, const std::string& word,
                          const std::string& help) {
  m_parser->option(names, word, help, [&value, names](const std::string& given) {
    double number = 0;
    if (!CLI::detail::lexical_cast(given, number))
      throw CLI::ValidationError(long_name(names), given + " is no number");
    value = number;
  });
}

void OptionParser::list(const std::string& names, std::vector<std::string>& values, const std::string& word,
                        const std::string& help) {
  m_parser->option(names, word, help, [&values](const std::string& given) {
    values.clear();
    add_parts(given, values);
  });
}

void OptionParser::rest(std::vector<std::string>& values) {
  m_parser->rest = &values;
  m_parser->app.prefix_command();
}

void OptionParser::words(std::vector<std::string>& values) { m_parser->words = &values; }

// What is no option. CLI11 puts unknown options there as well.
std::optional<int> OptionParser::Parser::take_others(std::span<const std::string> arguments) {
  auto others = app.remaining();
  bool options_ended = false;
  if (words != nullptr) words->clear();
  for (const auto& other : others) {
    bool is_mark = !options_ended && other == "--";
    bool is_option = !options_ended && !is_mark && other.size() > 1 && other[0] == '-';
    if (is_option) return fail(other, "no such option");
    if (rest != nullptr) break;
    if (words == nullptr && !is_mark) return fail(other, "unexpected argument");
    if (is_mark) options_ended = true;
    if (!is_mark) words->push_back(other);
  }
  // From the arguments as they came: with_empty_value is for options, not for the program's own arguments.
  if (rest != nullptr) {
    auto tail = arguments.last(others.size());
    rest->assign(tail.begin(), tail.end());
  }
  return std::nullopt;
}

std::optional<int> OptionParser::parse(const Invocation& invocation) {
  const auto& arguments = invocation.arguments;
  std::vector<std::string> reversed;  // as CLI11 takes them
  for (auto argument = arguments.rbegin(); argument != arguments.rend(); ++argument)
    reversed.push_back(with_empty_value(*argument));
  try {
    m_parser->app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    std::cout << m_parser->app.help() << std::flush;
    return 0;
  } catch (const CLI::ArgumentMismatch& error) {
    std::string_view what = error.what();  // "--part: 1 required N missing"
    return m_parser->fail(std::string(what.substr(0, what.find(':'))), "needs a value");
  } catch (const CLI::ParseError& error) {
    return m_parser->fail("", error.what());
  }
  return m_parser->take_others(arguments);
}

}  // namespace covey::cli
