"""The demo's own web server: plays all official hosts at once on a loopback port, each below a path of its own name."""

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from msgspec import Struct

from monitor.demo.edits import Copy, Edit, Fault, SetRobots, edited
from monitor.demo.forms import read_copy, write_out
from monitor.demo.story import BrokenStory, Story
from monitor.model.ids import SourceId

APOLOGY_PATH = "/apology_objects/abuse-detection-apology.html"
"""Where FDA sends visitors it takes for robots; the page itself answers 404."""


class Answer(Struct, frozen=True, kw_only=True):
    """One response. ``location`` makes it a redirect; ``packed`` bodies are sent as gzip."""

    status: int
    media_type: str
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None
    packed: bool = False


class Site:
    """All hosts of the story at one moment. ``addresses``: where each source lies, by its official URL."""

    def __init__(self, story: Story, addresses: Mapping[SourceId, str], at: datetime) -> None:
        self._story = story
        self._copies = {one.source_id: read_copy(one, story.folder) for one in story.sources.values()}
        self._robots: dict[str, str] = {}
        self._sources = {_place(url): source_id for source_id, url in addresses.items()}
        self._answers = {source_id: self._written(source_id, copy, at) for source_id, copy in self._copies.items()}
        apology = (story.folder / "fda-apology.html").read_bytes()
        self._apology = Answer(status=404, media_type="text/html; charset=utf-8", body=apology)

    def apply(self, edit: Edit, at: datetime) -> None:
        """Changes what is served from now on. Raises BrokenStory for an edit that finds nothing to change."""
        if isinstance(edit, SetRobots):
            self._robots[edit.host] = edit.text
            return
        recorded = self._story.sources[edit.source_id]
        try:
            copy = edited(self._copies[edit.source_id], edit, recorded.key_of)
        except LookupError as fault:
            raise BrokenStory(f"{edit.source_id} on {at.date()}", str(fault)) from fault
        self._copies[edit.source_id] = copy
        self._answers[edit.source_id] = self._written(edit.source_id, copy, at)

    def answer(self, target: str) -> Answer:
        """What is served for a request's target, ``/<official host>/<path>?<query>``; the query plays no part."""
        host, _, rest = urlsplit(target).path.lstrip("/").partition("/")
        path = f"/{rest}"
        if path == "/robots.txt":
            return Answer(status=200, media_type="text/plain; charset=utf-8", body=self._robots.get(host, "").encode())
        if path == APOLOGY_PATH:
            return self._apology
        source_id = self._sources.get((host, path))
        if source_id is None:
            return Answer(status=404, media_type="text/plain; charset=utf-8", body=b"DEMO: there is no such page\n")
        return self._answers[source_id]

    def _written(self, source_id: SourceId, copy: Copy, at: datetime) -> Answer:
        media_type, body = write_out(self._story.sources[source_id], copy, self._story.folder)
        match copy.fault:
            case Fault.APOLOGY:
                return Answer(status=302, media_type=media_type, body=b"", location=APOLOGY_PATH)
            case Fault.TRUNCATED:
                packed = gzip.compress(body, mtime=0)
                return Answer(status=200, media_type=media_type, body=packed[: len(packed) // 2], packed=True)
            case Fault.HEALTHY:
                return Answer(
                    status=200,
                    media_type=media_type,
                    body=body,
                    etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
                    last_modified=format_datetime(at.astimezone(UTC), usegmt=True),
                )


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.path


@contextmanager
def open_port() -> Iterator["Server"]:
    """A server on a free loopback port, answering 404 until a site is put on it; stopped at the end of the block."""
    server = Server()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="demo-site", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Server(ThreadingHTTPServer):
    """Serves whatever ``site`` says at the moment of the request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site: Site | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: two would wait for each other's acknowledgement, 40 ms a request.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        """Answers 304 to whoever holds the copy already."""
        site = self.server.site
        if site is None:
            self.send_error(503)
            return
        answer = site.answer(self.path)
        if answer.etag is not None and self.headers.get("If-None-Match") == answer.etag:
            self._head(304, answer)
            self.end_headers()
            return
        self._head(answer.status, answer)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.location is not None:
            self.send_header("Location", answer.location)
        if answer.packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(answer.body)

    def _head(self, status: int, answer: Answer) -> None:
        self.send_response(status)
        if answer.etag is not None:
            self.send_header("ETag", answer.etag)
        if answer.last_modified is not None:
            self.send_header("Last-Modified", answer.last_modified)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """The progress of the demo is what people read; each request is in the ledger."""
