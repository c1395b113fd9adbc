"""Dates in legal English: ours beside dateparser and datefinder, on the sentences of tests/assess/date_sentences.jsonl.

    python benchmarks/dates.py

The peers find days and not what they are the days of, so two things are counted: the days that matter (a deadline or a
turning point) found and no others; and, for ours alone, with the right kind and time of day. The held sentences were
written after the patterns and are the ones to quote. The peers are installed from the package index into an environment
of their own, once. Exits with 1 when an aim (precision 0.98, recall 0.92 with kind and time, held sentences) is missed.
"""

import json
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from monitor.assess.date_cues import find_dated  # noqa: E402 - a script run from anywhere
from monitor.assess.folding import fold  # noqa: E402
from monitor.assess.rules import parse_rules  # noqa: E402

PEERS = ("dateparser==1.2.2", "datefinder==0.7.3")
CACHE = HERE / ".peers" / "dates"
SENTENCES = HERE.parent / "tests" / "assess" / "date_sentences.jsonl"
PEER_PROGRAM = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from dateparser.search import search_dates
import datefinder
texts = json.load(sys.stdin)
def by_dateparser(text):
    found = search_dates(text, languages=["en"], settings={"REQUIRE_PARTS": ["day", "month", "year"]}) or []
    return [at.date().isoformat() for _, at in found]
def by_datefinder(text):
    return [at.date().isoformat() for at in datefinder.find_dates(text, strict=True)]
out = {}
for name, finder in (("dateparser", by_dateparser), ("datefinder", by_datefinder)):
    start = time.process_time()
    out[name] = [[finder(text) for text in texts], time.process_time() - start]
print(json.dumps(out))
"""

WORDS = parse_rules(
    {path.name: path.read_text(encoding="utf-8") for path in (HERE.parent / "data" / "reference").glob("*.yaml")}
).dates

Days = Sequence[set[object]]


def peers(texts: Sequence[str]) -> dict[str, tuple[Days, float]]:
    python = CACHE / "bin" / "python"
    if not (CACHE / "ready").exists():
        print(f"installing {', '.join(PEERS)} into .peers/dates ...", file=sys.stderr)
        venv.create(CACHE, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEERS], check=True)
        (CACHE / "ready").touch()
    ran = subprocess.run(
        [str(python), "-c", PEER_PROGRAM], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    return {name: ([set(one) for one in found], seconds) for name, (found, seconds) in json.loads(ran.stdout).items()}


def ours(text: str) -> set[object]:
    folded = fold(text)
    return {
        (d.kind.value, d.day.on.isoformat(), folded.quote(*d.clock) if d.clock else None)
        for d in find_dated(folded.lower, WORDS)
    }


def days(found: set[object]) -> set[object]:
    return {one[1] for one in found if isinstance(one, tuple)}


def timed(finder: Callable[[str], set[object]], texts: Sequence[str]) -> tuple[Days, float]:
    start = time.process_time()
    return [finder(text) for text in texts], time.process_time() - start


def score(got: Days, want: Days) -> tuple[float, float]:
    both = sum(len(a & b) for a, b in zip(got, want, strict=True))
    return both / (sum(map(len, got)) or 1), both / (sum(map(len, want)) or 1)


def main() -> int:
    rows = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    met = True
    for held in (True, False):
        chosen = [row for row in rows if row["held"] is held]
        texts = [row["text"] for row in chosen]
        want: Days = [{tuple(one) for one in row["dates"]} for row in chosen]
        wanted_days = [days(one) for one in want]
        print(f"{len(texts)} sentences, {'held back' if held else 'seen while the patterns were made'}")
        got, seconds = timed(ours, texts)
        exact = score(got, want)
        table = {"ours, kind and time too": (*exact, seconds)}
        table["ours, days"] = (*score([days(one) for one in got], wanted_days), seconds)
        for name, (found, took) in peers(texts).items():
            table[f"{name}, days"] = (*score(found, wanted_days), took)
        for name, (precision, recall, took) in table.items():
            print(
                f"  {name:<26} precision {precision:.3f}  recall {recall:.3f}  {1e3 * took / len(texts):8.2f} ms each"
            )
        met = met and (not held or (exact[0] >= 0.98 and exact[1] >= 0.92))
    print("the aims are met" if met else "the aims are missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
