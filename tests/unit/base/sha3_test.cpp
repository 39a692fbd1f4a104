#include <doctest/doctest.h>
#include <covey/base/sha3.hpp>

using namespace covey::base;

TEST_CASE("SHA3-256 of texts around the size of its block") {
  struct Row {
    int size;  // byte i of the text is 7 * i + size
    const char* digest;
  };
  for (const auto& row : {Row{0, "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"},
                          Row{1, "2767f15c8af2f2c7225d5273fdd683edc714110a987d1054697c348aed4e6cc7"},
                          Row{3, "fffadd0ae913c0947143ac7c6bf1d512c1b265db8ac52100614bd022ae2412d4"},
                          Row{134, "da017231ddbd966a9b032625e5f2af523528eecb51ac11987db6b998ae770f96"},
                          Row{135, "a936dec012587abe2bee1422bd71aa34ca72f35da145948cdf9e03a50e7e1c9b"},
                          Row{136, "bdd56554bf27dee4a5d55347bc41811864f1bc07afd58416ce76862888580fee"},
                          Row{137, "e38f198ccc57fe1df7edf60217fb68c5c7dbcc1ad5c95980e3557b6e1fbd1321"},
                          Row{271, "e47233ec4e72084cb0020a93bb97b68cf5a7f0bef72646fc5d7a777e3c69c51e"},
                          Row{272, "e90e9c0b0a15ef6f9749e4f1fbd150ca71f66b7a3060166eb397a96f8129fcd9"},
                          Row{273, "78cc74e118fd2a6e6dac2894805dd040d1399a74f0be8a74419dd618ffb998c4"},
                          Row{1000, "7cc0e22c8d0c46eb56aa03a1901cb3736b90d44dbb3feeeb775f29245387294c"}}) {
    std::string text;
    for (int i = 0; i < row.size; ++i) text += static_cast<char>(7 * i + row.size);
    CAPTURE(row.size);
    CHECK(sha3_256_hex(text) == row.digest);
  }
}
