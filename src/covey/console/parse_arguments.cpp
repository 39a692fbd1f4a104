#include <CLI/CLI.hpp>
#include <covey/console/declared_options.hpp>
#include <covey/console/messages.hpp>
#include <span>
#include <utility>

namespace covey::console {

namespace {

// CLI11 takes "--name=" as "--name" and then eats the next argument as its value. Such an argument is handed to it with
// this in place of nothing.
constexpr const char* k_empty = "\x01";

std::string with_empty_value(const std::string& argument) {
  bool empty_value = argument.starts_with("--") && argument.size() > 3 && argument.find('=') == argument.size() - 1;
  return empty_value ? argument + k_empty : argument;
}

std::string text_of(const std::string& given) { return given == k_empty ? "" : given; }

// The usage line is the description's first: CLI11's own knows neither the command nor what follows the options.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override { return ""; }
};

void add_option(CLI::App& app, const DeclaredOption& option) {
  if (option.is_flag()) {
    app.add_flag_callback(
           option.names, [&option] { (void)option.take(""); }, option.help)
        ->trigger_on_parse();
    return;
  }
  auto take = [&option](const std::string& given) {
    auto taken = option.take(text_of(given));
    if (!taken) throw CLI::ValidationError(names_of(option).back(), taken.error().what);
  };
  // Without take_all a repeated option is an error; called once a value, the last one wins where the option is single.
  auto* added = app.add_option_function<std::string>(option.names, take, option.help);
  added->type_name(option.word)->allow_extra_args(false)->trigger_on_parse();
}

int fail(const DeclaredOptions& declared, std::string where, std::string what) {
  what += " (covey " + declared.command + " --help lists the options)";
  return print_error({base::ErrorKind::usage, std::move(where), std::move(what)});
}

// What is no option. CLI11 puts unknown options there as well.
std::optional<int> take_others(const DeclaredOptions& declared, const std::vector<std::string>& others,
                               std::span<const std::string> arguments) {
  bool options_ended = false;
  if (declared.words != nullptr) declared.words->clear();
  for (const auto& other : others) {
    bool is_mark = !options_ended && other == "--";
    bool is_option = !options_ended && !is_mark && other.size() > 1 && other[0] == '-';
    if (is_option) return fail(declared, other, "no such option");
    if (declared.rest != nullptr) break;
    if (declared.words == nullptr && !is_mark) return fail(declared, other, "unexpected argument");
    if (is_mark) options_ended = true;
    if (!is_mark) declared.words->push_back(other);
  }
  // From the arguments as they came: with_empty_value is for options, not for the program's own arguments.
  if (declared.rest != nullptr) {
    auto tail = arguments.last(others.size());
    declared.rest->assign(tail.begin(), tail.end());
  }
  return std::nullopt;
}

}  // namespace

std::optional<int> parse_arguments(const DeclaredOptions& declared, const Invocation& invocation) {
  CLI::App app;
  app.description("usage: covey " + declared.command + " " + declared.usage + "\n\n" + declared.help);
  app.allow_extras();  // take_others says which are wrong
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "print this and end");
  for (const auto& option : declared.options) add_option(app, option);
  if (declared.rest != nullptr) app.prefix_command();
  std::vector<std::string> reversed;  // as CLI11 takes them
  for (auto argument = invocation.arguments.rbegin(); argument != invocation.arguments.rend(); ++argument)
    reversed.push_back(with_empty_value(*argument));
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help() << std::flush;
    return 0;
  } catch (const CLI::ArgumentMismatch& error) {
    std::string_view what = error.what();  // "--part: 1 required N missing"
    return fail(declared, std::string(what.substr(0, what.find(':'))), "needs a value");
  } catch (const CLI::ParseError& error) {
    return fail(declared, "", error.what());
  }
  return take_others(declared, app.remaining(), invocation.arguments);
}

}  // namespace covey::console
