#include <zlib.h>
#include <zstd.h>
#include <algorithm>
#include <charconv>
#include <covey/base/file.hpp>
#include <covey/base/tar.hpp>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace covey::base {

namespace {

constexpr std::size_t k_at_a_time = 256 * 1024;
constexpr std::size_t k_block = 512;
constexpr std::size_t k_longest_extension = 1 << 20;  // bytes of a long name or a pax header
constexpr std::string_view k_zstd_magic = "\x28\xb5\x2f\xfd";
constexpr std::string_view k_ustar = "ustar";
constexpr std::size_t k_ustar_at = 257;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// Bytes one after the other, unpacked. `read` fills the buffer as far as there is something; 0 at the end.
using Read = std::function<Result<std::size_t>(char* buffer, std::size_t size)>;

class GzipSource {
 public:
  static Result<Read> open(const std::string& path) {
    std::shared_ptr<gzFile_s> file(gzopen(path.c_str(), "rbe"), [](gzFile opened) {
      if (opened != nullptr) gzclose(opened);
    });
    if (file == nullptr) return fail_errno(path);
    gzbuffer(file.get(), k_at_a_time);
    return Read([file, path](char* buffer, std::size_t size) -> Result<std::size_t> {
      const int got = gzread(file.get(), buffer, static_cast<unsigned>(size));
      int error = Z_OK;
      gzerror(file.get(), &error);
      if (got < 0 || (error != Z_OK && error != Z_STREAM_END)) return fail(ErrorKind::format, path, "damaged or cut");
      return static_cast<std::size_t>(got);
    });
  }
};

class ZstdSource {
 public:
  static Result<Read> open(const std::string& path) {
    auto source = std::make_shared<ZstdSource>();
    source->m_path = path;
    source->m_file.reset(std::fopen(path.c_str(), "rbe"));
    if (source->m_file == nullptr) return fail_errno(path);
    source->m_stream.reset(ZSTD_createDCtx());
    source->m_input.resize(k_at_a_time);
    return Read([source](char* buffer, std::size_t size) { return source->read(buffer, size); });
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* stream) const { ZSTD_freeDCtx(stream); }
  };

  Result<std::size_t> read(char* buffer, std::size_t size) {
    ZSTD_outBuffer out{buffer, size, 0};
    while (out.pos == 0) {
      if (m_in.pos == m_in.size) {
        m_in = {m_input.data(), std::fread(m_input.data(), 1, m_input.size(), m_file.get()), 0};
        if (m_in.size == 0) {
          if (m_is_within_frame) return fail(ErrorKind::format, m_path, "cut");
          return std::size_t{0};
        }
      }
      const auto left = ZSTD_decompressStream(m_stream.get(), &out, &m_in);
      if (ZSTD_isError(left) != 0) return fail(ErrorKind::format, m_path, "damaged");
      m_is_within_frame = left != 0;
    }
    return out.pos;
  }

  std::string m_path;
  File m_file;
  std::unique_ptr<ZSTD_DCtx, Free> m_stream;
  std::vector<char> m_input;
  ZSTD_inBuffer m_in{nullptr, 0, 0};
  bool m_is_within_frame = false;
};

// Reads tar: POSIX.1-1988 and -2001 (ustar, pax), and GNU's long names.
class TarReader {
 public:
  TarReader(const std::string& path, Read read, ArchiveSink& sink)
      : m_path(path), m_read(std::move(read)), m_sink(sink), m_buffer(k_at_a_time) {}

  Result<void> unpack() {
    for (;;) {
      char block[k_block];
      auto got = read_block(block);
      if (!got) return tl::unexpected(got.error());
      if (!*got) return fail(ErrorKind::format, m_path, "cut");  // an archive ends with blocks of zeros
      if (is_zero(block)) return {};
      if (!has_checksum(block)) return damaged();
      if (auto done = unpack_member(block); !done) return done;
    }
  }

 private:
  tl::unexpected<Error> damaged() const { return fail(ErrorKind::format, m_path, "damaged or no tar archive"); }

  // False at the end of the archive. Fails where it ends within a block.
  Result<bool> read_block(char* block) {
    std::size_t done = 0;
    while (done < k_block) {
      auto got = m_read(block + done, k_block - done);
      if (!got) return tl::unexpected(got.error());
      if (*got == 0 && done == 0) return false;
      if (*got == 0) return fail(ErrorKind::format, m_path, "cut");
      done += *got;
    }
    return true;
  }

  static bool is_zero(const char* block) {
    return std::all_of(block, block + k_block, [](char c) { return c == '\0'; });
  }

  static std::optional<std::uint64_t> octal(const char* field, std::size_t size) {
    constexpr int k_octal = 8;
    const auto* end = field + size;
    while (field < end && *field == ' ') ++field;
    std::uint64_t number = 0;
    auto [at, error] = std::from_chars(field, end, number, k_octal);
    const bool is_ended = at == end || *at == '\0' || *at == ' ';
    return error == std::errc() && is_ended ? std::optional(number) : std::nullopt;
  }

