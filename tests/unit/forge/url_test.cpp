#include <doctest/doctest.h>
#include <covey/forge/site.hpp>
#include <covey/forge/url.hpp>

using namespace covey;

TEST_CASE("an address is read strictly") {
  struct Row {
    const char* text;
    const char* read;  // empty where it is none
  };
  const Row rows[] = {
      {"https://api.github.com", "https://api.github.com/"},
      {"HTTPS://Api.GitHub.com:443/user?page=2#top", "https://api.github.com/user?page=2"},
      {"http://[::1]:3000/api/v1", "http://[::1]:3000/api/v1"},
      {"http://forge_1.example:80", "http://forge_1.example/"},
      {"https://forge.example?x", "https://forge.example/?x"},
      {"https://forge.example/a%20b", "https://forge.example/a%20b"},
      {"https://user:secret@forge.example/", ""},
      {"https://forge.example@evil.example/", ""},
      {"https://evil.example\\@forge.example/", ""},
      {"https://forge.example:0/", ""},
      {"https://forge.example:65536/", ""},
      {"https://forge.example:80x/", ""},
      {"https://forge.example:/", ""},
      {"https://", ""},
      {"https:///path", ""},
      {"https://-forge/", ""},
      {"https://forge.example/a b", ""},
      {"https://forge.example/\r\nX: y", ""},
      {"https://f\xC3\xB6rge.example/", ""},
      {"https://[::1/", ""},
      {"ftp://forge.example/", ""},
      {"file:///etc/passwd", ""},
      {"//forge.example", ""},
      {"forge.example", ""},
      {"", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto url = forge::parse_url(row.text);
    CHECK((url ? url->text() : "") == row.read);
  }
  CHECK_FALSE(forge::parse_url("https://forge.example/" + std::string(9000, 'a')));
  CHECK(forge::parse_url("https://forge.example:8443/a?token=x")->shown() == "https://forge.example:8443/a");
}

TEST_CASE("where a redirect leads") {
  struct Row {
    const char* location;
    const char* to;  // empty for nowhere
    bool same = false;
  };
  const Row rows[] = {
      {"/b", "http://forge.example/b", true},
      {"//forge.example/b", "http://forge.example/b", true},
      {"http://FORGE.example:80/b", "http://forge.example/b", true},
      {"https://forge.example/b", "https://forge.example/b", true},
      {"https://forge.example:8443/b", "https://forge.example:8443/b", false},
      {"http://forge.example:81/b", "http://forge.example:81/b", false},
      {"//evil.example/b", "http://evil.example/b", false},
      {"https://forge.example.evil.example/", "https://forge.example.evil.example/", false},
      {"b", ""},
      {"", ""},
      {"javascript:alert(1)", ""},
  };
  const auto from = forge::parse_url("http://forge.example/a");
  for (const auto& row : rows) {
    CAPTURE(row.location);
    const auto to = forge::redirect_target(*from, row.location);
    CHECK((to ? to->text() : "") == row.to);
    if (to) CHECK(forge::is_same_server(*from, *to) == row.same);
  }
  CHECK_FALSE(forge::is_same_server(*forge::parse_url("https://a/"), *forge::parse_url("http://a/")));
}

TEST_CASE("a part of a path is encoded") {
  CHECK(forge::encoded("a.b_c-d~9") == "a.b_c-d~9");
  CHECK(forge::encoded("a/b?c=d&e:\xC3\xA9 %") == "a%2Fb%3Fc%3Dd%26e%3A%C3%A9%20%25");
}

TEST_CASE("a repository's name cannot lead elsewhere") {
  struct Row {
    const char* text;
    bool good;
  };
  const Row rows[] = {
      {"octo/hello-world", true},
      {"a/.github", true},
      {"A_b/c.d", true},
      {"a", false},
      {"a/", false},
      {"/a", false},
      {"a/b/c", false},
      {"a/..", false},
      {"./b", false},
      {"a/b?x", false},
      {"a/b\n", false},
      {"a/\xC3\xA9", false},
      {"a b/c", false},
      {"a/%2e", false},
      {"", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto name = forge::parse_repository_name(row.text);
    REQUIRE(name.has_value() == row.good);
    if (name) CHECK(name->full() == row.text);
  }
  CHECK_FALSE(forge::parse_repository_name("a/" + std::string(101, 'b')));
}

TEST_CASE("an API's address ends without a slash") {
  CHECK(forge::parse_api_url("https://forge.example/api/v1//").value() == "https://forge.example/api/v1");
  CHECK(forge::parse_api_url("http://localhost:3000").value() == "http://localhost:3000");
  CHECK(forge::parse_api_url("forge.example").error().message() == "forge.example: not an API's address");
  CHECK_FALSE(forge::parse_api_url("https://forge.example/?x"));
}
