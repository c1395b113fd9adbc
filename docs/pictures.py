"""Pictures of the digest mail, made from the demo: ``make pictures``, or ``python docs/pictures.py [FOLDER]``.

Plays the demo, then shows three of its digests (a normal, an empty and a coverage-gap week) in a Chromium found on the
PATH, 600 and 320 px wide, light and dark, and writes twelve PNGs with a palette. Dark is the real thing: Chromium is
told over its DevTools protocol that the reader prefers it, as a mail program does. A picture that is wider than its
window, or whose dark form is not dark, is refused.
"""

import base64
import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

FORMS = {"normal": "DG-2026-41", "empty": "DG-2026-40", "gap": "DG-2026-43"}
WIDTHS = (600, 320)
SCHEMES = ("light", "dark")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
COLOURS = 12
"""So many of the commonest are kept as they are, and as many stand for all the shades between."""
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--hide-scrollbars",
    "--disable-gpu",
    "--no-first-run",
    "--disable-lcd-text",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


@dataclass(slots=True)
class Browser:
    """A DevTools conversation over two pipes; every message ends with a NUL byte."""

    to: io.FileIO
    heard: io.BufferedReader
    session: str = ""
    _number: int = 0
    _rest: bytes = field(default=b"", repr=False)

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """The answer to one command. Raises RuntimeError when the browser refuses it or has ended."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.to.write(json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            pass
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def look(self, expression: str) -> Any:
        """The value of a JavaScript expression on the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            chunk = self.heard.read1(1 << 20)
            if not chunk:
                raise RuntimeError("the browser ended")
            self._rest += chunk
        message, _, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told


@contextmanager
def browser(program: str) -> Iterator[Browser]:
    """The browser with an empty profile; it reads commands from its descriptor 3 and answers on 4."""
    theirs_in, ours_out = (_moved_up(end) for end in os.pipe())
    ours_in, theirs_out = (_moved_up(end) for end in os.pipe())
    with tempfile.TemporaryDirectory(prefix="pictures-", ignore_cleanup_errors=True) as profile:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        command = [program, *FLAGS, *root, f"--user-data-dir={profile}", "about:blank"]
        silent = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
        pipes = [(os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4)]
        pid = os.posix_spawn(program, command, os.environ, file_actions=[silent, *pipes])
        os.close(theirs_in)
        os.close(theirs_out)
        with io.FileIO(ours_out, "w") as to, os.fdopen(ours_in, "rb") as heard:
            opened = Browser(to, heard)
            try:
                target = opened.call("Target.createTarget", url="about:blank")["targetId"]
                opened.session = opened.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
                yield opened
            finally:
                opened.session = ""
                opened.call("Browser.close")
                os.waitpid(pid, 0)


def _moved_up(descriptor: int) -> int:
    """The same pipe end under a number that does not collide with 3 and 4."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


def picture(opened: Browser, html: str, width: int, scheme: str) -> Image.Image:
    """The whole mail at that width. Raises RuntimeError when it is wider than the window, or not as light or dark."""
    opened.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=True)
    opened.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    frame = opened.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
    opened.call("Page.setDocumentContent", frameId=frame, html=html)
    wide = opened.look("document.documentElement.scrollWidth")
    if wide > width:
        raise RuntimeError(f"the mail is {wide} px wide in a window of {width}")
    height = opened.look("Math.ceil(document.body.getBoundingClientRect().height)")
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    shot = opened.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
    made = Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")
    mean = sum(made.convert("L").resize((1, 1)).tobytes())
    if (scheme == "dark") != (mean < 96):
        raise RuntimeError(f"the {scheme} picture has a mean brightness of {mean} of 255")
    return made


def small(shot: Image.Image) -> Image.Image:
    """The same with a palette, in which grounds and inks keep their exact colours."""
    found = sorted(shot.getcolors(1 << 24) or (), reverse=True)
    commonest = [colour for _, colour in found[:COLOURS] if isinstance(colour, tuple)]
    shades = shot.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in commonest for part in colour] + shades[: 3 * COLOURS])
    return shot.quantize(palette=palette, dither=Image.Dither.NONE)


def main(folder: Path) -> int:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        print(f"No Chromium was found on the PATH (looked for {', '.join(BROWSERS)}); no picture was made.")
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, browser(program) as opened:
        played = [sys.executable, "-m", "monitor", "demo", "--out", f"{made}/demo"]
        subprocess.run(played, check=True, capture_output=True)
        for form, digest_id in FORMS.items():
            html = (Path(made) / "demo" / "digests" / f"{digest_id}.html").read_text(encoding="utf-8")
            for width in WIDTHS:
                for scheme in SCHEMES:
                    target = folder / f"digest-{form}-{width}-{scheme}.png"
                    shot = small(picture(opened, html, width, scheme))
                    shot.save(target, optimize=True)
                    print(f"{target.name}: {shot.width} x {shot.height}, {target.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures"))
