"""What else is asked of the forges, how a request looks, and what is said where one fails."""

import json

import pytest
from fake_forge import BASE, DIFF, HEAD, MERGE_BASE, FakeForge
from forge_driver import Driver

pytestmark = pytest.mark.only_on((3, 14), reason="what is tested is the binary's, and no Python's")


def test_requests_are_as_each_forge_wants_them(forge, driver):
    driver("comment", 5, "lib", "80 %")
    (post,) = forge.sent("POST")
    wanted = {"authorization": "Bearer secret", "accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"} \
        if forge.kind == "github" else {"authorization": "token secret", "accept": "application/json"}
    wanted |= {"user-agent": "covey", "content-type": "application/json"}
    assert post.headers | wanted == post.headers
    assert "expect" not in post.headers


def test_a_status(forge, driver):
    assert driver("status", HEAD, "failure", "lib", "x" * 139 + "yz", "https://ci.example/1") == ["status: set"]
    assert forge.statuses == [{"state": "failure", "context": "covey/lib", "description": "x" * 139 + "…",
                               "target_url": "https://ci.example/1"}]
    assert driver("status", HEAD, "success", "lib", "good", "") == ["status: set"]
    assert "target_url" not in forge.statuses[1]


@pytest.mark.parametrize("commit, url, said", [
    ("HEAD", "", "'HEAD' is not a commit"),
    ("0" * 40, "", f"'{'0' * 40}' is not a commit"),
    (HEAD, "javascript:alert(1)", "'javascript:alert(1)' is not an address"),
])
def test_a_status_that_is_none(forge, driver, commit, url, said):
    assert driver("status", commit, "success", "lib", "good", url) == [f"error: usage: status: {said}"]
    assert forge.seen == []


def test_a_pull_request(forge, driver):
    merge_base = MERGE_BASE if forge.kind == "forgejo" else ""
    lines = ["number: 5", f"head: {HEAD}", "head_repository: fork/r", f"base: {BASE}", "base_ref: main", f"merge_base: {merge_base}"]
    assert driver("pull", 5) == lines
    assert driver("find", "fork/r", "topic", HEAD) == lines
    assert driver("find", "fork/r", "topic", MERGE_BASE) == []


def test_a_diff(forge, driver):
    assert "\n".join(driver("diff", 5)) + "\n" == "diff: " + DIFF + "\n"


def test_without_a_token_nothing_proves_who_asks(forge):
    Driver(forge, "")("diff", 5)
    assert "authorization" not in forge.seen[0].headers


FAILURES = [
    (401, b'{"message":"Bad credentials"}', {}, "usage", "401, the token is not valid: Bad credentials", 1),
    (403, b'{"message":"Resource not accessible by integration"}', {}, "usage",
     "403, the token may not do this: Resource not accessible by integration", 1),
    (403, b"{}", {"Retry-After": "90"}, "usage", "403, the token may not do this (to be tried again in 90 s)", 1),
    (404, b'{"message":"Not Found"}', {}, "not_found", "404, not there, or the token may not see it: Not Found", 1),
    (406, b'{"message":"Sorry, the diff exceeded the maximum number of lines (20000)"}', {}, "io",
     "406, larger than the forge gives out: Sorry, the diff exceeded the maximum number of lines (20000)", 1),
    (422, b'{"message":"Validation Failed","errors":[{"resource":"IssueComment","code":"unprocessable"}]}', {}, "io",
     "422, the forge does not take what was sent: Validation Failed", 1),
    (429, b"<html>429</html>", {"Retry-After": "3600"}, "io", "429, too many requests (to be tried again in 3600 s)", 1),
    (429, b"", {}, "io", "429, too many requests", 3),
    (500, b'{"message":"","url":"https://forge.example/api/swagger"}', {}, "io", "500, the forge failed", 3),
    (501, b"", {}, "io", "501, the forge failed", 1),
    (418, b'{"message":"a\\u001b[31mb\\nc secret"}', {}, "io", "418: a?[31mb c ***", 1),
    (204, b"", {}, "io", "204", 1),
]


@pytest.mark.parametrize("status, body, headers, kind, said, tries", FAILURES)
def test_a_failure_is_told_in_one_line(forge, driver, status, body, headers, kind, said, tries):
    forge.fail("GET", "/pulls/5", status=status, body=body, headers=headers, times=9)
    path = "/repos/o/r/pulls/5"
    assert driver("pull", 5)[-1] == f"error: {kind}: GET {forge.url}{path}: {said}"
    assert len(forge.seen) == tries


def test_a_failure_that_passes_is_waited_for(forge, driver):
    forge.fail("GET", "/pulls", status=429, headers={"Retry-After": "7"})
    forge.fail("GET", "/pulls", status=503, headers={"Date": "Tue, 01 Dec 2026 12:00:00 GMT",
                                                    "Retry-After": "Tue, 01 Dec 2026 12:00:11 GMT"})
    assert driver("pull", 5)[:3] == ["waited: 7000", "waited: 11000", "number: 5"]


def test_a_limit_is_waited_for(github):
    github.fail("GET", "/pulls", status=403, body=b'{"message":"API rate limit exceeded"}', headers={
        "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1796126405", "Date": "Tue, 01 Dec 2026 12:00:00 GMT"})
    assert Driver(github)("pull", 5)[:2] == ["waited: 5000", "number: 5"]


def test_a_server_that_hangs_is_not_waited_for_for_ever(forge, driver):
    forge.fail("GET", "/pulls", how="hang", times=9)
    (line,) = driver("--budget", 300, "pull", 5)
    assert line.startswith(f"error: io: GET {forge.url}/repos/o/r/pulls/5: no answer within ")


