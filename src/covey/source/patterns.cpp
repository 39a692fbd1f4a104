#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <algorithm>
#include <array>
#include <covey/source/patterns.hpp>
#include <covey/source/python_regex.hpp>
#include <covey/source/text.hpp>
#include <cstdint>
#include <utility>

namespace covey::source {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Code = std::unique_ptr<pcre2_code, Freed<pcre2_code_free>>;
using CompileContext = std::unique_ptr<pcre2_compile_context, Freed<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Freed<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Freed<pcre2_match_data_free>>;
using JitStack = std::unique_ptr<pcre2_jit_stack, Freed<pcre2_jit_stack_free>>;

// A match at one place may take this many steps, and some more for each byte of the text: "start.*?stop" over a whole
// file is fine, seconds for one place are not.
constexpr std::uint32_t k_steps = 100'000'000;
constexpr std::size_t k_steps_per_byte = 16;
constexpr std::size_t k_jit_stack_start = std::size_t{32} * 1024;
constexpr std::size_t k_jit_stack_limit = std::size_t{256} * 1024 * 1024;  // of addresses; memory only as it is used

std::string reason(int code) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(code, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

tl::unexpected<base::Error> bad_pattern(std::string_view pattern, const std::string& why) {
  return base::fail(base::ErrorKind::usage, "", "bad regular expression '" + std::string(pattern) + "': " + why);
}

base::Result<Code> compile_code(const Pcre2Pattern& pattern, bool unicode) {
  CompileContext context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  std::uint32_t options = PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX;
  if (unicode) options |= PCRE2_UTF;
  if (unicode && !pattern.ascii_only) options |= PCRE2_UCP;
  if (pattern.ignore_case) options |= PCRE2_CASELESS;
  if (pattern.dot_all) options |= PCRE2_DOTALL;
  int error = 0;
  PCRE2_SIZE offset = 0;
  Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.text.data()), pattern.text.size(), options, &error,
                          &offset, context.get()));
  if (!code) return base::fail(base::ErrorKind::usage, "", reason(error));
  pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // where the system forbids it, matching is only slower
  return code;
}

// Adds one alternative to what Python would join.
void add_alternative(Pcre2Pattern& all, const Pcre2Pattern& added) {
  all.text.append(all.text.empty() ? "(?:" : "|(?:").append(added.text).append(")");
  all.needs_unicode = all.needs_unicode || added.needs_unicode;
  all.has_numbers = all.has_numbers || added.has_numbers;
}

// One expression, compiled for both kinds of text.
struct Expression {
  std::string pattern;
  Code ascii;  // null where the expression itself needs Unicode
  Code unicode;
};

base::Result<Expression> compile_expression(std::string pattern, const Pcre2Pattern& plain,
                                            const Pcre2Pattern& unicode) {
  Expression out{std::move(pattern), nullptr, nullptr};
  auto wide = compile_code(unicode, true);
  if (!wide) return bad_pattern(out.pattern, wide.error().what);
  out.unicode = std::move(*wide);
  if (plain.needs_unicode) return out;
  auto narrow = compile_code(plain, false);
  if (!narrow) return bad_pattern(out.pattern, narrow.error().what);
  out.ascii = std::move(*narrow);
  return out;
}

// The matches of one expression in one text, one after the other.
class Finder {
 public:
  Finder(const Expression& expression, const pcre2_code* code, std::string_view text, pcre2_match_context* context)
      : m_expression(&expression),
        m_code(code),
        m_text(text),
        m_context(context),
        m_data(pcre2_match_data_create(1, nullptr)) {}

  const Expression& expression() const { return *m_expression; }
  bool done() const { return m_status == PCRE2_ERROR_NOMATCH; }
  bool failed() const { return m_status < 0 && !done(); }
  int status() const { return m_status; }
  std::size_t begin() const { return pcre2_get_ovector_pointer(m_data.get())[0]; }
  std::size_t end() const { return pcre2_get_ovector_pointer(m_data.get())[1]; }
  bool is_empty() const { return begin() == end(); }

  // Finds the leftmost match at or past `at`.
  void find(std::size_t at, std::uint32_t options) {
    m_status = pcre2_match(m_code, reinterpret_cast<PCRE2_SPTR>(m_text.data()), m_text.size(), at, options,
                           m_data.get(), m_context);
  }

 private:
  const Expression* m_expression;
  const pcre2_code* m_code;
  std::string_view m_text;
  pcre2_match_context* m_context;
  MatchData m_data;
  int m_status = 0;
};

// Goes through the text from match to match as one expression with all others as its alternatives would: leftmost
// first, earlier expressions before later ones, nothing within a match. One by one they are several times faster,
// because PCRE2 can skip to what each of them must begin with.
class Search {
 public:
  Search(const std::vector<Expression>& expressions, std::string_view text)
      : m_text(text), m_context(pcre2_match_context_create(nullptr)) {
    auto steps = std::min<std::size_t>(k_steps + k_steps_per_byte * text.size(), UINT32_MAX);
    pcre2_set_match_limit(m_context.get(), static_cast<std::uint32_t>(steps));
    bool ascii = is_ascii(text);
    for (const auto& expression : expressions) {
      const auto& code = ascii && expression.ascii ? expression.ascii : expression.unicode;
      m_finders.emplace_back(expression, code.get(), text, m_context.get());
    }
  }

