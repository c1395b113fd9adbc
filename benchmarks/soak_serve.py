"""The program that the soak watches: `cmaa-monitor serve` as it is, but a source may be checked every few seconds.

    python benchmarks/soak_serve.py --config CONFIG serve ...

`sources.yaml` takes no cadence below five minutes, out of manners towards real hosts; here that limit alone is lifted.
"""

import sys

from monitor.cli.main import run
from monitor.config import entries
from monitor.config.values import span

if __name__ == "__main__":
    vars(entries)["read_every"] = span("1s", "31d")
    sys.exit(run(sys.argv[1:]))
