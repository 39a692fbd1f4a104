#include <iconv.h>
#include <algorithm>
#include <array>
#include <covey/source/encodings.hpp>

namespace covey::source {
namespace {

constexpr char16_t k_unknown = 0xFFFD;

using HighHalf = std::array<char16_t, 128>;  // the characters of the bytes 128 to 255

constexpr HighHalf ascii() {
  HighHalf table{};
  table.fill(k_unknown);
  return table;
}

constexpr HighHalf latin_1() {
  HighHalf table{};
  for (int i = 0; i < 128; ++i) table[i] = static_cast<char16_t>(128 + i);
  return table;
}

constexpr HighHalf latin_9() {
  HighHalf table = latin_1();
  table[0xA4 - 128] = 0x20AC;
  table[0xA6 - 128] = 0x160;
  table[0xA8 - 128] = 0x161;
  table[0xB4 - 128] = 0x17D;
  table[0xB8 - 128] = 0x17E;
  table[0xBC - 128] = 0x152;
  table[0xBD - 128] = 0x153;
  table[0xBE - 128] = 0x178;
  return table;
}

constexpr HighHalf windows_1252() {
  constexpr std::array<char16_t, 32> k_first = {
      0x20AC, k_unknown, 0x201A,    0x192,  0x201E,    0x2026,    0x2020, 0x2021,    0x2C6,  0x2030, 0x160,
      0x2039, 0x152,     k_unknown, 0x17D,  k_unknown, k_unknown, 0x2018, 0x2019,    0x201C, 0x201D, 0x2022,
      0x2013, 0x2014,    0x2DC,     0x2122, 0x161,     0x203A,    0x153,  k_unknown, 0x17E,  0x178};
  HighHalf table = latin_1();
  std::copy(k_first.begin(), k_first.end(), table.begin());
  return table;
}

constexpr HighHalf k_ascii = ascii();
constexpr HighHalf k_latin_1 = latin_1();
constexpr HighHalf k_latin_9 = latin_9();
constexpr HighHalf k_windows_1252 = windows_1252();

struct NamedTable {
  std::string_view name;
  const HighHalf* table;
};

constexpr NamedTable k_tables[] = {
    {"ascii", &k_ascii},
    {"us_ascii", &k_ascii},
    {"us", &k_ascii},
    {"646", &k_ascii},
    {"latin_1", &k_latin_1},
    {"latin1", &k_latin_1},
    {"latin", &k_latin_1},
    {"l1", &k_latin_1},
    {"8859", &k_latin_1},
    {"iso8859", &k_latin_1},
    {"iso8859_1", &k_latin_1},
    {"iso_8859_1", &k_latin_1},
    {"cp819", &k_latin_1},
    {"iso8859_15", &k_latin_9},
    {"iso_8859_15", &k_latin_9},
    {"latin9", &k_latin_9},
    {"l9", &k_latin_9},
    {"cp1252", &k_windows_1252},
    {"1252", &k_windows_1252},
    {"windows_1252", &k_windows_1252},
};

// Python's names that iconv spells another way than with '-' for '_'.
constexpr std::pair<std::string_view, const char*> k_iconv_names[] = {
    {"mac_roman", "MACINTOSH"},
    {"macroman", "MACINTOSH"},
    {"euc_jis_2004", "EUC-JISX0213"},
    {"euc_jisx0213", "EUC-JISX0213"},
    {"shift_jis_2004", "SHIFT_JISX0213"},
    {"shift_jisx0213", "SHIFT_JISX0213"},
    {"shift_jis", "SHIFT_JIS"},
    {"sjis", "SHIFT_JIS"},
    {"ptcp154", "PT154"},
    {"mac_cyrillic", "MAC-CYRILLIC"},
};

// Codecs that Python has and that are no encodings of text.
constexpr std::string_view k_not_text[] = {"utf_16", "utf_32", "utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"};

void append_utf8(std::string& out, char16_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::string from_table(std::string_view bytes, const HighHalf& table) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (char byte : bytes) {
    auto value = static_cast<unsigned char>(byte);
    append_utf8(out, value < 128 ? value : table[value - 128]);
  }
  return out;
}

// An open conversion to UTF-8.
class Iconv {
 public:
  explicit Iconv(const char* from) : m_handle(iconv_open("UTF-8", from)) {}
  Iconv(const Iconv&) = delete;
  Iconv& operator=(const Iconv&) = delete;
  ~Iconv() {
    if (is_open()) iconv_close(m_handle);
  }
  bool is_open() const { return m_handle != reinterpret_cast<iconv_t>(-1); }

  std::string convert(std::string_view bytes) {
    std::string out;
    std::array<char, 4096> buffer;
    char* in = const_cast<char*>(bytes.data());  // iconv's signature is older than const; it does not write there
    std::size_t left = bytes.size();
    while (left > 0) {
      char* to = buffer.data();
      std::size_t room = buffer.size();
      auto status = iconv(m_handle, &in, &left, &to, &room);
      out.append(buffer.data(), buffer.size() - room);
      bool stuck = status == static_cast<std::size_t>(-1) && errno != E2BIG;
      if (stuck && left > 0) {
        append_utf8(out, k_unknown);
        ++in;
        --left;
      }
    }
    return out;
  }

 private:
  iconv_t m_handle;
};

std::string iconv_name(std::string_view name) {
  for (const auto& [python, theirs] : k_iconv_names)
    if (python == name) return theirs;
  std::string dashed(name);
  if (name.substr(0, 8) == "iso2022_") dashed.insert(3, 1, '-');
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  return dashed;
}

}  // namespace

std::string normalized_encoding(std::string_view name) {
  std::string out;
  for (char c : name) {
    bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
    if (kept)
      out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    else if (!out.empty() && out.back() != '_')
      out += '_';
  }
  return out;
}

bool is_utf8_name(std::string_view name) {
  return name == "utf_8" || name == "utf8" || name == "u8" || name == "utf" || name == "utf_8_sig" || name == "cp65001";
}

std::optional<std::string> to_utf8(std::string_view bytes, std::string_view name) {
  for (const auto& known : k_tables)
    if (known.name == name) return from_table(bytes, *known.table);
  if (name.empty() || std::find(std::begin(k_not_text), std::end(k_not_text), name) != std::end(k_not_text))
    return std::nullopt;
  Iconv converter(iconv_name(name).c_str());
  if (!converter.is_open()) return std::nullopt;
  return converter.convert(bytes);
}

}  // namespace covey::source
