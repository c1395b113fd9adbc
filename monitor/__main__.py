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
    # A command makes many objects that stay and almost no cycles (some three objects a check): looking for those among
    # all that starting up leaves behind takes a tenth of a short command, and so does looking once more at its end.
    gc.set_threshold(200_000, 20, 50)
    from monitor.cli.main import run

    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


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
