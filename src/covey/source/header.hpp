// What has to be known of a header's expression or pattern: where it starts once brackets around it are taken away, as
// CPython's ast does, and whether a pattern can fail to match.
#pragma once

#include <covey/source/tokenizer.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace covey::source {

// A token as these questions see it: an operator of one character is that character.
struct HeaderToken {
  enum Code : char { other = 'o', name = 'n', as = 'A', if_ = 'I', for_ = 'F', lambda = 'L', yield = 'Y' };
  char code = other;
  int line = 0;
  int end_line = 0;
};

// What `token`, whose characters are `text`, is to these questions. None, True and False are no names.
HeaderToken header_token(const Token& token, std::string_view text);

using HeaderTokens = std::span<const HeaderToken>;

// `tokens` without the brackets that only group them. Those of a tuple or a generator belong to it and stay.
HeaderTokens without_grouping(HeaderTokens tokens);

struct CasePattern {
  bool is_irrefutable = false;
  int first = 0;
  int last = 0;  // lines
};

// Of what stands between `case` and its colon, which is not empty.
CasePattern case_pattern(HeaderTokens header);

}  // namespace covey::source
