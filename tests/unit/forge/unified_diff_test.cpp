#include <doctest/doctest.h>
#include <covey/forge/unified_diff.hpp>

using namespace covey;
using model::Change;
using model::FileDiff;
using model::FileKind;

namespace {

std::string error_of(const std::string& text) {
  auto read = forge::parse_unified_diff(text, "x.diff");
  return read ? "" : read.error().message();
}

std::vector<FileDiff> files_of(const std::string& text) {
  auto read = forge::parse_unified_diff(text, "x.diff");
  REQUIRE_MESSAGE(read, read.error().message());
  CHECK(read->context.size() == read->diff.files.size());
  return read->diff.files;
}

const std::string k_hunk = "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n";
const std::vector<Change> k_change = {{2, 2, {"b"}, {"B"}}};

// "\n" as "\r\n".
std::string converted(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

}  // namespace

TEST_CASE("headers of every kind") {
  struct Row {
    std::string what;
    std::string text;
    std::vector<FileDiff> files;
  };
  const Row rows[] = {
      {"git's",
       "diff --git a/p/x.py b/p/x.py\nindex 1..2 100644\n--- a/p/x.py\n+++ b/p/x.py\n" + k_hunk,
       {{FileKind::modified, "p/x.py", "p/x.py", false, k_change}}},
      {"without prefixes, in a directory that looks like one",
       "diff --git a/x.py a/x.py\nindex 1..2 100644\n--- a/x.py\n+++ a/x.py\n" + k_hunk,
       {{FileKind::modified, "a/x.py", "a/x.py", false, k_change}}},
      {"mnemonic prefixes",
       "diff --git c/x.py w/x.py\n--- c/x.py\n+++ w/x.py\n" + k_hunk,
       {{FileKind::modified, "x.py", "x.py", false, k_change}}},
      {"a name with a blank, and git's tab behind it",
       "diff --git a/x y.py b/x y.py\n--- a/x y.py\t\n+++ b/x y.py\t\n" + k_hunk,
       {{FileKind::modified, "x y.py", "x y.py", false, k_change}}},
      {"quoted names",
       "diff --git \"a/\\303\\244\\t\\\"\\\\.py\" \"b/\\303\\244\\t\\\"\\\\.py\"\n--- "
       "\"a/\\303\\244\\t\\\"\\\\.py\"\n+++ "
       "\"b/\\303\\244\\t\\\"\\\\.py\"\n" +
           k_hunk,
       {{FileKind::modified, "\xc3\xa4\t\"\\.py", "\xc3\xa4\t\"\\.py", false, k_change}}},
      {"a renamed file, one name quoted",
       "diff --git a/x.py \"b/\\303\\244.py\"\nsimilarity index 90%\nrename from x.py\nrename to "
       "\"\\303\\244.py\"\n--- "
       "a/x.py\n+++ \"b/\\303\\244.py\"\n" +
           k_hunk,
       {{FileKind::renamed, "x.py", "\xc3\xa4.py", false, k_change}}},
      {"renamed and not changed",
       "diff --git a/x y b/z\nsimilarity index 100%\nrename from x y\nrename to z\n",
       {{FileKind::renamed, "x y", "z"}}},
      {"a copy", "diff --git a/x b/z\nsimilarity index 100%\ncopy from x\ncopy to z\n", {{FileKind::copied, "x", "z"}}},
      {"added",
       "diff --git a/x b/x\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n",
       {{FileKind::added, "", "x", false, {{1, 1, {}, {"a", "b"}}}}}},
      {"deleted",
       "diff --git a/x b/x\ndeleted file mode 100644\nindex 1..0\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n",
       {{FileKind::deleted, "x", "", false, {{1, 1, {"a"}, {}}}}}},
      {"added empty", "diff --git a/x b/x\nnew file mode 100644\nindex 0..0\n", {{FileKind::added, "", "x"}}},
      {"filled that was empty",
       "diff --git a/x b/x\nindex 0..1 100644\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n",
       {{FileKind::modified, "x", "x", false, {{1, 1, {}, {"a"}}}}}},
      {"a mode alone", "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", {}},
      {"binary",
       "diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n",
       {{FileKind::modified, "x", "x", true}}},
      {"binary with its bytes",
       "diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmZ\n\nliteral 2\nJcmZ\n\ndiff --git a/y "
       "b/y\n--- "
       "a/y\n+++ b/y\n" +
           k_hunk,
       {{FileKind::modified, "x", "x", true}, {FileKind::modified, "y", "y", false, k_change}}},
      {"a symbolic link and a submodule",
       "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of "
       "file\ndiff --git a/s b/s\nindex 1..2 160000\n--- a/s\n+++ b/s\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject "
       "commit "
       "2\n",
       {}},
      {"a file that became a link",
       "diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\ndiff --git a/x "
       "b/x\nnew "
       "file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+t\n\\ No newline at end of file\n",
       {{FileKind::deleted, "x", "", false, {{1, 1, {"a"}, {}}}}}},
      {"diff -u of two directories",
       "diff -ru old/p/x.py new/p/x.py\n--- old/p/x.py\t2024-01-01 00:00:00.000000000 +0000\n+++ "
       "new/p/x.py\t2024-01-02 "
       "00:00:00.000000000 +0000\n" +
           k_hunk + "Only in new: y\n",
       {{FileKind::modified, "p/x.py", "p/x.py", false, k_change}}},
      {"diff -u of a file and its old self",
       "--- x.py.orig\t2024\n+++ x.py\t2024\n" + k_hunk,
       {{FileKind::modified, "x.py", "x.py", false, k_change}}},
      {"diff -uN of a new file",
       "--- old/x.py\t1970-01-01\n+++ new/x.py\t2024\n@@ -0,0 +1 @@\n+a\n",
       {{FileKind::added, "", "x.py", false, {{1, 1, {}, {"a"}}}}}},
      {"diff -uN of one that is gone",
       "--- old/x.py\t2024\n+++ new/x.py\t1970-01-01\n@@ -1 +0,0 @@\n-a\n",
       {{FileKind::deleted, "x.py", "", false, {{1, 1, {"a"}, {}}}}}},
      {"a commit's message, and a signature",
       "From 1 Mon Sep 17\nSubject: [PATCH] x\n\n--- a\nno header\n---\n x | 2 +-\n\ndiff --git a/x b/x\n--- a/x\n+++ "
       "b/x\n" +
           k_hunk + "-- \n2.39.5\n\n",
       {{FileKind::modified, "x", "x", false, k_change}}},
      {"nothing", "", {}},
      {"blank lines", "\n \r\n", {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(files_of(row.text) == row.files);
    CHECK(files_of(converted(row.text)) == row.files);
  }
}

TEST_CASE("hunks become changes") {
  struct Row {
    std::string what;
    std::string hunks;
    std::vector<Change> changes;
  };
  const Row rows[] = {
      {"one line each", "@@ -3 +3 @@\n-a\n+b\n", {{3, 3, {"a"}, {"b"}}}},
      {"two in a hunk", "@@ -1,5 +1,5 @@ def f():\n a\n-b\n c\n+d\n e\n f\n", {{2, 2, {"b"}, {}}, {4, 3, {}, {"d"}}}},
      {"without context",
       "@@ -5,0 +6,2 @@\n+a\n+b\n@@ -9,2 +10,0 @@\n-c\n-d\n",
       {{6, 6, {}, {"a", "b"}}, {9, 11, {"c", "d"}, {}}}},
      {"without a newline at the end", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n", {{1, 1, {"a"}, {"a"}}}},
      {"added before removed", "@@ -1 +1 @@\n+a\n-b\n", {{1, 1, {"b"}, {"a"}}}},
      {"empty context that lost its blank", "@@ -1,3 +1,2 @@\n a\n\n-b\n", {{3, 3, {"b"}, {}}}},
      {"carriage returns of the file's own", "@@ -1 +1 @@\n-a\r\n+b\r\n", {{1, 1, {"a\r"}, {"b\r"}}}},
      {"lines that look like headers",
       "@@ -1,2 +1,2 @@\n--- a/x\n-@@ -1 @@\n+++ b/x\n+diff --git a/y b/y\n",
       {{1, 1, {"-- a/x", "@@ -1 @@"}, {"++ b/x", "diff --git a/y b/y"}}}},
      {"hunks that touch", "@@ -1 +1 @@\n-a\n+A\n@@ -2 +2 @@\n-b\n+B\n", {{1, 1, {"a", "b"}, {"A", "B"}}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    auto files = files_of("diff --git a/x b/x\n--- a/x\n+++ b/x\n" + row.hunks);
    REQUIRE(files.size() == 1);
    CHECK(files[0].changes == row.changes);
  }
}

TEST_CASE("what is no diff between two trees is refused, with its place") {
  const std::string header = "--- a/x\n+++ b/x\n";
  struct Row {
    std::string what;
    std::string text, error;
  };
  const Row rows[] = {
      {"something else", "<html>\n", "x.diff: not a unified diff"},
      {"a merge's", "diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n",
       "x.diff:1: a combined diff, of a merge: give the diff against one of its parents"},
      {"a merge's, in a hunk", header + "@@@ -1 -1 +1 @@@\n",
       "x.diff:3: a combined diff, of a merge: give the diff against one of its parents"},
      {"cut off", header + "@@ -1,3 +1,3 @@\n a\n", "x.diff:4: the hunk is cut off"},
      {"more lines than told", header + "@@ -1 +1,2 @@\n-a\n-b\n",
       "x.diff:5: the hunk has not the lines that its header tells of"},
      {"garbage in a hunk", header + "@@ -1,2 +1,2 @@\n a\n?b\n",
       "x.diff:5: the hunk has not the lines that its header tells of"},
      {"no hunk's header", header + "@@ -1 1 @@\n", "x.diff:3: not a hunk's header: @@ -1 1 @@"},
      {"a terminal's commands", header + "@@ -\x1b[2J\n", "x.diff:3: not a hunk's header: @@ -\\x1b[2J"},
      {"a line beyond all", header + "@@ -99999999 +1 @@\n", "x.diff:3: not a hunk's header: @@ -99999999 +1 @@"},
      {"a number beyond all", header + "@@ -1 +99999999999999999999 @@\n",
       "x.diff:3: not a hunk's header: @@ -1 +99999999999999999999 @@"},
      {"a negative number", header + "@@ --1 +1 @@\n", "x.diff:3: not a hunk's header: @@ --1 +1 @@"},
      {"line 0", header + "@@ -0,1 +0,1 @@\n-a\n+b\n", "x.diff:3: a hunk that begins before the last one ends"},
      {"hunks that overlap", header + "@@ -1,2 +1,2 @@\n a\n b\n@@ -2 +2 @@\n-b\n+c\n",
       "x.diff:6: a hunk that begins before the last one ends"},
      {"a hunk somewhere else", header + "@@ -1 +7 @@\n-a\n+b\n",
       "x.diff:3: a hunk that does not lie where the ones before it put it"},
      {"a hunk of no file", "@@ -1 +1 @@\n-a\n+b\n", "x.diff:1: a hunk of no file"},
      {"a hunk without names", "diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b\n",
       "x.diff:2: a hunk without \"---\" and \"+++\" before it"},
      {"a series", header + k_hunk + header + k_hunk,
       "x.diff:14: x is here twice: give one diff, not a series of them"},
      {"out of the tree", "--- a/../x\n+++ b/../x\n" + k_hunk, "x.diff:7: ../x does not lie in the tree"},
      {"an absolute name", "--- /x\n+++ /x\n" + k_hunk, "x.diff:7: /x does not lie in the tree"},
      {"quotes without an end", "--- \"a/x\n+++ b/x\n", "x.diff:2: a name whose quotes do not end"},
      {"no escape", "--- \"a/\\q\"\n+++ b/x\n", "x.diff:2: a name whose quotes do not end"},
      {"no name", "diff --git\na", "x.diff: not a unified diff"},
      {"a name that cannot be told", "diff --git a/x b/y\nnew file mode 100644\n",
       "x.diff:2: cannot tell the file's name"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(error_of(row.text) == row.error);
  }
}

TEST_CASE("a diff applies where its lines are the source's") {
  auto read = forge::parse_unified_diff("--- a/x.py\n+++ b/x.py\n" + k_hunk + "@@ -9,0 +10 @@\n+new\n", "x.diff");
  REQUIRE(read);
  CHECK(read->context[0] == std::vector<forge::ContextLine>{{1, "a"}, {3, "c"}});
  struct Row {
    std::string what;
    std::optional<std::string> source;
    std::string error;
  };
  const Row rows[] = {
      {"as it is", "a\nB\nc\n4\n5\n6\n7\n8\n9\nnew\n11\n", ""},
      {"no newline at the end", "a\nB\nc\n4\n5\n6\n7\n8\n9\nnew", ""},
      {"other ends of lines", "a\r\nB\r\nc\r\n4\n5\n6\n7\n8\n9\nnew\r\n", ""},
      {"not asked for", std::nullopt, ""},
      {"the old text", "a\nb\nc\n4\n5\n6\n7\n8\n9\n", "does not apply: x.py:2"},
      {"other context", "a\nB\nC\n", "does not apply: x.py:3"},
      {"too short", "a\nB\nc\n", "does not apply: x.py:10"},
      {"empty", "", "does not apply: x.py:1"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    auto checked = forge::check_applies(*read, [&](const std::string& name) {
      CHECK(name == "x.py");
      return row.source;
    });
    CHECK((checked ? "" : checked.error().message()) == row.error);
  }
}

TEST_CASE("what is gone need not apply") {
  auto read = forge::parse_unified_diff("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", "x.diff");
  REQUIRE(read);
  CHECK(forge::check_applies(*read, [](const auto&) { return std::optional<std::string>(""); }));
}
