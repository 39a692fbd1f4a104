// What a coverage job says in Markdown: the forge's step summary, and the comment on a pull request.
#pragma once

#include <covey/gate/verdict.hpp>
#include <string>

namespace covey::report {

struct JobMarkdownOptions {
  std::string details_url;     // where the report is; no link where it is empty
  std::string generator;       // what made it, as "Covey 0.1.0"
  std::size_t limit = 65'000;  // characters; what does not fit of the files is counted instead
};

// Verdict, numbers, rules, findings, and the files folded up, those that the change touches first; ends in a newline.
// Names from outside stand as code: they mention nobody, make no link and forge no marker.
std::string job_markdown(const gate::Verdict& verdict, const JobMarkdownOptions& options);

}  // namespace covey::report
