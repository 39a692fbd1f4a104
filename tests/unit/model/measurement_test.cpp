#include <doctest/doctest.h>
#include <covey/model/measurement.hpp>
#include <random>

using namespace covey::model;
using covey::base::digest128;

namespace {

Measurement generated(unsigned seed) {
  std::mt19937 random(seed);
  auto up_to = [&](int most) { return std::uniform_int_distribution(0, most)(random); };
  Measurement measurement;
  for (int n = up_to(4); n > 0; --n) {
    MeasuredFile file;
    for (int lines = up_to(6); lines > 0; --lines) file.ran.insert(up_to(200));
    for (int arcs = up_to(3); arcs > 0; --arcs) file.arcs.insert({up_to(9) + 1, up_to(9) + 1});
    for (int contexts = up_to(2); contexts > 0; --contexts) {
      if (file.contexts.empty() && !(file.ran.empty() && file.arcs.empty())) file.contexts[""] = {file.ran, file.arcs};
      auto name = "test_" + std::to_string(up_to(2));
      file.contexts[name] |= {{up_to(200) + 1}, {{up_to(9) + 1, -1}}};
      file.ran |= file.contexts[name].ran;
      file.arcs |= file.contexts[name].arcs;
    }
    for (int digests = up_to(2); digests > 0; --digests) file.digests.insert(digest128(std::to_string(up_to(3))));
    if (up_to(1) == 0) file.modules.insert("module" + std::to_string(up_to(3)));
    file.python = static_cast<unsigned>(up_to(3)) << 16;
    file.executed = !file.ran.empty();
    file.tracer = up_to(3) == 0 ? "plugin" : "";
    measurement.files.emplace("/src/" + std::to_string(up_to(5)) + ".py", file);
  }
  for (int n = up_to(2); n > 0; --n)
    measurement.interpreters.emplace(up_to(3), "/usr/bin/python" + std::to_string(up_to(3)));
  measurement.modes = static_cast<unsigned>(up_to(3));
  return measurement;
}

Measurement merged(Measurement a, const Measurement& b) { return a |= b; }

}  // namespace

TEST_CASE("merging measurements is commutative, associative and idempotent") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    auto a = generated(3 * seed), b = generated(3 * seed + 1), c = generated(3 * seed + 2);
    CHECK(merged(a, b) == merged(b, a));
    CHECK(merged(merged(a, b), c) == merged(a, merged(b, c)));
    CHECK(merged(a, a) == a);
    CHECK(merged(a, Measurement()) == a);
  }
}

TEST_CASE("a file that some process ran and another only found has run") {
  Measurement ran, found;
  ran.files["/src/a.py"] = {{1, 2}, {}, {}, {digest128("one")}, {"a"}, 0x030e0000, true};
  found.files["/src/a.py"] = {{}, {}, {}, {digest128("one")}, {}, 0, false};
  found.files["/src/b.py"] = {};
  auto both = merged(found, ran);
  CHECK(both.files.at("/src/a.py") == ran.files.at("/src/a.py"));
  CHECK_FALSE(both.files.at("/src/b.py").executed);
}

TEST_CASE("what ran without contexts ran outside any, once there are some") {
  Measurement plain, named;
  plain.files["/a.py"].ran = {1, 2};
  named.files["/a.py"].ran = {2, 3};
  named.files["/a.py"].contexts["test_x"].ran = {2, 3};
  auto file = merged(plain, named).files.at("/a.py");
  CHECK(file.ran == LineSet{1, 2, 3});
  CHECK(file.contexts.at("").ran == LineSet{1, 2});
  CHECK(file.contexts.at("test_x").ran == LineSet{2, 3});
}

TEST_CASE("lines and branches do not mix, and it shows") {
  Measurement lines, branches;
  lines.modes = k_measured_lines;
  branches.modes = k_measured_branches;
  CHECK_FALSE(merged(lines, lines).is_mixed());
  CHECK(branches.has_branches());
  CHECK(merged(lines, branches).is_mixed());
  CHECK_FALSE(merged(Measurement(), branches).is_mixed());
}

TEST_CASE("what ran in some contexts alone") {
  Measurement measured;
  measured.files["/named.py"] = {
      {1, 2, 3}, {{1, 2}, {2, 3}}, {{"", {{1, 2}, {{1, 2}}}}, {"test_x", {{2, 3}, {{2, 3}}}}}, {}, {}, 0, true};
  measured.files["/plain.py"].ran = {7};
  auto kept = [&](const std::string& name) {
    auto part = measured;
    part.keep_contexts([&](const std::string& context) { return context == name; });
    return part;
  };
  CHECK(kept("test_x").files.at("/named.py").ran == LineSet{2, 3});
  CHECK(kept("test_x").files.at("/named.py").arcs == ArcSet{{2, 3}});
  CHECK(kept("test_x").files.at("/named.py").contexts.size() == 1);
  CHECK(kept("test_x").files.at("/plain.py").ran.empty());
  CHECK(kept("").files.at("/named.py").ran == LineSet{1, 2});
  CHECK(kept("").files.at("/plain.py").ran == LineSet{7});
  CHECK(kept("other").files.size() == 2);
  CHECK(kept("other").files.at("/named.py").ran.empty());
}