  // The size field: octal, or where that does not suffice big-endian with the first bit set.
  static std::optional<std::uint64_t> size_of(const char* block) {
    constexpr std::size_t k_at = 124;
    constexpr std::size_t k_size = 12;
    if ((static_cast<unsigned char>(block[k_at]) & 0x80U) == 0) return octal(block + k_at, k_size);
    std::uint64_t number = 0;
    for (std::size_t i = k_at + 4; i < k_at + k_size; ++i) number = number << 8 | static_cast<unsigned char>(block[i]);
    return number;
  }

  static bool has_checksum(const char* block) {
    constexpr std::size_t k_at = 148;
    constexpr std::size_t k_size = 8;
    std::uint64_t sum = k_size * ' ';
    for (std::size_t i = 0; i < k_block; ++i)
      if (i < k_at || i >= k_at + k_size) sum += static_cast<unsigned char>(block[i]);
    return octal(block + k_at, k_size) == sum;
  }

  static std::string name_of(const char* block) {
    constexpr std::size_t k_name_size = 100;
    constexpr std::size_t k_prefix_at = 345;
    constexpr std::size_t k_prefix_size = 155;
    std::string name(block, strnlen(block, k_name_size));
    const bool is_posix = std::memcmp(block + k_ustar_at, "ustar\0", k_ustar.size() + 1) == 0;
    if (!is_posix || block[k_prefix_at] == '\0') return name;
    return std::string(block + k_prefix_at, strnlen(block + k_prefix_at, k_prefix_size)) + "/" + name;
  }

  Result<void> unpack_member(const char* block) {
    constexpr std::size_t k_type_at = 156;
    auto size = size_of(block);
    if (!size) return damaged();
    const char type = block[k_type_at];
    if (type == 'L' || type == 'x' || type == 'g') return read_extension(type, *size);
    if (m_next_size) size = std::exchange(m_next_size, std::nullopt);
    auto name = std::exchange(m_next_name, std::string());
    if (name.empty()) name = name_of(block);
    const bool is_file = (type == '0' || type == '\0' || type == '7') && !name.ends_with('/');
    if (!is_file) return take(*size, [](const char*, std::size_t) { return Result<void>(); });
    if (auto opened = m_sink.open(name); !opened) return opened;
    if (auto taken = take(*size, [&](const char* bytes, std::size_t n) { return m_sink.add(bytes, n); }); !taken)
      return taken;
    return m_sink.close();
  }

  // A long name, or pax's "length key=value\n" records, for the next member.
  Result<void> read_extension(char type, std::uint64_t size) {
    if (size > k_longest_extension) return damaged();
    std::string text;
    auto keep = [&](const char* bytes, std::size_t n) {
      text.append(bytes, n);
      return Result<void>();
    };
    if (auto taken = take(size, keep); !taken) return taken;
    if (type == 'L') m_next_name = text.substr(0, text.find('\0'));
    if (type == 'x') return read_pax(text);
    return {};
  }

  Result<void> read_pax(std::string_view text) {
    while (!text.empty()) {
      std::size_t length = 0;
      auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), length);
      const auto digits = static_cast<std::size_t>(at - text.data());
      if (error != std::errc() || length > text.size() || length < digits + 2 || *at != ' ') return damaged();
      auto record = text.substr(digits + 1, length - digits - 2);
      text.remove_prefix(length);
      if (record.starts_with("path=")) m_next_name = record.substr(5);
      if (!record.starts_with("size=")) continue;
      std::uint64_t size = 0;
      auto [end, failed] = std::from_chars(record.data() + 5, record.data() + record.size(), size);
      if (failed != std::errc() || end != record.data() + record.size()) return damaged();
      m_next_size = size;
    }
    return {};
  }

  // Hands out `size` bytes, and passes over what fills up the last block.
  Result<void> take(std::uint64_t size, const std::function<Result<void>(const char*, std::size_t)>& use) {
    const auto fill = (k_block - size % k_block) % k_block;
    for (std::uint64_t left = size; left > 0;) {
      auto got = m_read(m_buffer.data(), static_cast<std::size_t>(std::min<std::uint64_t>(left, m_buffer.size())));
      if (!got) return tl::unexpected(got.error());
      if (*got == 0) return fail(ErrorKind::format, m_path, "cut");
      if (auto used = use(m_buffer.data(), *got); !used) return used;
      left -= *got;
    }
    for (std::uint64_t left = fill; left > 0;) {
      auto got = m_read(m_buffer.data(), static_cast<std::size_t>(left));
      if (!got) return tl::unexpected(got.error());
      if (*got == 0) return fail(ErrorKind::format, m_path, "cut");
      left -= *got;
    }
    return {};
  }

  const std::string& m_path;
  Read m_read;
  ArchiveSink& m_sink;
  std::vector<char> m_buffer;
  std::string m_next_name;
  std::optional<std::uint64_t> m_next_size;
};

}  // namespace

Result<void> read_tar(const std::string& path, ArchiveSink& sink) {
  auto head = read_head(path, k_zstd_magic.size());
  if (!head) return tl::unexpected(head.error());
  // gzip's reader takes what is not compressed as it is.
  auto read = *head == k_zstd_magic ? ZstdSource::open(path) : GzipSource::open(path);
  if (!read) return tl::unexpected(read.error());
  return TarReader(path, std::move(*read), sink).unpack();
}

}  // namespace covey::base
