// POSIX path names as text, with the meanings of Python's os.path, which coverage data is named by.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace covey::base {

// `path` below `directory`; `path` alone where it is absolute or `directory` is empty.
std::string join(std::string_view directory, std::string_view path);

// What follows the last slash: empty for "a/".
std::string_view basename(std::string_view path);

// What stands before the last slash, without the slashes it ends in (a root keeps its own); empty where there is none.
std::string_view dirname(std::string_view path);

// ".py" of "a/b.py": the last dot of the last part and what follows; empty where there is none, or only leading dots.
std::string_view extension(std::string_view path);

bool is_absolute(std::string_view path);

// Without "." and empty parts, "a/.." taken out; "." for nothing. Looks at no file: where "a" is a symbolic link,
// the result may name another file. Two leading slashes stay, as POSIX gives them a meaning of their own.
std::string normalized(std::string_view path);

// os.path.abspath, with the current directory given.
std::string absolute(std::string_view path, std::string_view cwd);

// os.path.realpath: absolute, without symbolic links. Never fails: parts that are missing or cannot be looked at stay
// as they are, and a loop of links stops at the link that closes it. A relative path starts at `cwd`, which must itself
// be canonical.
std::string canonical(std::string_view path, std::string_view cwd);

// The same from the process's current directory.
std::string canonical(std::string_view path);

// canonical() for many paths of few directories, each of which is looked at once: of a path whose directory has been
// seen only the last part is. So a directory that becomes a link meanwhile keeps its first name, and so does a path
// that is asked for twice in a row.
class CanonicalPaths {
 public:
  std::string of(std::string_view path);

 private:
  const std::string& directory(std::string_view path);
  std::string joined(const std::string& directory, std::string_view name) const;

  std::string m_last, m_last_is;
  std::unordered_map<std::string, std::string> m_directories;  // canonical, by name
};

// The process's current directory; "/" where it is gone.
std::string current_directory();

// `path` without the leading `directory` and its slash, where it lies below; else `path` as it is. Both absolute.
std::string relative_to(std::string_view path, std::string_view directory);

// Whether `path` is `directory` or lies in its tree. Both absolute and canonical, `directory` without a slash at its
// end (but for "/").
bool is_below(std::string_view path, std::string_view directory);

}  // namespace covey::base
