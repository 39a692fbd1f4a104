#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <covey/base/file.hpp>
#include <covey/shard/run_notes.hpp>
#include <covey/shard/settings.hpp>
#include <cstdlib>
#include <memory>

namespace covey::shard {

namespace {

constexpr int k_most_ancestors = 32;
constexpr std::size_t k_most_notes = 256;
constexpr std::size_t k_note_limit = 8192;  // bytes

// Whether nobody else can have put anything there.
bool is_ours(const std::string& directory) {
  struct stat status {};
  return ::lstat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::vector<std::string> lines_of(const std::string& text, char end) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto stop = std::min(text.find(end, at), text.size());
    lines.push_back(text.substr(at, stop - at));
    at = stop + 1;
  }
  return lines;
}

// What follows the name of the executable in /proc/<pid>/stat: the process's state, its parent, …
std::vector<std::string> fields_of_process(int pid) {
  const auto text = base::read_file("/proc/" + std::to_string(pid) + "/stat", k_note_limit).value_or("");
  const auto name_end = text.rfind(") ");
  return name_end == text.npos ? std::vector<std::string>() : lines_of(text.substr(name_end + 2), ' ');
}

std::string field_of_process(int pid, std::size_t field) {
  const auto fields = fields_of_process(pid);
  return field < fields.size() ? fields[field] : std::string();
}

constexpr std::size_t k_parent = 1;  // in these fields
constexpr std::size_t k_start = 19;

std::vector<std::string> environment_of(int pid) {
  return lines_of(base::read_file("/proc/" + std::to_string(pid) + "/environ").value_or(""), '\0');
}

std::vector<std::string> names_of(const std::string& directory) {
  std::vector<std::string> names;
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), ::closedir);
  if (stream == nullptr) return names;
  while (const dirent* entry = ::readdir(stream.get()))
    if (entry->d_name[0] != '.' && names.size() < k_most_notes) names.emplace_back(entry->d_name);
  return names;
}

RunNote read_note(const std::string& path, const std::string& run_id) {
  auto lines = lines_of(base::read_file(path, k_note_limit).value_or(""), '\n');
  lines.resize(3);
  return {run_id, lines[0], std::atoi(lines[1].c_str()), lines[2]};
}

}  // namespace

std::string run_notes_directory() { return k_run_notes_prefix + std::to_string(::geteuid()); }

std::string start_of_process(int pid) { return field_of_process(pid, k_start); }

base::Result<void> note_run(const std::string& run_id, const std::string& settings_path, int pid) {
  const auto directory = run_notes_directory();
  const auto text = settings_path + "\n" + std::to_string(pid) + "\n" + start_of_process(pid) + "\n";
  base::Result<void> written;
  for (int tries = 3; tries > 0; --tries) {  // a run that ends may take the directory away in between
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return base::fail_errno(directory);
    if (!is_ours(directory)) return base::fail(base::ErrorKind::io, directory, "is not this user's alone");
    written = base::write_file_atomic(directory + "/" + run_id, text);
    if (written || base::exists(directory)) break;
  }
  return written;
}

void forget_run(const std::string& run_id) {
  const auto directory = run_notes_directory();
  if (!is_ours(directory)) return;
  ::unlink((directory + "/" + run_id).c_str());
  for (const auto& note : noted_runs())
    if (!base::exists(note.settings_path) || start_of_process(note.pid) != note.started_at)
      ::unlink((directory + "/" + note.run_id).c_str());
  ::rmdir(directory.c_str());  // where nothing is left in it
}

std::vector<RunNote> noted_runs() {
  std::vector<RunNote> notes;
  const auto directory = run_notes_directory();
  if (!is_ours(directory)) return notes;
  for (const auto& name : names_of(directory)) notes.push_back(read_note(directory + "/" + name, name));
  return notes;
}

std::string find_run_of_ancestors(std::vector<std::string>& environment) {
  const auto notes = noted_runs();
  if (notes.empty()) return {};
  int pid = ::getppid();
  for (int left = k_most_ancestors; left > 0 && pid > 1; --left) {
    environment = environment_of(pid);
    for (const auto& note : notes) {
      const auto variable = std::string(k_settings_variable) + "=" + note.settings_path;
      bool is_in = note.pid == pid && note.started_at == start_of_process(pid);
      for (const auto& entry : environment) is_in = is_in || entry == variable;
      if (is_in && base::exists(note.settings_path)) return note.settings_path;
    }
    pid = std::atoi(field_of_process(pid, k_parent).c_str());
  }
  environment.clear();
  return {};
}

}  // namespace covey::shard
