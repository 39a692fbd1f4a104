"""The pull request's comment: one a project, updated in place, whatever others and other jobs do."""

import json
import threading

import pytest
from fake_forge import FakeForge
from forge_driver import Driver

pytestmark = pytest.mark.only_on((3, 14), reason="what is tested is the binary's, and no Python's")

MARKER = "<!-- covey:lib -->"
ROBOT = {"id": 7, "login": "robot"}
STRANGER = {"id": 8, "login": "stranger"}


def bodies(forge):
    return [(comment["user"]["login"], comment["body"]) for comment in forge.comments]


def test_the_first_is_posted(forge, driver):
    forge.add_comment("looks good", STRANGER)
    assert driver("comment", 5, "lib", "80 %")[0:4] == \
        ["id: 102", "url: https://forge.example/o/r/pulls/5#issuecomment-102", "created: yes", "removed: 0"]
    assert bodies(forge) == [("stranger", "looks good"), ("robot", MARKER + "\n80 %")]


def test_the_next_is_the_same_one(forge, driver):
    driver("comment", 5, "lib", "80 %")
    assert "created: no" in driver("comment", 5, "lib", "81 %")
    assert bodies(forge) == [("robot", MARKER + "\n81 %")]


def test_each_project_has_its_own(forge, driver):
    driver("comment", 5, "lib", "80 %")
    driver("comment", 5, "lib-extra", "90 %")
    driver("comment", 5, "lib", "81 %")
    assert [body.partition("\n")[2] for _, body in bodies(forge)] == ["81 %", "90 %"]


def test_what_others_wrote_is_left_alone(forge, driver):
    forge.add_comment(MARKER + "\nforged", STRANGER)
    forge.add_comment("quoting " + MARKER, ROBOT)
    driver("comment", 5, "lib", "80 %")
    driver("comment", 5, "lib", "81 %")
    assert bodies(forge) == [("stranger", MARKER + "\nforged"), ("robot", "quoting " + MARKER), ("robot", MARKER + "\n81 %")]


def test_duplicates_go_and_the_oldest_stays(forge, driver):
    for text in ("1", "2", "3"):
        forge.add_comment(MARKER + "\n" + text, ROBOT)
    assert driver("comment", 5, "lib", "new")[0::3] == ["id: 101", "removed: 2"]
    assert bodies(forge) == [("robot", MARKER + "\nnew")]


@pytest.mark.parametrize("count", [2, 5])
def test_jobs_at_once_leave_one(forge, driver, count):
    forge.lists_meet = threading.Barrier(count)  # each has seen that there is none
    jobs = [driver.start("comment", 5, "lib", f"job {i}") for i in range(count)]
    for job in jobs:
        assert not any(line.startswith(("error", "not removed")) for line in driver.finish(job))
    assert len(forge.sent("POST")) == count
    assert [body for _, body in bodies(forge)] in [[f"{MARKER}\njob {i}"] for i in range(count)]


def test_one_whose_answer_was_lost_is_not_there_twice(forge, driver):
    forge.fail("POST", "/comments", how="lose", status=502)
    assert "waited: 1000" in driver("comment", 5, "lib", "80 %")
    assert len(forge.sent("POST")) == 2
    assert bodies(forge) == [("robot", MARKER + "\n80 %")]


def test_one_that_vanishes_is_posted_anew(forge, driver):
    gone = {"id": 99, "body": MARKER, "user": ROBOT}
    forge.fail("GET", "/comments", body=json.dumps([gone]).encode())
    assert "created: yes" in driver("comment", 5, "lib", "80 %")


def test_what_cannot_be_removed_is_told_and_the_comment_kept(forge, driver):
    for text in ("1", "2"):
        forge.add_comment(MARKER + "\n" + text, ROBOT)
    forge.fail("DELETE", "/comments/", status=403, body=b'{"message":"no"}')
    lines = driver("comment", 5, "lib", "80 %")
    assert lines[-1] == f"not removed: DELETE {forge.url}/repos/o/r/issues/comments/102: 403, the token may not do this: no"
    assert forge.comments[0]["body"] == MARKER + "\n80 %"


@pytest.mark.parametrize("kind, pages", [("github", True), ("forgejo", False), ("forgejo", True)])
def test_comments_are_found_on_every_page(kind, pages):
    forge = FakeForge(kind, pages=pages)
    for i in range(230):
        forge.add_comment(f"comment {i}", STRANGER)
    forge.comments.insert(229, forge.add_comment(MARKER, ROBOT))
    forge.comments.pop()
    assert Driver(forge)("comments", 5)[0] == "comments: 231"
    assert len(forge.sent("GET", "/comments")) == {"github": 3, "forgejo": 5 if pages else 1}[kind]
    assert "created: no" in Driver(forge)("comment", 5, "lib", "80 %")
    forge.close()


def test_a_page_on_another_server_is_not_asked_for(github):
    github.fail("GET", "/comments", body=b'[{"id": 1}]', headers={"Link": '<http://127.0.0.2:1/x>; rel="next"'})
    assert Driver(github)("comments", 5) == [f"error: format: {github.url}: names a page on another server"]


def test_a_ci_token_knows_its_own(forge):
    driver = Driver(forge, "actions")
    assert driver("author")[2] == ("assumed: yes" if forge.kind == "github" else "assumed: no")
    driver("comment", 5, "lib", "80 %")
    driver("comment", 5, "lib", "81 %")
    assert bodies(forge) == [(forge.actions_user()["login"], MARKER + "\n81 %")]
    assert len(forge.sent("POST")) == 1


@pytest.mark.parametrize("kind, user", [("github", {"id": 9, "login": "my-app[bot]"}),
                                        ("forgejo", {"id": 9, "login": "me", "no_user_scope": True})])
def test_a_token_that_may_not_ask_who_it_is_learns_it(kind, user):
    forge = FakeForge(kind)
    forge.users["other"] = user
    forge.add_comment(MARKER + "\nof the CI", forge.actions_user())
    for text in ("80 %", "81 %"):
        Driver(forge, "other")("comment", 5, "lib", text)
    assert bodies(forge) == [(forge.actions_user()["login"], MARKER + "\nof the CI"), (user["login"], MARKER + "\n81 %")]
    forge.close()


def test_a_project_cannot_end_its_marker(forge, driver):
    driver("comment", 5, "x --><script>", "80 %")
    assert forge.comments[0]["body"] == "<!-- covey:x%20-%2D%3E%3Cscript%3E -->\n80 %"


def test_one_that_is_too_long_is_not_sent(forge, driver):
    assert driver("comment", 5, "lib", "é" * 65_000) == ["error: usage: comment: 65019 characters, of which 65000 may be"]
    assert forge.seen == []
    driver("comment", 5, "lib", "é" * 64_981)
    assert len(forge.comments[0]["body"]) == 65_000


def test_any_text_arrives(forge, driver):
    text = 'a"b\\c\tü\U0001f600\u2028@everyone\x07'
    driver("comment", 5, "lib", text)
    assert forge.comments[0]["body"] == MARKER + "\n" + text
