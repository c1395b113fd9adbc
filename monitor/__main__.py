"""``python -m monitor`` and the command ``cmaa-monitor``."""

import gc
import os
import sys
import traceback
from types import TracebackType


def main() -> None:
    """Runs the command line; ends the process with its exit code."""
    sys.excepthook = crash
    _open_missing_streams()
    # A poll makes and drops many small objects and almost no cycles: looking for those less often saves time.
    gc.set_threshold(50_000, 20, 50)
    from monitor.cli.main import run

    sys.exit(run(sys.argv[1:]))


def _open_missing_streams() -> None:
    """Started with a closed stdout or stderr (``>&-``), what is meant for it goes nowhere; left closed, its number
    would go to the next file that is opened.
    """
    while (last := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(last)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


def crash(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """A fault nobody foresaw ends with 4 (could not run); Python's own 1 would say that changes were found."""
    from monitor.cli.exits import Exit

    traceback.print_exception(kind, fault, trace)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(Exit.CANNOT_RUN)


if __name__ == "__main__":
    main()