  base::Result<model::LineSet> run() {
    model::LineSet lines;
    std::uint32_t options = 0;  // the first of all checks that the text is UTF-8
    for (auto& finder : m_finders) {
      if (!find(finder, 0, options)) return failure(finder);
      options = PCRE2_NO_UTF_CHECK;
    }
    while (const Finder* match = leftmost()) {
      bool empty = match->is_empty();
      int first = line_at(match->begin());
      lines.insert_range(first, line_at(match->end()));
      // As in Python, the next match may not be empty where an empty one was.
      for (auto& finder : m_finders) {
        if (finder.done()) continue;
        bool passed = finder.begin() < m_at || (empty && finder.begin() == m_at && finder.is_empty());
        if (!passed) continue;
        if (!find(finder, m_at, PCRE2_NO_UTF_CHECK | (empty ? PCRE2_NOTEMPTY_ATSTART : 0))) return failure(finder);
      }
    }
    return lines;
  }

 private:
  // False where PCRE2 gives up. Its own small stack does for nearly all; a larger one is made once it did not.
  bool find(Finder& finder, std::size_t at, std::uint32_t options) {
    finder.find(at, options);
    if (finder.status() == PCRE2_ERROR_JIT_STACKLIMIT && !m_stack) {
      m_stack.reset(pcre2_jit_stack_create(k_jit_stack_start, k_jit_stack_limit, nullptr));
      pcre2_jit_stack_assign(m_context.get(), nullptr, m_stack.get());
      finder.find(at, options);
    }
    return !finder.failed();
  }

  const Finder* leftmost() const {
    const Finder* best = nullptr;
    for (const auto& finder : m_finders)
      if (!finder.done() && (best == nullptr || finder.begin() < best->begin())) best = &finder;
    return best;
  }

  int line_at(std::size_t offset) {
    m_line += static_cast<int>(std::count(m_text.begin() + static_cast<std::ptrdiff_t>(m_at),
                                          m_text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    m_at = offset;
    return m_line;
  }

  tl::unexpected<base::Error> failure(const Finder& finder) const {
    return base::fail(base::ErrorKind::usage, "",
                      "regular expression '" + finder.expression().pattern + "' fails past line " +
                          std::to_string(m_line) + ": " + reason(finder.status()));
  }

  std::string_view m_text;
  MatchContext m_context;
  JitStack m_stack;
  std::vector<Finder> m_finders;
  std::size_t m_at = 0;
  int m_line = 1;  // of m_at
};

// An expression for each pattern, or one for all where they refer to groups by number.
base::Result<std::vector<Expression>> compile_all(const std::vector<std::string>& patterns) {
  std::vector<Expression> out;
  Pcre2Pattern plain_all;
  Pcre2Pattern unicode_all;
  for (const auto& pattern : patterns) {
    auto plain = translate_regex(pattern, false);
    auto unicode = translate_regex(pattern, true);
    if (!plain || !unicode) return bad_pattern(pattern, plain.error().what);
    if (plain->has_flags && patterns.size() > 1)
      return bad_pattern(pattern, "global flags not at the start of the expression");
    auto expression = compile_expression(pattern, *plain, *unicode);
    if (!expression) return tl::unexpected(expression.error());
    out.push_back(std::move(*expression));
    add_alternative(plain_all, *plain);
    add_alternative(unicode_all, *unicode);
  }
  if (patterns.size() == 1) return out;
  auto all = compile_expression(plain_all.text, plain_all, unicode_all);
  if (!all) return tl::unexpected(all.error());
  if (plain_all.has_numbers) {
    out.clear();
    out.push_back(std::move(*all));
  }
  return out;
}

}  // namespace

struct Patterns::Compiled {
  std::vector<Expression> expressions;
};

base::Result<Patterns> Patterns::compile(const std::vector<std::string>& patterns) {
  if (patterns.empty() || (patterns.size() == 1 && patterns[0].empty())) return Patterns();
  auto expressions = compile_all(patterns);
  if (!expressions) return tl::unexpected(expressions.error());
  return Patterns(std::make_shared<Compiled>(Compiled{std::move(*expressions)}));
}

base::Result<model::LineSet> Patterns::matching_lines(std::string_view text) const {
  if (!m_compiled) return model::LineSet();
  return Search(m_compiled->expressions, text).run();
}

base::Result<bool> Patterns::found_in(std::string_view text) const {
  // An empty match is one as well, and takes in the line it stands in.
  auto lines = matching_lines(text);
  if (!lines) return tl::unexpected(lines.error());
  return !lines->empty();
}

}  // namespace covey::source
