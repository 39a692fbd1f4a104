// The only way untrusted bytes are read: a cursor that cannot leave them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace covey::base {

// Reads little-endian values one after the other from bytes that it does not own. The first read that would leave them
// yields zero or an empty view, and so do all reads after it; failed() says so from then on, and the position stays
// where that read began. A reader may therefore take a whole structure and look at failed() once, before it uses any of
// it.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : m_bytes(bytes) {}

  // An integer or an enumeration of T's size; an enumeration may hold any value.
  template <class T>
  T read() {
    static_assert((std::is_integral_v<T> && !std::is_same_v<T, bool>) || std::is_enum_v<T>);
    static_assert(std::endian::native == std::endian::little);
    T value{};
    auto taken = string(sizeof(T));
    if (taken.size() == sizeof(T)) std::memcpy(&value, taken.data(), sizeof(T));
    return value;
  }

  // The next `size` bytes, as a view into what the cursor was made from.
  std::string_view string(std::uint64_t size) {
    return take(size) ? m_bytes.substr(m_position - static_cast<std::size_t>(size), static_cast<std::size_t>(size))
                      : std::string_view();
  }
  const std::uint8_t* bytes(std::uint64_t size) {  // null after a failure
    return reinterpret_cast<const std::uint8_t*>(string(size).data());
  }
  void skip(std::uint64_t size) { take(size); }
  void skip_to(std::uint64_t position) {  // from the start; may go back, which fails only past the end
    if (m_failed || position > m_bytes.size()) {
      m_failed = true;
    } else {
      m_position = static_cast<std::size_t>(position);
    }
  }

  bool failed() const { return m_failed; }
  bool at_end() const { return m_position == m_bytes.size(); }
  std::size_t remaining() const { return m_failed ? 0 : m_bytes.size() - m_position; }  // bytes
  std::size_t position() const { return m_position; }                                   // bytes from the start

 private:
  // By comparing with what is left, not by adding, so that no size can wrap around.
  bool take(std::uint64_t size) {
    if (m_failed || size > m_bytes.size() - m_position) {
      m_failed = true;
      return false;
    }
    m_position += static_cast<std::size_t>(size);
    return true;
  }

  std::string_view m_bytes;
  std::size_t m_position = 0;
  bool m_failed = false;
};

}  // namespace covey::base
