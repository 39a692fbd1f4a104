// Diffs of made-up histories: libgit2's, and those that git prints, must be one, and lead from each text to the next.
#include <doctest/doctest.h>
#include <algorithm>
#include <covey/forge/git_repository.hpp>
#include <covey/forge/unified_diff.hpp>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include "scratch_repository.hpp"

using namespace covey;

namespace {

using Lines = std::vector<std::string>;

std::string joined(const Lines& lines) {
  std::string text;
  for (const auto& line : lines) text += line;
  return text;
}

// A working tree that is changed at random.
class MadeUpTree {
 public:
  MadeUpTree(const ScratchRepository& repository, unsigned seed) : m_repository(repository), m_random(seed) {
    for (int i = 0; i < 6; ++i) add();
  }

  void change() {
    for (int n = 1 + upto(5); n > 0; --n) {
      const int what = upto(9);
      if (what < 5) edit();
      if (what == 5) add();
      if (what == 6) rename();
      if (what == 7) remove();
      if (what == 8) move_block();
      if (what == 9) odd_file();
    }
  }
  const std::map<std::string, Lines>& files() const { return m_files; }

 private:
  int upto(int most) { return static_cast<int>(m_random() % static_cast<unsigned>(most + 1)); }

  // Few texts, so that diffs have something to choose from, and some that occur once.
  std::string line() {
    static const char* const k_ends[] = {"\n", "\n", "\n", "\n", "\r\n"};
    std::string text(static_cast<std::size_t>(upto(3)) * 4, ' ');
    if (upto(6) == 0) return "\n";
    text += upto(2) == 0 ? "common " + std::to_string(upto(4)) : "line " + std::to_string(m_random());
    return text + k_ends[upto(4)];
  }

  std::string name() {
    static const char* const k_names[] = {"a", "sp ace", "\xc3\xa4", "q\"uote", "tab\t", "back\\", "b/c", "a b/d"};
    return k_names[upto(7)] + std::to_string(m_random() % 1000) + ".py";
  }

  std::string any() {
    if (m_files.empty()) add();
    return std::next(m_files.begin(), upto(static_cast<int>(m_files.size()) - 1))->first;
  }

  void write(const std::string& name, const Lines& lines) {
    m_files[name] = lines;
    m_repository.write(name, joined(lines));
  }

  void add() {
    Lines lines;
    for (int n = upto(5) == 0 ? 0 : 10 + upto(60); n > 0; --n) lines.push_back(line());
    write(name(), lines);
  }

  void edit() {
    const auto where = any();
    auto lines = m_files[where];
    const auto size = static_cast<int>(lines.size());
    const auto at = lines.begin() + upto(size);
    const auto end = at + std::min<std::ptrdiff_t>(upto(3), lines.end() - at);
    const auto place = lines.erase(at, end) - lines.begin();
    for (int n = upto(3); n > 0; --n) lines.insert(lines.begin() + place, line());
    if (upto(8) == 0 && !lines.empty()) lines.back() = "no newline at the end";
    for (std::size_t i = 0; i + 1 < lines.size(); ++i)
      if (!lines[i].ends_with('\n')) lines[i] += '\n';
    write(where, lines);
  }

  void rename() {
    const auto from = any(), to = name();
    const auto lines = m_files[from];
    remove(from);
    write(to, lines);
    if (lines.size() > 20 && upto(1) == 0) {
      auto edited = lines;
      edited.insert(edited.begin() + 3, line());
      write(to, edited);
    }
  }

  void remove() { remove(any()); }
  void remove(const std::string& name) {
    m_files.erase(name);
    ::unlink((m_repository.root + "/" + name).c_str());
  }

  void move_block() {
    const auto from = any(), to = any();
    auto lines = m_files[from];
    if (lines.size() < 12 || from == to) return;
    const Lines block(lines.begin() + 2, lines.begin() + 8);
    lines.erase(lines.begin() + 2, lines.begin() + 8);
    write(from, lines);
    auto target = m_files[to];
    if (!target.empty() && !target.back().ends_with('\n')) target.back() += '\n';
    target.insert(target.end(), block.begin(), block.end());
    write(to, target);
  }

