"""How well the rules tell relevant items from others, beside two regular expressions, on labelled items.

    python benchmarks/relevance.py [ITEMS.jsonl ...] [--mistakes]

Each line is an item with `relevance` (critical, high, medium, low, none) beside id, source, title and text; by default
the labelled items that lie beside the checkout. No weight was fitted to items by a program: terms and levels were
written by hand from the handbook, with the development items in view, so their figures are optimistic. To show how much
hangs on few items they are also split into five folds by a hash of the page they come from, and the worst fold is
printed. Exits with 1 when an aim is missed.
"""

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from monitor.assess.assess import assess_item  # noqa: E402 - a script run from anywhere
from monitor.assess.rules import parse_rules  # noqa: E402
from monitor.model.assessment import Level  # noqa: E402

LABELLED = HERE.parent.parent / "shared" / "data" / "ama" / "labelled_dev.jsonl"
NAIVE = re.compile(r"\bAI\b|artificial|algorithm|autonom|software|computer", re.IGNORECASE)
STRONG = re.compile(
    r"\bCMAA\b|clinically meaningful algorithmic|appendix s\b|digital medicine coding committee|\bDMCC\b"
    r"|(?:assistive|augmentative|autonomous)\W+(?:AI\b|artificial|algorithm|software|analysis|report)|algorithm-only"
    r"|algorithm-based healthcare|software as a (?:medical )?service|(?-i:\bSaMS\b)|status indicator o1|AI-QCT|AI-CPA"
    r"|retinal diagnostic software|886\.1100|\bPIB\b|\b(?:92229|75577|75580|G0680|0376U)\b|\b0(?:62[3-6]|6[4-9]\d"
    r"|7[0-4]\d|76[45]|794|80[78]|87[7-9]|880|89[7-9]|90[0-5]|932|94[46]|972|99[23])T\b",
    re.IGNORECASE,
)
AIMS = (
    ("recall at high or above", Level.HIGH, "recall", 1.00),
    ("recall at medium or above", Level.MEDIUM, "recall", 0.95),
    ("precision at medium or above", Level.MEDIUM, "precision", 0.90),
)
FOLDS = 5

Pairs = Sequence[tuple[Level, Level]]
"""Due and found level of each item."""


def items_of(paths: Iterable[Path]) -> list[Mapping[str, str]]:
    return [
        json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def by_rules() -> Callable[[Mapping[str, str]], tuple[Level, tuple[str, ...]]]:
    folder = HERE.parent / "data" / "reference"
    rules = parse_rules({path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")})

    def judge(item: Mapping[str, str]) -> tuple[Level, tuple[str, ...]]:
        found = assess_item(item["title"], item["text"], item["source"], rules, today=date(2026, 11, 23))
        return found.level, tuple(reason.rule for reason in found.reasons)

    return judge


def share(pairs: Pairs, least: Level, what: str) -> float:
    """Precision or recall at ``least`` and above; 1 where there is nothing to find."""
    both = sum(min(due.rank, got.rank) >= least.rank for due, got in pairs)
    of = sum((due if what == "recall" else got).rank >= least.rank for due, got in pairs)
    return both / of if of else 1.0


def fold_of(item: Mapping[str, str]) -> int:
    """Items of one page stay together: the address without its query, or the id."""
    page = (item.get("url") or item["id"]).partition("#")[0]
    return hashlib.sha256(page.encode()).digest()[0] % FOLDS


def baseline(name: str, pattern: re.Pattern[str], items: Sequence[Mapping[str, str]]) -> str:
    """A regular expression says yes or no: yes counts as found at every level."""
    got = [Level.CRITICAL if pattern.search(f"{i['title']}\n{i['text']}") else Level.NONE for i in items]
    return row(name, list(zip((Level(i["relevance"]) for i in items), got, strict=True)))


def row(name: str, pairs: Pairs) -> str:
    cells = (share(pairs, level, what) for level in (Level.MEDIUM, Level.HIGH) for what in ("precision", "recall"))
    return f"{name:<34}" + "".join(f"{cell:>12.3f}" for cell in cells)


def confusion(pairs: Pairs) -> str:
    counts = Counter(pairs)
    head = f"{'due / got':<12}" + "".join(f"{level.value:>10}" for level in Level)
    rows = (f"{due.value:<12}" + "".join(f"{counts[due, got]:>10}" for got in Level) for due in Level)
    return "\n".join((head, *rows))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, default=[LABELLED])
    parser.add_argument("--mistakes", action="store_true", help="name every item that crosses the medium or high line")
    options = parser.parse_args()
    items = items_of(options.files)
    judge = by_rules()
    found = [judge(item) for item in items]
    due = [Level(item["relevance"]) for item in items]
    pairs = [(want, level) for want, (level, _) in zip(due, found, strict=True)]
    print(f"{len(items)} items{'':<26}{'P medium+':>12}{'R medium+':>12}{'P high+':>12}{'R high+':>12}")
    print(row("rules", pairs))
    folds = [[pair for item, pair in zip(items, pairs, strict=True) if fold_of(item) == n] for n in range(FOLDS)]
    worst = min((fold for fold in folds if fold), key=lambda fold: share(fold, Level.MEDIUM, "precision"))
    print(row(f"rules, worst of {FOLDS} folds", worst))
    print(baseline("naive regular expression", NAIVE, items))
    print(baseline("strong regular expression", STRONG, items))
    print(f"\n{confusion(pairs)}\n")
    if options.mistakes:
        for item, want, (level, by) in zip(items, due, found, strict=True):
            if any((want.rank >= line.rank) != (level.rank >= line.rank) for line in (Level.MEDIUM, Level.HIGH)):
                print(
                    f"{item['id']}: due {want}, got {level} by {', '.join(by[:4]) or 'nothing'}: {item['title'][:80]}"
                )
    missed = [name for name, level, what, aim in AIMS if share(pairs, level, what) < aim]
    print(f"aims missed: {', '.join(missed)}" if missed else "every aim is met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
