#include <charconv>
#include <covey/base/cursor.hpp>
#include <covey/base/file.hpp>
#include <covey/shard/tables.hpp>
#include <cstring>

namespace covey::shard {

namespace {

// magic, u32 version, u32 python, digest, u32 number of codes, u32 error (0 or 1), u64 hash of all that follows;
// then the error (u32 line, text) or the codes (text name, u32 first line, text line table); a text is u32 length,
// bytes.
constexpr char k_magic[8] = {'C', 'O', 'V', 'E', 'Y', 'T', 'B', 'L'};
constexpr std::uint32_t k_version = 1;
constexpr std::size_t k_header = 48;

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

std::string_view get_text(base::Cursor& cursor) { return cursor.string(cursor.read<std::uint32_t>()); }

}  // namespace

std::string serialize_tables(const Tables& tables) {
  std::string body;
  if (tables.error) {
    put(body, static_cast<std::uint32_t>(tables.error->line));
    put_text(body, tables.error->message);
  }
  for (const auto& code : tables.codes) {
    put_text(body, code.name);
    put(body, static_cast<std::uint32_t>(code.first_line));
    put_text(body, code.line_table);
  }
  std::string out(k_magic, sizeof k_magic);
  put(out, k_version);
  put(out, tables.python);
  out.append(reinterpret_cast<const char*>(tables.digest.bytes.data()), tables.digest.bytes.size());
  put(out, static_cast<std::uint32_t>(tables.codes.size()));
  put(out, static_cast<std::uint32_t>(tables.error ? 1 : 0));
  put(out, base::hash64(body));
  return out + body;
}

base::Result<Tables> parse_tables(std::string_view bytes, const std::string& path) {
  auto refuse = [&](const char* what) { return base::fail(base::ErrorKind::format, path, what); };
  if (bytes.size() < k_header || std::memcmp(bytes.data(), k_magic, sizeof k_magic) != 0)
    return refuse("not a tables file");
  base::Cursor cursor(bytes.substr(sizeof k_magic));
  if (cursor.read<std::uint32_t>() != k_version) return refuse("tables of another version of covey");
  Tables tables;
  tables.python = cursor.read<std::uint32_t>();
  auto digest = cursor.string(tables.digest.bytes.size());
  std::memcpy(tables.digest.bytes.data(), digest.data(), digest.size());
  const auto n_codes = cursor.read<std::uint32_t>();
  const bool has_error = cursor.read<std::uint32_t>() != 0;
  if (cursor.read<std::uint64_t>() != base::hash64(bytes.substr(k_header))) return refuse("damaged tables");
  if (has_error) {
    tables.error.emplace();
    tables.error->line = static_cast<int>(cursor.read<std::uint32_t>());
    tables.error->message = get_text(cursor);
  }
  for (std::uint32_t i = 0; !cursor.failed() && i < n_codes; ++i) {
    CodeTable code;
    code.name = get_text(cursor);
    code.first_line = static_cast<int>(cursor.read<std::uint32_t>());
    code.line_table = get_text(cursor);
    tables.codes.push_back(std::move(code));
  }
  if (cursor.failed() || !cursor.at_end()) return refuse("damaged tables");
  return tables;
}

base::Result<Tables> read_tables(const std::string& directory, std::uint32_t python, const base::Digest128& digest) {
  const auto path = tables_path(directory, python, digest);
  auto bytes = base::read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  auto tables = parse_tables(*bytes, path);
  if (!tables) return tables;
  const bool is_whole = for_each_statement_line(*tables, [](int) {});
  if (!is_whole || tables->python != python || tables->digest != digest)
    return base::fail(base::ErrorKind::format, path, "damaged tables");
  return tables;
}

bool has_tables(const std::string& directory, std::uint32_t python, const base::Digest128& digest) {
  return read_tables(directory, python, digest).has_value();
}

std::string python_version(std::uint32_t hex) {
  auto text = std::to_string(hex >> 24) + "." + std::to_string(hex >> 16 & 255) + "." + std::to_string(hex >> 8 & 255);
  const auto level = hex >> 4 & 15;
  if (level == 15) return text;
  return text + (level == 10 ? "a" : level == 11 ? "b" : "rc") + std::to_string(hex & 15);
}

std::optional<std::uint32_t> python_of_folder(std::string_view name) {
  constexpr std::uint32_t k_final = 0xF0;
  constexpr std::pair<std::string_view, std::uint32_t> k_levels[] = {{"a", 0xA0}, {"b", 0xB0}, {"rc", 0xC0}};
  if (!name.starts_with("cp")) return std::nullopt;
  const auto* at = name.data() + 2;
  const auto* end = name.data() + name.size();
  std::uint32_t hex = 0;
  auto take = [&](int shift, std::uint32_t most) {
    std::uint32_t number = 0;
    auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number > most) return false;
    hex |= number << shift;
    at = next;
    return true;
  };
  for (int shift : {24, 16, 8}) {
    if (shift != 24 && (at == end || *at++ != '.')) return std::nullopt;
    if (!take(shift, 255)) return std::nullopt;
  }
  if (at == end) return hex | k_final;
  for (const auto& [letters, level] : k_levels) {
    if (!std::string_view(at, end).starts_with(letters)) continue;
    at += letters.size();
    hex |= level;
    return take(0, 15) && at == end ? std::optional(hex) : std::nullopt;
  }
  return std::nullopt;
}

std::string tables_path(const std::string& directory, std::uint32_t python, const base::Digest128& digest) {
  return directory + "/cp" + python_version(python) + "/" + digest.hex() + ".tables";
}

}  // namespace covey::shard