def test_a_connection_that_closes(forge, driver):
    forge.fail("GET", "/pulls", how="close")
    assert driver("pull", 5)[:2] == ["waited: 1000", "number: 5"]


def test_an_answer_that_is_cut_off(forge, driver):
    forge.fail("GET", "/comments", how="cut", times=3)
    lines = driver("comments", 5)
    assert lines[:2] == ["waited: 1000", "waited: 2000"]
    assert lines[2].startswith(f"error: io: GET {forge.url}/repos/o/r/issues/5/comments: transfer closed")


def test_an_answer_without_end(forge, driver):
    forge.fail("GET", "/comments", how="huge")
    assert driver("comments", 5) == [f"error: too_large: GET {forge.url}/repos/o/r/issues/5/comments: "
                                     "the answer is larger than 67108864 bytes"]


@pytest.mark.parametrize("body, said", [
    (b"<html>log in</html>", "byte 1: not JSON"),
    (b'[{"id": 1', "byte 10: not JSON"),
    (b"", "byte 1: not JSON"),
    (b"[" * 100_000, "nested deeper than any answer of a forge"),
    (b'{"id": 1}', "not a list of comments"),
    (b"[{}]", "a comment without an id"),
    (b'[{"id": "1"}]', "a comment without an id"),
    (b'[{"id": 1.5}]', "a comment without an id"),
    (b"[" + b'{"id": 1, "body": "x"},' * 150_000 + b"{}]", "more values than any answer of a forge has"),
])
def test_an_answer_that_is_none(forge, driver, body, said):
    forge.fail("GET", "/comments", body=body)
    assert driver("comments", 5) == [f"error: format: GET {forge.url}/repos/o/r/issues/5/comments: "
                                     f"the answer is not understood: {said}"]


def test_a_page_is_not_a_diff(forge, driver):
    forge.fail("GET", "/pulls", body=b"<html>log in</html>")
    assert driver("diff", 5)[-1].endswith("the answer is not understood: not a diff")


def test_a_user_that_is_none(forge, driver):
    forge.fail("GET", "/user", body=b"[]")
    assert driver("author") == [f"error: format: GET {forge.url}/user: the answer is not understood: it names no user"]


def test_a_redirect_on_the_same_server_is_followed(forge, driver):
    forge.fail("GET", "/pulls/5$", status=301, headers={"Location": forge.url + "/repos/o/r/pulls/5?moved"})
    assert driver("pull", 5)[0] == "number: 5"
    assert [seen.headers["authorization"].split()[1] for seen in forge.seen] == ["secret", "secret"]


def test_a_post_is_not_made_a_get(forge, driver):
    forge.fail("POST", "/comments", status=302, headers={"Location": "/elsewhere?x=1"})
    origin = forge.url.removesuffix("/api/v1")
    assert driver("comment", 5, "lib", "x") == [f"error: usage: POST {forge.url}/repos/o/r/issues/5/comments: "
                                                f"302, a redirect of a POST to {origin}/elsewhere"]
    forge.fail("POST", "/comments", status=307, headers={"Location": forge.url + "/repos/o/r/issues/5/comments?moved"})
    assert "created: yes" in driver("comment", 5, "lib", "x")


def test_redirects_end(forge, driver):
    forge.fail("GET", "/pulls", status=302, headers={"Location": "/api/v1/repos/o/r/pulls/5"}, times=99)
    assert driver("pull", 5)[-1].endswith("302, a redirect too many")
    assert len(forge.seen) == 6


@pytest.mark.parametrize("location, said", [
    ("http://127.0.0.1:{other}/x", "302, a redirect to another server without https"),
    ("ftp://127.0.0.1/x", "302, a redirect that names no address"),
    ("file:///etc/passwd", "302, a redirect that names no address"),
    ("https://user:x@127.0.0.1/x", "302, a redirect that names no address"),
    ("relative", "302, a redirect that names no address"),
    ("", "302, a redirect that names no address"),
])
def test_a_redirect_to_another_server_is_not(forge, driver, location, said):
    other = FakeForge("forgejo")
    forge.fail("GET", "/pulls", status=302, headers={"Location": location.format(other=other.server.server_port)})
    assert driver("pull", 5) == [f"error: usage: GET {forge.url}/repos/o/r/pulls/5: {said}"]
    assert other.seen == []
    other.close()


def test_without_libcurl_it_is_said_what_to_install(forge, tmp_path):
    for name in ("libcurl.so.4", "libcurl-gnutls.so.4"):
        (tmp_path / name).touch()
    assert Driver(forge, LD_LIBRARY_PATH=str(tmp_path))("pull", 5) == [
        "error: not_found: libcurl.so.4: not found: the forge cannot be reached without it "
        "(on Debian and Ubuntu: apt-get install libcurl4)"]


def test_a_netrc_is_not_looked_at(forge, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password mine\n")
    Driver(forge, "", HOME=str(tmp_path))("diff", 5)
    assert "authorization" not in forge.seen[0].headers


def test_nothing_says_the_token(forge):
    """Not where the forge repeats it, and not where it cannot be sent."""
    forge.fail("GET", "/pulls", status=418, body=json.dumps({"message": "no token t0ken-of-mine here"}).encode())
    for token in ("t0ken-of-mine", "t0ken-of-mine\n"):
        lines = Driver(forge, token)("pull", 5)
        assert lines[-1].startswith("error: ") and "t0ken" not in "".join(lines), lines
    assert lines[-1].endswith("the token holds a control character, perhaps the end of a line")