  // What has no lines to speak of.
  void odd_file() {
    const auto name = "odd" + std::to_string(upto(3));
    const auto path = m_repository.root + "/" + name;
    ::unlink(path.c_str());
    if (upto(1) == 0) return;
    if (upto(1) == 0) return m_repository.write(name, "bin" + std::string(3, '\0') + std::to_string(m_random()));
    REQUIRE(::symlink(("to" + std::to_string(m_random())).c_str(), path.c_str()) == 0);
  }

  const ScratchRepository& m_repository;
  std::mt19937 m_random;
  std::map<std::string, Lines> m_files;
};

Lines lines_of(const std::string& text) {
  Lines lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

// Each line of the new text must be the old one's that it is mapped to, or an added one.
void check_leads(const model::FileDiff& file, const Lines& before, const Lines& after) {
  const auto added = file.added_lines();
  for (int line = 1; line <= static_cast<int>(after.size()); ++line) {
    const int from = file.old_line_of(line);
    CHECK((from == 0) == added.contains(line));
    if (from == 0) continue;
    REQUIRE(from <= static_cast<int>(before.size()));
    CHECK(after[static_cast<std::size_t>(line) - 1] == before[static_cast<std::size_t>(from) - 1]);
  }
  const auto kept = before.size() - static_cast<std::size_t>(file.removed_lines().count());
  CHECK(kept == after.size() - static_cast<std::size_t>(added.count()));
}

model::Diff parsed(const std::string& text) {
  auto read = forge::parse_unified_diff(text, "git");
  REQUIRE_MESSAGE(read, read.error().message() << "\n" << text);
  return read->diff;
}

}  // namespace

TEST_CASE("libgit2 and git tell of the same changes") {
  std::set<model::FileKind> kinds;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    ScratchRepository scratch;
    MadeUpTree tree(scratch, seed);
    auto before = tree.files();
    auto old_commit = scratch.commit();
    auto repository = forge::GitRepository::open(scratch.root);
    REQUIRE(repository);
    for (int round = 0; round < 12; ++round) {
      CAPTURE(seed);
      CAPTURE(round);
      tree.change();
      CHECK(repository->diff_to_working_tree("HEAD").value() == parsed(scratch.git("diff -M HEAD")));
      scratch.git("add -A");
      const auto in_tree = repository->diff_to_working_tree("HEAD");
      REQUIRE(in_tree);
      const auto commit = scratch.commit();
      const auto diff = repository->diff(old_commit, commit);
      REQUIRE(diff);
      const auto range = old_commit + " " + commit;
      const auto text = scratch.git("diff -M " + range);
      INFO(text);
      CHECK(*diff == parsed(text));
      CHECK(*diff == *in_tree);
      CHECK(*diff == parsed(scratch.git("diff -M -U0 --no-prefix " + range)));
      CHECK(*diff ==
            parsed(scratch.git("-c core.quotePath=false diff -M -U9 --inter-hunk-context=5 --full-index " + range)));
      auto unified = forge::parse_unified_diff(text, "git");
      auto applies = forge::check_applies(
          *unified, [&](const std::string& name) { return std::optional<std::string>(joined(tree.files().at(name))); });
      CHECK_MESSAGE(applies, applies.error().message());
      for (const auto& file : diff->files) {
        kinds.insert(file.kind);
        if (file.is_binary) continue;
        const auto old_text = file.old_name.empty() ? "" : repository->text_at(old_commit, file.old_name).value();
        CHECK(lines_of(old_text) == (file.old_name.empty() ? Lines() : before.at(file.old_name)));
        check_leads(file, lines_of(old_text), file.new_name.empty() ? Lines() : tree.files().at(file.new_name));
      }
      before = tree.files();
      old_commit = commit;
    }
  }
  CHECK(kinds.size() == 4);  // all but copies
}
