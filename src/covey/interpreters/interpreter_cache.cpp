// covey-interpreter 1
// <executable> <device> <inode> <size> <modified, ns>
// <pyvenv.cfg> <the same of it, or nothing where there is none>
// <PY_VERSION_HEX, decimal> <hash of all before, decimal>
#include <sys/stat.h>
#include <charconv>
#include <covey/base/file.hpp>
#include <covey/base/hash.hpp>
#include <covey/base/path.hpp>
#include <covey/interpreters/interpreter_cache.hpp>

namespace covey::interpreters {

namespace {

constexpr std::string_view k_program_start =
    "\x7f"
    "ELF";

// What changes when the file does.
std::string identity_of(const std::string& path) {
  struct stat status {};
  std::string text = path;
  if (::stat(path.c_str(), &status) == 0) {
    const auto modified = status.st_mtim.tv_sec * 1'000'000'000L + status.st_mtim.tv_nsec;
    for (const auto number : {static_cast<long>(status.st_dev), static_cast<long>(status.st_ino),
                              static_cast<long>(status.st_size), modified})
      text += " " + std::to_string(number);
  }
  return text + "\n";
}

std::string text_of(const std::string& identity, std::uint32_t python) {
  const auto text = identity + std::to_string(python) + " ";
  return text + std::to_string(base::hash64(text)) + "\n";
}

}  // namespace

std::string user_cache(const base::Environment& environment) {
  const auto cache = environment.value("XDG_CACHE_HOME");
  if (base::is_absolute(cache)) return cache + "/covey";
  const auto home = environment.value("HOME");
  return home.empty() ? "" : base::join(home, ".cache/covey");
}

InterpreterCache::InterpreterCache(const std::string& executable, const base::Environment& environment) {
  const auto cache = user_cache(environment);
  if (cache.empty() || !environment.value(k_no_cache_variable).empty()) return;
  const auto head = base::read_head(executable, k_program_start.size());
  if (!head || *head != k_program_start) return;
  // pyvenv.cfg belongs to the name it is started by, which in a virtual environment is a link.
  const auto configuration = base::join(base::dirname(base::dirname(executable)), "pyvenv.cfg");
  m_identity = "covey-interpreter 1\n" + identity_of(base::canonical(executable)) + identity_of(configuration);
  m_path = cache + "/interpreters/" + base::digest128(executable).hex();
}

std::optional<std::uint32_t> InterpreterCache::python() const {
  if (m_path.empty()) return std::nullopt;
  const auto text = base::read_file(m_path);
  if (!text || !text->starts_with(m_identity)) return std::nullopt;
  std::uint32_t python = 0;
  std::from_chars(text->data() + m_identity.size(), text->data() + text->size(), python);
  if (python == 0 || *text != text_of(m_identity, python)) return std::nullopt;
  return python;
}

void InterpreterCache::keep(std::uint32_t python) const {
  if (m_path.empty() || !base::make_directories(std::string(base::dirname(m_path)))) return;
  static_cast<void>(base::write_file_atomic(m_path, text_of(m_identity, python)));  // a cache never fails
}

}  // namespace covey::interpreters
