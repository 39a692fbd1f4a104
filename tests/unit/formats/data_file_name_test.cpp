#include <doctest/doctest.h>
#include <covey/formats/data_file_name.hpp>

using namespace covey;
using namespace covey::formats;

TEST_CASE("a parallel data file's name tells its process and its data") {
  const DataFileOrigin origin{"ci.example.org", 123, 0};
  CHECK(data_file_suffix(origin) == "ci_example_org.pid123.XAAAAAAx");
  CHECK(data_file_suffix({"ci", 7, ~std::uint64_t{0}}) != data_file_suffix({"ci", 7, 1}));
  const auto one = data_file_suffix(origin, base::digest128("one"));
  CHECK(one.size() == std::string("ci_example_org.pid123.XAAAAAAx.H0123456789h").size());
  CHECK(one == data_file_suffix(origin, base::digest128("one")));
  CHECK(one != data_file_suffix(origin, base::digest128("two")));
  CHECK(data_hash_in_name("/x/.coverage." + one) == one.substr(one.rfind(".H") + 2));
  base::Digest128 ones;
  ones.bytes.fill(0xff);
  CHECK(data_file_suffix(origin, ones).ends_with(".H1111111111h"));
}

TEST_CASE("which names have a hash") {
  struct Row {
    std::string name, hash;
  };
  for (const auto& row : std::vector<Row>{{"/x/.coverage.ci.pid12.XabcDEFx.H0123456789h", "0123456789h"},
                                          {".coverage.run2.ci.pid12.XabcDEFx.H0123456789h", "0123456789h"},
                                          {".coverage.ci.pid12.XabcDEFx", ""},
                                          {".coverage.ci.pid12.XabcDEFx.H012345678h", ""},
                                          {".coverage.ci.pid12.XabcDEFx.H01234-6789h", ""},
                                          {".coverage.ci.pid.XabcDEFx.H0123456789h", ""},
                                          {".coverage.ci.pidx.XabcDEFx.H0123456789h", ""},
                                          {".coverage..pid1.XabcDEFx.H0123456789h", ""},
                                          {".coverage.1", ""},
                                          {"", ""}}) {
    CAPTURE(row.name);
    CHECK(data_hash_in_name(row.name).value_or("") == row.hash);
  }
}
