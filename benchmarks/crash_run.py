"""How the crash harness starts the program it kills: as a process of its own, or as a child forked from a warm one."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol


class StillRunning(Exception):
    """The run had not ended in the time given to it."""


class Run(Protocol):
    """One run of the program."""

    def wait(self, timeout_s: float) -> int:
        """The exit code (negative: the signal that ended it). Raises StillRunning."""

    def kill(self) -> int:
        """Ends it by SIGKILL at once; the exit code."""

    def words(self) -> str:
        """What it printed; to be asked for when it has ended."""


class Process:
    """A run with an interpreter of its own."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        self._process = subprocess.Popen(command, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._words = b""

    def wait(self, timeout_s: float) -> int:
        try:
            self._words, _ = self._process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired as fault:
            raise StillRunning from fault
        return self._process.returncode

    def kill(self) -> int:
        self._process.kill()
        self._words, _ = self._process.communicate()
        return self._process.returncode

    def words(self) -> str:
        return self._words.decode(errors="replace")


class Nursery:
    """A warm process that forks a child for each run (``crash_tick``), of whichever installation."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        self._process = subprocess.Popen(
            command, env=env, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self._unread = b""
        if self.line(60.0) != "ready":
            raise RuntimeError("the warm process did not start")

    def start(self, config: Path, order: Mapping[str, object]) -> "Child":
        """A run of the installation of that sources.yaml."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"config": str(config), **order}).encode() + b"\n")
        return Child(self, int(self.line(60.0)), config.with_name("words"))

    def line(self, timeout_s: float) -> str:
        """What it says next. Raises StillRunning when it says nothing for so long."""
        out: IO[bytes] | None = self._process.stdout
        assert out is not None
        until = time.monotonic() + timeout_s
        while b"\n" not in self._unread:
            if not select.select([out], [], [], max(0.0, until - time.monotonic()))[0]:
                raise StillRunning
            said = os.read(out.fileno(), 4096)
            if not said:
                raise RuntimeError("the warm process has ended")
            self._unread += said
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


class Child:
    """A run forked from the nursery's process."""

    def __init__(self, nursery: Nursery, pid: int, words_file: Path) -> None:
        self._nursery, self._pid, self._words_file = nursery, pid, words_file

    def wait(self, timeout_s: float) -> int:
        return int(self._nursery.line(timeout_s))

    def kill(self) -> int:
        with suppress(ProcessLookupError):  # it ended in this very moment
            os.kill(self._pid, signal.SIGKILL)
        return self.wait(60.0)

    def words(self) -> str:
        return self._words_file.read_text(errors="replace")


def python(script: Path, *words: str) -> list[str]:
    return [sys.executable, str(script), *words]
