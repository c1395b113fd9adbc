"""The command line in a process of its own that says, as its last line on stderr, how much memory it held at most:

python -m tests.e2e.measured --config sources.yaml check --json
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from monitor.cli.main import run
from tests.e2e.desk import Ran

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Measured:
    ran: Ran
    peak_mb: float


def measured(*words: str, timeout_s: float) -> Measured:
    """Runs ``cmaa-monitor words`` and measures it. Raises ``TimeoutExpired`` when it does not end in time."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.measured", *words],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    *said, peak_kb = done.stderr.splitlines()
    ran = Ran(code=done.returncode, out=done.stdout, err="\n".join(said))
    return Measured(ran=ran, peak_mb=int(peak_kb) / 1000)


def _peak_kb() -> int:
    """The most memory this process ever held. Not ``ru_maxrss``, which a child takes over from its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


if __name__ == "__main__":
    code = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.write(f"{_peak_kb()}\n")
    sys.exit(code)
