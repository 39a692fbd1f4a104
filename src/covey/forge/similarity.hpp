// How much of one file's bytes another has: what git takes a file for renamed by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace covey::forge {

// A file's bytes in pieces: its lines, those over 64 bytes in parts. Two files may be compared by these alone.
class Pieces {
 public:
  explicit Pieces(std::string_view text);

  // 0 to 100: of the bytes of the longer file, what part stands in both in the same pieces, in any order. Git's measure
  // (diffcore-rename), so that renames are found where `git diff -M` finds them. 0 where one has no bytes.
  friend int similarity(const Pieces& one, const Pieces& other);

 private:
  std::size_t m_size = 0;                                       // in bytes
  std::vector<std::pair<std::uint64_t, std::size_t>> m_pieces;  // hash and bytes, ascending, each hash once
};

}  // namespace covey::forge
