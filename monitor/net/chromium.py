"""Renders one page in the system's Chromium, driven by Playwright: a browser that reaches nothing by itself.

Every request the page makes is handed to ``get``, which is the one guarded client; what is not handed over has no way
out: the browser has no name service and a proxy that nobody answers at. It gets a process group, a folder and a clean
environment of its own, and all of it is ended when the time is up.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from time import monotonic
from typing import Any, Final

from msgspec import Struct

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WALL_S: Final = 60.0
SETTLE_S: Final = 10.0
"""A page that goes on asking for more after it was loaded is taken as it stands after so many seconds."""

MOST_PARTS: Final = 150
"""Requests of one page; what it asks beyond is refused."""

_NEEDED: Final = frozenset({"document", "script", "stylesheet", "xhr", "fetch"})
"""What may change the words of a page; pictures, fonts, sound and films cannot."""

_NOT_PASSED: Final = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie", "alt-svc", "link"}
)
_ARGUMENTS: Final = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--js-flags=--max-old-space-size=512",
)
_NOWHERE: Final = {"server": "http://127.0.0.1:9", "bypass": "<-loopback>"}
_WRAPPER: Final = '#!/bin/sh\necho $$ > "$CMAA_PID_FILE"\nulimit -t 120\nexec "$CMAA_CHROMIUM" "$@"\n'


class Unrendered(Exception):
    """The page could not be rendered; ``reason`` is a sentence for a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Part(Struct, frozen=True, kw_only=True):
    """An answer as it is handed to the browser."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Rendered(Struct, frozen=True, kw_only=True):
    """The page after its scripts ran. ``url``: where it stands then; ``refused``: requests it was not given."""

    html: str
    url: str
    version: str
    parts: int
    refused: int


def find_chromium(named: Path | None) -> Path | None:
    """The browser to use: the one named in the settings, else the first on the PATH."""
    if named is not None:
        return named if os.access(named, os.X_OK) and named.is_file() else None
    found = next((path for name in NAMES if (path := which(name))), None)
    return Path(found) if found else None


def browser_ailment(named: Path | None) -> str | None:
    """Why no page can be rendered here, as a sentence with its mend; None when one can."""
    if find_spec("playwright") is None:
        return "Playwright is not installed: pip install 'cmaa-monitor[browser]'"
    if find_chromium(named) is None:
        if named is not None:
            return f"{named} is no program that this user may run: mend chromium: under fetch:"
        return (
            "no Chromium is on the PATH: install the system's (apt install chromium), or write fetch: {chromium: PATH}"
        )
    return None


def chromium_version(path: Path) -> str:
    """What the program says of itself; empty when it does not run."""
    try:
        told = subprocess.run([path, "--version"], capture_output=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.decode("utf-8", errors="replace").strip()[:80]


class Chromium(Struct, frozen=True, kw_only=True):
    """A browser for one page at a time; each page gets a fresh one. ``wall_s``: seconds for a page, all told."""

    path: Path
    user_agent: str
    wall_s: float = WALL_S
    settle_s: float = SETTLE_S

    def render(self, url: str, first: Part, get: Callable[[str], Part | None], *, most_bytes: int) -> Rendered:
        """The page ``url``, whose own bytes came as ``first``, once its scripts have run. ``get`` fetches what it asks
        for, or refuses by None. Raises ``Unrendered``.
        """
        from playwright.sync_api import Error, sync_playwright

        ends_at = monotonic() + self.wall_s
        with self._own_folder() as (folder, wrapper), _watchdog(folder / "pid", self.wall_s) as is_late:
            try:
                with sync_playwright() as driver, self._browser(driver, folder, wrapper) as browser:
                    visit = _Visit(url, first, get)
                    return self._visited(browser, visit, ends_at, most_bytes)
            except Error as fault:
                what = f"took longer than {self.wall_s:.0f} s" if is_late() else _first_line(fault)
                raise Unrendered(f"the browser could not render the page: it {what}") from fault

    @contextmanager
    def _own_folder(self) -> Iterator[tuple[Path, Path]]:
        """A home for the browser, and the script that starts it and notes which process it is."""
        with tempfile.TemporaryDirectory(prefix="cmaa-browser-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            wrapper = folder / "chromium.sh"
            wrapper.write_text(_WRAPPER, encoding="utf-8")
            wrapper.chmod(0o700)
            yield folder, wrapper

    @contextmanager
    def _browser(self, driver: Any, folder: Path, wrapper: Path) -> Iterator[Any]:
        browser = driver.chromium.launch(
            executable_path=str(wrapper),
            headless=True,
            # Chromium's own sandbox cannot be had as root: doctor says so.
            chromium_sandbox=os.geteuid() != 0,
            args=list(_ARGUMENTS),
            proxy=_NOWHERE,
            timeout=self.wall_s * 1000,
            env={
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "HOME": str(folder),
                "LANG": "C.UTF-8",
                "CMAA_PID_FILE": str(folder / "pid"),
                "CMAA_CHROMIUM": str(self.path),
            },
        )
        yield browser
        browser.close()

    def _visited(self, browser: Any, visit: "_Visit", ends_at: float, most_bytes: int) -> Rendered:
        from playwright.sync_api import TimeoutError as Late

        context = browser.new_context(user_agent=self.user_agent, accept_downloads=False, service_workers="block")
        context.route("**/*", visit.answer)
        context.route_web_socket("**/*", lambda socket: socket.close())
        page = context.new_page()
        page.on("popup", lambda popup: popup.close())
        page.goto(visit.url, wait_until="load", timeout=_left_ms(ends_at))
        with contextlib.suppress(Late):
            page.wait_for_load_state("networkidle", timeout=min(self.settle_s * 1000, _left_ms(ends_at)))
        if visit.astray:
            raise Unrendered(f"the page leads on to {visit.astray[:200]}, which could not be had")
        size = int(page.evaluate("document.documentElement.outerHTML.length"))
        if size > most_bytes:
            raise Unrendered(f"the rendered page has {size:,} characters, more than the {most_bytes:,} that are read")
        return Rendered(
            html=page.content(),
            url=page.url,
            version=f"Chromium {browser.version}",
            parts=visit.parts,
            refused=visit.refused,
        )


class _Visit:
    """Answers what one page asks for. ``astray``: where it went instead of staying, when that was refused."""

    def __init__(self, url: str, first: Part, get: Callable[[str], Part | None]) -> None:
        self.url = url
        self.parts = 0
        self.refused = 0
        self.astray = ""
        self._first: Part | None = first
        self._get = get

    def answer(self, route: Any) -> None:
        request = route.request
        part = self._part(request.url, request.method, request.resource_type)
        if part is None:
            if _is_of_the_page_itself(request):
                self.astray = request.url
            route.abort()
            return
        passed = {name: value for name, value in part.headers.items() if name.lower() not in _NOT_PASSED}
        # Nothing of ours goes with a request, so there is nothing that another page's script could read by it.
        passed["access-control-allow-origin"] = "*"
        route.fulfill(status=part.status, headers=passed, body=part.body)

    def _part(self, url: str, method: str, kind: str) -> Part | None:
        if self._first is not None and kind == "document":
            first, self._first = self._first, None
            return first
        if kind not in _NEEDED:
            return None
        self.parts += 1
        found = self._get(url) if method == "GET" and self.parts <= MOST_PARTS else None
        self.refused += found is None
        return found


def _is_of_the_page_itself(request: Any) -> bool:
    """Whether the page goes elsewhere by this, as against a frame inside of it or a window that it opens."""
    from playwright.sync_api import Error

    if not request.is_navigation_request():
        return False
    try:
        frame = request.frame
        return frame.parent_frame is None and frame.page.opener() is None
    except Error:  # asked for before there is a frame: a window that is being opened
        return False


@contextmanager
def _watchdog(pid_file: Path, wall_s: float) -> Iterator[Callable[[], bool]]:
    """Ends the browser when the time is up: a script that never ends answers no question, so no time limit of the
    driver's holds. Whatever is left of it is ended with the block.
    """
    late = threading.Event()

    def end() -> None:
        late.set()
        _end_group(pid_file)

    timer = threading.Timer(wall_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield late.is_set
    finally:
        timer.cancel()
        _end_group(pid_file)


def _end_group(pid_file: Path) -> None:
    """The driver starts the browser as the leader of a process group; its children belong to that."""
    with contextlib.suppress(OSError, ValueError):
        pid = int(pid_file.read_text(encoding="ascii"))
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)


def _left_ms(ends_at: float) -> float:
    return max(1.0, (ends_at - monotonic()) * 1000)


def _first_line(fault: Exception) -> str:
    lines = str(fault).strip().splitlines()
    return f"failed ({lines[0][:200] if lines else type(fault).__name__})"
