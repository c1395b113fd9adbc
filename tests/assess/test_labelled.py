"""How well the rules tell relevant from not, on the labelled items. The floors lie a little below what is reached."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from monitor.assess.assess import assess_item
from monitor.model.assessment import Level
from tests.assess.samples import SHARED, TODAY, shipped_rules

LABELLED = SHARED / "ama" / "labelled_dev.jsonl"
MEDIUM_PRECISION, MEDIUM_RECALL = 0.92, 0.97
HIGH_PRECISION, HIGH_RECALL = 0.80, 1.00


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    confusion: Mapping[tuple[Level, Level], int]
    missed: tuple[str, ...]

    def precision(self, least: Level) -> float:
        return self._both(least) / max(1, sum(n for (_, got), n in self.confusion.items() if got.rank >= least.rank))

    def recall(self, least: Level) -> float:
        return self._both(least) / max(1, sum(n for (due, _), n in self.confusion.items() if due.rank >= least.rank))

    def _both(self, least: Level) -> int:
        return sum(n for pair, n in self.confusion.items() if min(level.rank for level in pair) >= least.rank)

    def __str__(self) -> str:
        head = "due \\ got  " + " ".join(f"{level:>8}" for level in Level)
        rows = [f"{due:<10} " + " ".join(f"{self.confusion.get((due, got), 0):>8}" for got in Level) for due in Level]
        return "\n".join((head, *rows, *self.missed))


@pytest.fixture(scope="module")
def score() -> Score:
    if not LABELLED.is_file():
        pytest.skip(f"labelled items not found: {LABELLED}")
    confusion: Counter[tuple[Level, Level]] = Counter()
    missed = []
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        due = Level(row["relevance"])
        found = assess_item(row["title"], row["text"], row["source"], shipped_rules(), today=TODAY)
        confusion[due, found.level] += 1
        if (due.rank >= Level.MEDIUM.rank) != (found.level.rank >= Level.MEDIUM.rank):
            missed.append(f"{row['id']}: due {due}, got {found.level} by {[r.rule for r in found.reasons][:4]}")
    return Score(confusion=confusion, missed=tuple(missed))


def test_nothing_high_or_critical_is_missed(score: Score) -> None:
    assert score.recall(Level.HIGH) >= HIGH_RECALL, str(score)
    assert score.precision(Level.HIGH) >= HIGH_PRECISION, str(score)


def test_medium_and_above_is_found_without_crying_wolf(score: Score) -> None:
    assert score.recall(Level.MEDIUM) >= MEDIUM_RECALL, str(score)
    assert score.precision(Level.MEDIUM) >= MEDIUM_PRECISION, str(score)
