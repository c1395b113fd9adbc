"""Items judged per CPU second on one core, and whether memory stays flat.

    python benchmarks/assess.py [--items 100000] [ITEMS.jsonl]

The items are judged over and over, each time with another number in the title, so that nothing is remembered of
them; by default the labelled items beside the checkout (some 390 characters each). CPU seconds, because the machine is
shared; exits with 1 below the aim of 5,000.
"""

import argparse
import json
import resource
import sys
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from monitor.assess.assess import assess_item  # noqa: E402 - a script run from anywhere
from monitor.assess.rules import parse_rules  # noqa: E402

LABELLED = HERE.parent.parent / "shared" / "data" / "ama" / "labelled_dev.jsonl"
AIM = 5_000


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=LABELLED)
    parser.add_argument("--items", type=int, default=100_000)
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    folder = HERE.parent / "data" / "reference"
    rules = parse_rules({path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")})
    today, early = date(2026, 11, 23), 0.0
    start = time.process_time()
    for number in range(options.items):
        row = rows[number % len(rows)]
        assess_item(f"{row['title']} {number}", row["text"], row["source"], rules, today=today)
        if number == options.items // 10:
            early = peak_mib()
    rate = options.items / (time.process_time() - start)
    print(f"{options.items} items: {rate:,.0f} a CPU second")
    print(f"peak memory {early:.0f} MiB after a tenth of them, {peak_mib():.0f} MiB at the end")
    return 0 if rate >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
