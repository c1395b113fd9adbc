"""Rules learned from “not relevant”, in words for a terminal."""

from collections.abc import Iterator

from monitor.compose.hostile import safe_line
from monitor.compose.wording import count, day, listed, local_day
from monitor.model.assessment import Reason
from monitor.model.learned import LEARNED, LearnedRule, Pattern

_NAME = 60


def pattern_lines(pattern: Pattern) -> Iterator[str]:
    """What the rule covers, a line for each condition."""
    source = safe_line(pattern.source_id, 80)
    yield f"news of {source}, of the kind “{pattern.news.value}”, of level {pattern.most} at most"
    yield f"for which nothing speaks but: {listed((safe_line(one, 160) for one in pattern.grounds), 8)}"
    if pattern.items:
        yield f"of {count(len(pattern.items), 'item')} only: {listed((safe_line(one, 80) for one in pattern.items), 4)}"
    if pattern.words:
        yield f"with “{safe_line(pattern.words, 80)}” in every title"


def rule_lines(rule: LearnedRule, time_zone: str) -> Iterator[str]:
    """Who put it in force, from what, why, and who ended it."""
    given = (
        f"by {safe_line(rule.by, _NAME)}, {day(local_day(rule.at, time_zone))}, from {safe_line(rule.change_id, 20)}"
    )
    yield f'{rule.id}  {"UNDONE" if rule.ending else "IN FORCE"}: {given}: "{safe_line(rule.reason, 300)}"'
    yield from (f"  {line}" for line in pattern_lines(rule.pattern))
    if rule.ending:
        ended = f"by {safe_line(rule.ending.by, _NAME)}, {day(local_day(rule.ending.at, time_zone))}"
        yield f'  undone {ended}: "{safe_line(rule.ending.reason, 300)}"'


def learned_from(reasons: tuple[Reason, ...]) -> str:
    """``by LR-2026-0001`` where a learned rule filtered the change out, else ""."""
    found = next((one.rule for one in reasons if one.rule.startswith(LEARNED)), "")
    return f"by {safe_line(found.removeprefix(LEARNED), 20)}" if found else ""
