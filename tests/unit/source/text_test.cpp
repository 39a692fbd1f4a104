#include <doctest/doctest.h>
#include <covey/source/text.hpp>
#include <string>
#include <string_view>

using namespace std::string_literals;
using namespace std::string_view_literals;
using covey::source::count_lines;
using covey::source::decode;
using covey::source::is_ascii;

TEST_CASE("bytes become the text that coverage.py reads") {
  struct Case {
    std::string_view name;
    std::string bytes;
    std::string text;
  };
  const Case cases[] = {
      {"nothing", "", ""},
      {"plain", "x = 1\n", "x = 1\n"},
      {"a final newline is added", "x = 1", "x = 1\n"},
      {"newlines of other systems", "a\r\nb\rc\r\r\nd", "a\nb\nc\n\nd\n"},
      {"a form feed", "a\n\fb\n", "a\n b\n"},
      {"UTF-8 is the default", "x = 'é€😀'\n", "x = 'é€😀'\n"},
      {"a byte order mark", "\xEF\xBB\xBFx\n", "x\n"},
      {"a byte order mark and its cookie", "\xEF\xBB\xBF# coding: utf-8\n", "# coding: utf-8\n"},
      {"a cookie", "# -*- coding: latin-1 -*-\n'\xE9'\n", "# -*- coding: latin-1 -*-\n'é'\n"},
      {"a cookie in the second line", "#!/bin/sh\n# vim: fileencoding=l1\n'\xE9'\n",
       "#!/bin/sh\n# vim: fileencoding=l1\n'é'\n"},
      {"a cookie after a blank line", "\n# coding: l1\n'\xE9'\n", "\n# coding: l1\n'é'\n"},
      {"a cookie after a carriage return", "#\r# coding: l1\r'\xE9'\r", "#\n# coding: l1\n'é'\n"},
      {"no cookie behind code", "x\n# coding: l1\n'\xE9'\n", "x\n# coding: l1\n'\uFFFD'\n"},
      {"no cookie in the third line", "\n\n# coding: l1\n'é'\n", "\n\n# coding: l1\n'é'\n"},
      {"the first coding of a comment that has a colon", "# coding is coding: l1\n'\xE9'\n",
       "# coding is coding: l1\n'é'\n"},
      {"an editor's name of UTF-8", "# coding: utf-8-unix\n'é'\n", "# coding: utf-8-unix\n'é'\n"},
      {"an editor's name of Latin 1", "# coding: ISO-8859-1-unix\n'\xE9'\n", "# coding: ISO-8859-1-unix\n'é'\n"},
      {"Windows", "# coding: cp1252\n'\x80\x81'\n", "# coding: cp1252\n'€\uFFFD'\n"},
      {"Latin 9", "# coding: iso8859-15\n'\xA4'\n", "# coding: iso8859-15\n'€'\n"},
      {"ASCII only", "# coding: ascii\n'\xE9'\n", "# coding: ascii\n'\uFFFD'\n"},
      {"one that iconv knows", "# coding: koi8_r\n'\xD0'\n", "# coding: koi8_r\n'п'\n"},
      {"one that iconv spells otherwise", "# coding: mac-roman\n'\x8E'\n", "# coding: mac-roman\n'é'\n"},
      {"two bytes a character", "# coding: shift_jis\n'\x83\x65'\n", "# coding: shift_jis\n'テ'\n"},
      {"escape sequences", "# coding: iso2022_jp\n'\x1B$B%F\x1B(B'\n", "# coding: iso2022_jp\n'テ'\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    auto text = decode(c.bytes);
    REQUIRE_MESSAGE(text.has_value(), (text ? "" : text.error().message()));
    CHECK(*text == c.text);
  }
}

TEST_CASE("bytes that are not UTF-8 become U+FFFD, one for the longest start of a character") {
  struct Case {
    std::string bytes;
    std::string text;
  };
  const Case cases[] = {
      {"\xFF", "\uFFFD"},
      {"\xC0\xAF", "\uFFFD\uFFFD"},                      // overlong
      {"\xE2\x82", "\uFFFD"},                            // cut short
      {"\xE2\x82z", "\uFFFDz"},                          //
      {"\xF0\x9F\x98", "\uFFFD"},                        //
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},            // a surrogate
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // beyond the last character
      {"\xE2\xE2\x82\xAC", "\uFFFD€"},
      {"\x80", "\uFFFD"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    for (std::size_t before : {0, 40, 62, 63, 64, 200}) {  // around the blocks that are looked at as a whole
      auto start = "x\n" + std::string(before, ' ');
      CHECK(decode(start + c.bytes + "\n").value() == start + c.text + "\n");
    }
  }
}

TEST_CASE("an encoding that cannot be is refused with its line") {
  struct Case {
    std::string bytes;
    std::string message;
  };
  const Case cases[] = {
      {"# coding: martian\n", "unknown encoding 'martian' at line 1"},
      {"#\n# coding: rot13\n", "unknown encoding 'rot13' at line 2"},
      {"\xEF\xBB\xBF# coding: latin-1\n", "byte order mark of UTF-8 beside the encoding 'latin-1' at line 1"},
      {"# \xFF\nx\n", "not UTF-8, and no encoding declared, at line 1"},
      {"#\n# \xFF\nx\n", "not UTF-8, and no encoding declared, at line 2"},
  };
  for (const auto& c : cases) {
    auto text = decode(c.bytes);
    REQUIRE(!text);
    CHECK(text.error().message() == c.message);
  }
}

TEST_CASE("ASCII is told at every length") {
  for (std::size_t length = 0; length < 200; ++length) {
    std::string text(length, 'x');
    CHECK(is_ascii(text));
    for (std::size_t i = 0; i < length; ++i) {
      text[i] = '\x80';
      CHECK(!is_ascii(text));
      text[i] = 'x';
    }
  }
}

TEST_CASE("lines are counted as Python splits them") {
  CHECK(count_lines("") == 0);
  CHECK(count_lines("a\nb\n") == 2);
  CHECK(count_lines("a\nb") == 2);
  CHECK(count_lines("a\vb\x1c"
                    "c\x1d"
                    "d\x1e"
                    "e\u0085f\u2028g\u2029h\x1fi\n") == 8);
}
