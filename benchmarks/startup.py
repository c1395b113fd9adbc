"""How long a reading command takes on a small database, beside `python -c "import requests"`, in alternating pairs.

    python benchmarks/startup.py CONFIG [--runs 15]

CONFIG is the sources.yaml of any installation that has a database; `make run` leaves one in demo-output/. Quote the
ratio.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time


def taken_s(command: list[str], env: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="Times `changes` beside the import of requests.")
    parser.add_argument("config")
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ours = [sys.executable, "-m", "monitor", "--config", arguments.config, "changes", "--since", "52w"]
    floor = [sys.executable, "-c", "import requests"]
    for command in (ours, floor):
        taken_s(command, env)
    pairs = [(taken_s(ours, env), taken_s(floor, env)) for _ in range(arguments.runs)]
    print(f"changes          {statistics.median(a for a, _ in pairs):.3f} s (median of {len(pairs)})")
    print(f"import requests  {statistics.median(b for _, b in pairs):.3f} s")
    print(f"ratio            {statistics.median(a / b for a, b in pairs):.2f}x (median of pairs)")


if __name__ == "__main__":
    main()
