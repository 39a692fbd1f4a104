#include <algorithm>
#include <cctype>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/collector/filter.hpp>

namespace covey::collector {

namespace {

void add(std::vector<std::string>& directories, std::string directory) {
  if (std::find(directories.begin(), directories.end(), directory) == directories.end())
    directories.push_back(std::move(directory));
}

bool below_any(std::string_view path, const std::vector<std::string>& directories) {
  return std::any_of(directories.begin(), directories.end(),
                     [&](const auto& directory) { return base::is_below(path, directory); });
}

// sysconfig's `stdlib` and `platstdlib` over the schemes that can exist on POSIX.
std::vector<std::string> library_directories(const Interpreter& python, base::CanonicalPaths& canonical) {
  std::vector<std::string> all;
  for (const auto& prefix : {python.base_prefix, python.prefix, python.base_exec_prefix, python.exec_prefix})
    for (const auto& lib : {std::string("lib"), python.platlibdir})
      add(all, canonical.of(prefix + "/" + lib + "/python" + python.version));
  add(all, canonical.of(python.base_prefix + "/lib/python"));
  if (!python.user_base.empty()) add(all, canonical.of(python.user_base + "/lib/python" + python.version));
  return all;
}

// sysconfig's `purelib`, `platlib` and `scripts`, with those that Debian adds.
std::vector<std::string> scheme_directories(const Interpreter& python, base::CanonicalPaths& canonical) {
  std::vector<std::string> all;
  for (const auto& prefix : {python.prefix, python.exec_prefix, python.user_base}) {
    if (prefix.empty()) continue;
    for (const auto& lib : {std::string("lib"), python.platlibdir})
      add(all, canonical.of(prefix + "/" + lib + "/python" + python.version + "/site-packages"));
    add(all, canonical.of(prefix + "/bin"));
  }
  add(all, canonical.of(python.prefix + "/lib/python"));
  add(all, canonical.of(python.prefix + "/lib/python3/dist-packages"));
  add(all, canonical.of(python.prefix + "/local/lib/python" + python.version + "/dist-packages"));
  add(all, canonical.of(python.prefix + "/local/bin"));
  return all;
}

// Whether a directory above `directory`, which is there, is the root of a virtual environment.
bool in_virtual_environment(std::string directory) {
  while (true) {
    std::string above(base::dirname(directory));
    if (above == base::dirname(above)) return false;  // the root itself is not looked at
    if (base::exists(above + "/pyvenv.cfg")) return true;
    directory = std::move(above);
  }
}

// Whether the file is `name`, or lies in directories that can be packages below one called so.
bool is_where_it_would_be(std::string_view path, std::string_view name) {
  auto is_of_identifiers = [](char c) {
    return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
  };
  path = path.substr(0, path.find('.', path.rfind('/') + 1));
  while (!path.empty()) {
    const auto slash = path.rfind('/');
    const auto part = path.substr(slash + 1);
    if (part == name) return true;
    if (slash == path.npos || !std::all_of(part.begin(), part.end(), is_of_identifiers)) return false;
    path = path.substr(0, slash);
  }
  return false;
}

}  // namespace

base::Result<Filter> Filter::create(const shard::Settings& settings, const Interpreter& interpreter) {
  Filter filter;
  filter.m_settings = settings;
  auto include = base::GlobSet::compile(base::prepare_patterns(settings.include, settings.root));
  if (!include) return tl::unexpected(include.error());
  auto omit = base::GlobSet::compile(base::prepare_patterns(settings.omit, settings.root));
  if (!omit) return tl::unexpected(omit.error());
  filter.m_include = std::move(*include);
  filter.m_omit = std::move(*omit);
  base::CanonicalPaths canonical;
  add(filter.m_own, canonical.of(interpreter.own_directory + "/covey"));
  if (!settings.cover_pylib) filter.m_library = library_directories(interpreter, canonical);
  filter.m_scheme_directories = scheme_directories(interpreter, canonical);
  filter.set_import_path({});
  return filter;
}

void Filter::set_import_path(const std::vector<std::string>& import_path) {
  m_installed = m_scheme_directories;
  for (const auto& entry : import_path) {
    auto [known, is_new] = m_in_environment.try_emplace(entry);
    if (is_new && base::exists(entry) && in_virtual_environment(entry)) known->second = base::canonical(entry);
    if (!known->second.empty()) add(m_installed, known->second);
  }
  m_installed_sources.clear();
  for (const auto& source : m_settings.source_dirs)
    if (below_any(source, m_installed)) m_installed_sources.push_back(source);
}

bool Filter::is_installed(std::string_view path) const { return below_any(path, m_installed); }

bool Filter::in_named_package(std::string_view module) const {
  return std::any_of(m_settings.source_packages.begin(), m_settings.source_packages.end(), [&](const auto& package) {
    return !module.empty() && module.substr(0, package.size()) == package &&
           (module.size() == package.size() || module[package.size()] == '.');
  });
}

bool Filter::measures(std::string_view path, std::string_view module) const {
  if (!m_settings.source_dirs.empty() || !m_settings.source_packages.empty()) {
    // A package that was named may be an installed one; a directory that was named holds installed files only where it
    // lies among them itself (a virtual environment below the project is not the project).
    const bool named = in_named_package(module);
    if (!named && !below_any(path, m_settings.source_dirs)) return false;
    if (!named && is_installed(path) && !below_any(path, m_installed_sources)) return false;
  } else if (!m_settings.include.empty()) {
    if (!m_include.matches(path)) return false;
  } else if (below_any(path, m_own) || is_installed(path) || below_any(path, m_library)) {
    return false;
  }
  return !m_omit.matches(path);
}

bool Filter::may_measure(std::string_view path) const {
  const auto& packages = m_settings.source_packages;
  return measures(path, {}) || std::any_of(packages.begin(), packages.end(), [&](const auto& package) {
           return is_where_it_would_be(path, package.substr(0, package.find('.')));
         });
}

}  // namespace covey::collector
