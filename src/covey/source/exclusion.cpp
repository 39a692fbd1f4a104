#include <covey/source/exclusion.hpp>

namespace covey::source {
namespace {

using Kind = StatementKind;

// Whether a colon of the logical line closes a stretch, from its first line, that holds an excluded line.
bool excludes_clause(const LogicalLines& logical, std::size_t index, std::size_t& later,
                     const model::LineSet& excluded) {
  const auto& line = logical.lines[index];
  bool found = line.colon != 0 && excluded.intersects_range(line.first, line.colon);
  while (later < logical.later_colons.size() && logical.later_colons[later].logical_line < index) ++later;
  for (; later < logical.later_colons.size() && logical.later_colons[later].logical_line == index; ++later)
    found = found || excluded.intersects_range(line.first, logical.later_colons[later].line);
  return found;
}

// An excluded line in a header, or in any line up to one of its colons, excludes what is indented deeper below it.
void exclude_clauses(const LogicalLines& logical, model::LineSet& excluded) {
  bool excluding = false;
  int indent = 0;
  std::size_t later = 0;
  for (std::size_t i = 0; i < logical.lines.size(); ++i) {
    const auto& line = logical.lines[i];
    if (excluding && line.indent <= indent) excluding = false;
    if (excluding) {
      excluded.insert(line.first);
    } else if (excludes_clause(logical, i, later, excluded)) {
      excluded.insert(line.first);
      excluding = true;
      indent = line.indent;
    }
  }
}

// Excluded decorators and signatures exclude the whole of a function or class. A case that matches anything goes where
// all of its body went, as an `else` does. Statements come before those within them, and that matters.
void exclude_blocks(const std::vector<Statement>& statements, const model::LineSet& raw, model::LineSet& excluded) {
  for (std::size_t i = 1; i < statements.size(); ++i) {
    const auto& statement = statements[i];
    bool named = statement.kind == Kind::function || statement.kind == Kind::class_;
    if (named && excluded.intersects_range(statement.head_first, statement.head_last))
      excluded.insert_range(statement.head_first, statement.last);
    if (statement.kind != Kind::case_ || !statement.is_irrefutable) continue;
    model::LineSet body;
    body.insert_range(statements[i + 1].first, statement.last);
    body &= raw;
    if (!body.empty() && body.is_subset_of(excluded)) excluded.insert_range(statement.head_first, statement.head_last);
  }
}

}  // namespace

const std::vector<std::string>& default_exclude() {
  static const std::vector<std::string> k_patterns = {
      R"(#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(cover|COVER))",
      R"(^\s*(((async )?def .*?)?[\])]+(\s*->.*?)?:\s*)?\.\.\.\s*(#|$))",
      R"(^\s*if (typing\.)?TYPE_CHECKING:)",
  };
  return k_patterns;
}

base::Result<Statements> analyse(std::string_view text, const Structure& structure, const model::LineSet& raw,
                                 const Patterns& exclude) {
  auto matched = exclude.matching_lines(text);
  if (!matched) return tl::unexpected(matched.error());
  auto excluded = std::move(*matched);
  if (!excluded.empty()) {
    exclude_clauses(structure.logical, excluded);
    excluded = structure.multiline.first_lines(excluded);
    exclude_blocks(structure.statements, raw, excluded);
  }
  auto ignored = excluded | docstring_lines(structure);
  Statements out;
  out.statements = structure.multiline.first_lines(raw - ignored) - ignored;
  out.excluded = std::move(excluded);
  return out;
}

}  // namespace covey::source
