"""A child process that is given bytes and may answer with bytes, within limits of time, memory and length.

The child inherits no environment, so it knows none of our secrets. Whatever becomes of it, it is ended and reaped here.
"""

import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from time import monotonic
from typing import IO, Final

from msgspec import Struct

_CHUNK: Final = 1 << 16


class Limits(Struct, frozen=True, kw_only=True):
    """What one child may use. ``memory_bytes`` and ``cpu_s`` are handed to the child, which sets them on itself."""

    memory_bytes: int = 640 * 1024 * 1024
    cpu_s: int = 20
    wall_s: float = 40.0
    answer_bytes: int = 32 * 1024 * 1024


class Answer(Struct, frozen=True, kw_only=True):
    """How the child ended: ``status`` as ``subprocess`` gives it (negative: the signal), and all that it said.

    ``stopped``: it was ended here, because its time was up or its answer too long.
    """

    status: int
    said: bytes
    stopped: bool = False


def ask(command: Sequence[str], body: bytes, limits: Limits) -> Answer:
    """Runs Python on ``command`` with ``body`` on its standard input. Raises OSError when no child can be started."""
    with tempfile.TemporaryFile() as given:  # a file, not a pipe: a child that never reads cannot hold us up
        given.write(body)
        given.seek(0)
        child = subprocess.Popen(  # noqa: S603 - our own interpreter on our own program
            [sys.executable, "-I", "-B", *command],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
    assert child.stdout is not None  # noqa: S101 - asked for above
    with child, child.stdout as stream:
        try:
            said = _heard(stream, limits)
            status = child.wait(timeout=1) if said is not None else None
        except subprocess.TimeoutExpired:
            said, status = None, None
        finally:
            child.kill()
        if said is None or status is None:
            return Answer(status=child.wait(), said=b"", stopped=True)
        return Answer(status=status, said=said)


def _heard(stream: IO[bytes], limits: Limits) -> bytes | None:
    """All that the child says until it closes its end; None when that takes too long or is too much."""
    parts: list[bytes] = []
    left, ends_at = limits.answer_bytes, monotonic() + limits.wall_s
    while (wait_s := ends_at - monotonic()) > 0 and left >= 0:
        if not select.select([stream], [], [], wait_s)[0]:
            return None
        part = os.read(stream.fileno(), _CHUNK)
        if not part:
            return b"".join(parts)
        parts.append(part)
        left -= len(part)
    return None
