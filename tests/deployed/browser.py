"""A person's browser, as far as the walk needs one: pages, forms, JSON, downloads; cookies kept, no redirect followed unseen."""

import base64
import http.cookiejar
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from steps import Failure, check

TIMEOUT_SECONDS = 30


@dataclass
class Page:
    status: int
    location: str
    kind: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


class Browser:
    """One person's: nobody else's cookies, and no proxy between this machine and itself."""

    def __init__(self):
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Unfollowed(), cookies)

    def ask(self, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Page:
        request = urllib.request.Request(url, data=body, headers=headers or {})
        try:
            with self.opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return page(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return page(answer)
        except (urllib.error.URLError, TimeoutError, ConnectionError) as problem:
            raise Failure(f"{shown(url)} does not answer: {problem}") from problem

    def open(self, url: str) -> Page:
        """A page that must be there."""
        answer = self.ask(url)
        check(answer.status == 200, f"{shown(url)} answered {answer.status}: {answer.text[:200]}")
        return answer

    def json(self, url: str) -> dict:
        return json.loads(self.open(url).body)

    def submit(self, url: str, **fields: str) -> Page:
        """A form that must be taken."""
        answer = self.ask(url, urllib.parse.urlencode(fields).encode())
        check(200 <= answer.status < 400, f"{shown(url)} answered {answer.status}: {answer.text[:200]}")
        return answer

    def post_json(self, url: str, body: dict, credential: str = "") -> Page:
        headers = {"Content-Type": "application/json"}
        if credential:
            headers["Authorization"] = "Basic " + base64.b64encode(credential.encode()).decode()
        return self.ask(url, json.dumps(body).encode(), headers)


def page(answer) -> Page:
    return Page(answer.status, answer.headers.get("Location", ""), answer.headers.get("Content-Type", ""), answer.read())


def shown(url: str) -> str:
    """An address as it may be printed: a long last part is somebody's token."""
    front, _, last = url.partition("?")[0].rpartition("/")
    return f"{front}/…" if len(last) > 30 else f"{front}/{last}"
