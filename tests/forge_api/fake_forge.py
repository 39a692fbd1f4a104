"""A server on the loopback interface that answers as Forgejo's API does, or GitHub's, as far as the room forge asks.

The shapes of requests and answers are the forges' own: Forgejo's as its sources of November 2024 have them (all comments
in one answer whatever page is asked for, X-Total-Count, pulls/N.diff), GitHub's as its documentation does (Link headers,
Accept chooses the diff, an installation's token gets 403 from /user). What goes wrong is a Fault, told beforehand.
"""

import dataclasses
import http.server
import json
import re
import threading
import urllib.parse

HEAD, BASE, MERGE_BASE = "a" * 40, "b" * 40, "c" * 40
DIFF = "diff --git a/a.py b/a.py\nindex 1..2 100644\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a = 1\n+a = 2\n"


@dataclasses.dataclass
class Fault:
    """What the next request of that method and path (a regular expression) gets instead of its answer."""

    method: str
    path: str
    status: int = 200
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes = b""
    how: str = "answer"  # or: hang, close, cut, huge, lose (done, but its answer is lost)
    times: int = 1


@dataclasses.dataclass
class Seen:
    method: str
    path: str
    headers: dict
    body: object  # decoded JSON, None without


class FakeForge:
    def __init__(self, kind, *, pages=False):
        self.kind = kind
        self.pages = pages or kind == "github"  # whether comments come in pages
        self.users = {"secret": {"id": 7, "login": "robot"}, "actions": self.actions_user()}
        self.commits = {HEAD}
        self.comments, self.statuses, self.faults, self.seen = [], [], [], []
        self.lists_meet = None  # a barrier that the first lists of comments wait at
        self.lock = threading.RLock()
        self.next_id = 100
        self.done = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}" + ("/api/v1" if kind == "forgejo" else "")

    def close(self):
        self.done.set()
        self.server.shutdown()
        self.server.server_close()

    def actions_user(self):
        return {"id": 41898282, "login": "github-actions[bot]"} if self.kind == "github" else {"id": -2, "login": "forgejo-actions"}

    def add_comment(self, body, user):
        with self.lock:
            self.next_id += 1
            page = f"https://forge.example/o/r/pulls/5#issuecomment-{self.next_id}"
            comment = {"id": self.next_id, "html_url": page, "user": dict(user), "body": body,
                       "created_at": "2026-12-01T12:00:00Z", "updated_at": "2026-12-01T12:00:00Z"}
            if self.kind == "github":
                comment |= {"node_id": "IC_x", "author_association": "NONE", "performed_via_github_app": None}
            else:
                comment |= {"pull_request_url": page.partition("#")[0], "issue_url": "", "assets": [], "original_author": ""}
            self.comments.append(comment)
            return comment

    def fail(self, method, path, **what):
        self.faults.append(Fault(method, path, **what))

    def take_fault(self, method, path):
        with self.lock:
            for fault in self.faults:
                if fault.times and fault.method == method and re.search(fault.path, path):
                    fault.times -= 1
                    return fault
        return None

    def sent(self, method, path=""):
        return [seen for seen in self.seen if seen.method == method and re.search(path, seen.path)]

    def error(self, status, message):
        link = {"documentation_url": "https://docs.github.com/rest", "status": str(status)} if self.kind == "github" else \
               {"url": "https://forge.example/api/swagger"}
        return status, {"message": message} | link, {}

    def answer(self, seen):
        """(status, JSON or text, headers) of a request."""
        authorization = seen.headers.get("authorization", "")
        scheme, _, token = authorization.partition(" ")
        if authorization and scheme != ("Bearer" if self.kind == "github" else "token"):
            return self.error(401, "Bad credentials")
        user = self.users.get(token)
        if authorization and user is None:
            return self.error(401, "Bad credentials" if self.kind == "github" else "user does not exist [uid: 0, name: ]")
        address = urllib.parse.urlsplit(seen.path)
        query = dict(urllib.parse.parse_qsl(address.query))
        path = address.path.removeprefix("/api/v1")
        for pattern, function in ROUTES.items():
            if found := re.fullmatch(pattern, f"{seen.method} {path}"):
                return function(self, seen, user, query, *found.groups())
        return self.error(404, "Not Found" if self.kind == "github" else "The target couldn't be found.")

    def whoami(self, seen, user, query):
        if user is None:
            return self.error(401, "token is required")
        if self.kind == "github" and user["login"].endswith("[bot]"):
            return self.error(403, "Resource not accessible by integration")
        if user.get("no_user_scope"):
            return self.error(403, "token does not have at least one of required scope(s): [read:user]")
        return 200, user, {}

    def list_comments(self, seen, user, query, number):
        with self.lock:
            comments = list(self.comments) if number == "5" else []
        if not self.pages:
            return 200, comments, {"X-Total-Count": str(len(comments))}
        size = min(int(query.get("per_page" if self.kind == "github" else "limit", 30)), 100)
        page = int(query.get("page", 1))
        part = comments[(page - 1) * size:page * size]
        if self.kind == "forgejo":
            return 200, part, {"X-Total-Count": str(len(comments))}
        host, last = self.url, -(-len(comments) // size)
        link = [f'<{host}/repositories/1/issues/5/comments?per_page={size}&page={n}>; rel="{rel}"'
                for n, rel in ((page - 1, "prev"), (page + 1, "next"), (last, "last"), (1, "first")) if 0 < n <= last]
        return 200, part, {"Link": ", ".join(link)} if last > 1 else {}

    def create_comment(self, seen, user, query, number):
        if user is None:
            return self.error(401, "Requires authentication")
        if number != "5":
            return self.error(404, "Not Found")
        return 201, self.add_comment(seen.body["body"], user), {}

    def change_comment(self, seen, user, query, number):
        with self.lock:
            found = [comment for comment in self.comments if comment["id"] == int(number)]
            if not found:
                return self.error(404, "Not Found")
            if found[0]["user"]["id"] != user["id"]:
                return self.error(403, "Resource not accessible by integration")
            if seen.method == "DELETE":
                self.comments.remove(found[0])
                return 204, None, {}
            found[0]["body"] = seen.body["body"]
            return 200, found[0], {}

    def set_status(self, seen, user, query, commit):
        if commit not in self.commits:
            return self.error(422, f"No commit found for SHA: {commit}")
        self.statuses.append(seen.body)
        key = "state" if self.kind == "github" else "status"
        return 201, seen.body | {"id": 1, key: seen.body["state"]}, {}

    def pull(self, number):
        pull = {"number": number, "state": "open", "html_url": "https://forge.example/o/r/pulls/5",
                "head": {"label": "topic", "ref": "topic", "sha": HEAD, "repo": {"full_name": "fork/r"}},
                "base": {"label": "main", "ref": "main", "sha": BASE, "repo": {"full_name": "o/r"}}}
        return pull | {"merge_base": MERGE_BASE} if self.kind == "forgejo" else pull

    def get_pull(self, seen, user, query, number, diff):
        if number != "5" or (diff and self.kind == "github"):
            return self.error(404, "Not Found")
        wants_diff = diff or seen.headers["accept"] == "application/vnd.github.diff"
        return 200, DIFF if wants_diff else self.pull(5), {}

    def list_pulls(self, seen, user, query):
        other = self.pull(4)
        other["head"] |= {"sha": BASE}
        return 200, [other, self.pull(5)], {}

    def handler(forge):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def reply(self, status, body, headers, length=None):
                self.send_response_only(status)  # with no Date but a fault's
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(body) if length is None else length))
                self.end_headers()
                self.wfile.write(body)

            def answer(self):
                size = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(size)) if size else None
                seen = Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                with forge.lock:
                    forge.seen.append(seen)
                barrier = forge.lists_meet if self.command == "GET" and "/comments" in self.path else None
                fault = forge.take_fault(self.command, self.path)
                if fault and fault.how != "lose":
                    return self.misbehave(fault)
                status, content, headers = forge.answer(seen)
                if fault:
                    return self.misbehave(fault)
                if barrier:
                    try:
                        barrier.wait(10)
                    except threading.BrokenBarrierError:
                        pass
                    forge.lists_meet = None
                if isinstance(content, str):
                    headers |= {"Content-Type": "text/plain; charset=utf-8"}
                    content = content.encode()
                else:
                    headers |= {"Content-Type": "application/json; charset=utf-8"}
                    content = b"" if content is None else json.dumps(content).encode()
                self.reply(status, content, headers)

            do_GET = do_POST = do_PATCH = do_DELETE = answer

            def misbehave(self, fault):
                self.close_connection = True
                if fault.how in ("answer", "lose"):
                    self.reply(fault.status, fault.body, fault.headers)
                elif fault.how == "hang":
                    forge.done.wait(60)
                elif fault.how == "cut":
                    self.reply(200, b'[{"id": 1, "bo', {}, 1000)
                elif fault.how == "huge":
                    self.reply(200, b"", {}, 1 << 40)
                    try:
                        for _ in range(200):
                            self.wfile.write(b" " * (1 << 20))
                    except OSError:
                        pass

        return Handler


ROUTES = {
    r"GET /user": FakeForge.whoami,
    r"GET /(?:repos/o/r|repositories/1)/issues/(\d+)/comments": FakeForge.list_comments,
    r"POST /repos/o/r/issues/(\d+)/comments": FakeForge.create_comment,
    r"(?:PATCH|DELETE) /repos/o/r/issues/comments/(\d+)": FakeForge.change_comment,
    r"POST /repos/o/r/statuses/(\w+)": FakeForge.set_status,
    r"GET /repos/o/r/pulls/(\d+)(\.diff)?": FakeForge.get_pull,
    r"GET /repos/o/r/pulls": FakeForge.list_pulls,
}
