#include <covey/source/regions.hpp>
#include <utility>

namespace covey::source {
namespace {

using Kind = StatementKind;
using RegionKind = model::Region::Kind;

// Walks the tree with the functions and classes around the current place at hand. Recursion is as deep as blocks nest.
class RegionFinder {
 public:
  RegionFinder(std::string_view text, const Structure& structure) : m_text(text), m_statements(structure.statements) {}

  std::vector<model::Region> run() {
    visit_children(0);
    return std::move(m_regions);
  }

 private:
  template <class Visit>
  void for_each_child(std::size_t parent, Visit visit) {
    for (auto child = parent + 1; child < m_statements[parent].next; child = m_statements[child].next) visit(child);
  }

  // In the order of ast's fields, where a try's handlers come last.
  void visit_children(std::size_t parent) {
    bool is_try = m_statements[parent].kind == Kind::try_;
    for_each_child(parent, [&](std::size_t child) {
      if (!is_try || m_statements[child].kind != Kind::except) visit(child);
    });
    if (!is_try) return;
    for_each_child(parent, [&](std::size_t child) {
      if (m_statements[child].kind == Kind::except) visit(child);
    });
  }

  void visit(std::size_t index) {
    if (m_statements[index].kind == Kind::function)
      visit_function(index);
    else if (m_statements[index].kind == Kind::class_)
      visit_class(index);
    else
      visit_children(index);
  }

  void visit_function(std::size_t index) {
    auto last = index + 1;
    for_each_child(index, [&](std::size_t child) { last = child; });
    model::LineSet lines;
    lines.insert_range(m_statements[index + 1].first, m_statements[last].last);
    if (!m_around.empty() && m_regions[m_around.back()].kind == RegionKind::class_)
      m_regions[m_around.back()].lines |= lines;
    for (auto around = m_around.rbegin(); around != m_around.rend(); ++around) {
      if (m_regions[*around].kind != RegionKind::function) continue;
      m_regions[*around].lines -= lines;
      break;
    }
    enter(index, RegionKind::function, std::move(lines));
  }

  void visit_class(std::size_t index) {
    auto region = m_regions.size();
    enter(index, RegionKind::class_, {});
    for (auto around : m_around)
      if (m_regions[around].kind == RegionKind::class_) m_regions[around].lines -= m_regions[region].lines;
  }

  void enter(std::size_t index, RegionKind kind, model::LineSet lines) {
    const auto& statement = m_statements[index];
    std::string name = m_around.empty() ? "" : m_regions[m_around.back()].name + ".";
    name += m_text.substr(statement.name_begin, statement.name_end - statement.name_begin);
    m_around.push_back(m_regions.size());
    m_regions.push_back({kind, std::move(name), statement.first, std::move(lines)});
    visit_children(index);
    m_around.pop_back();
  }

  std::string_view m_text;
  const std::vector<Statement>& m_statements;
  std::vector<model::Region> m_regions;
  std::vector<std::size_t> m_around;  // indices of the regions around the current place, outermost first
};

}  // namespace

std::vector<model::Region> regions(std::string_view text, const Structure& structure) {
  return RegionFinder(text, structure).run();
}

}  // namespace covey::source
