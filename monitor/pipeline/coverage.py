"""What the ledger proves of a source over a span: slots expected, slots verified, the longest stretch nobody looked."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.model.hand import HandSaved
from monitor.model.source import Source
from monitor.model.verdict import REMOVAL_PENDING, Check, Trigger, Verdict, result_word
from monitor.pipeline.rulings import slot_of

if TYPE_CHECKING:
    from monitor.model.digest import SourceCoverage

EMPTY = "empty, as expected"
"""The result of a source that is read whole and on which nothing stands yet: neither broken nor blocked."""


class Span(Struct, frozen=True, kw_only=True):
    """A half-open stretch of time [``start_at``, ``end_at``), UTC."""

    start_at: datetime
    end_at: datetime

    @classmethod
    def up_to(cls, start_at: datetime, now: datetime) -> "Span":
        """The span that has lasted until ``now``, a check begun this very moment included: a simulated clock stands."""
        return cls(start_at=start_at, end_at=now + timedelta(microseconds=1))


def cover(
    source: Source,
    checks: Sequence[Check],
    span: Span,
    *,
    first_check_at: datetime | None,
    good_before: datetime | None,
    hand: HandSaved | None = None,
    empty: bool = False,
) -> "SourceCoverage":
    """Measures ``checks`` (those of this source, oldest first, from one cadence before the span on) against the
    schedule.

    A slot is covered by any verified check that started in it. Slots before ``first_check_at`` were never promised.
    ``good_before``: the last verified check before the span; ``hand``: the newest good copy saved by hand before its
    end. Such copies are counted apart: they prove a moment each, and keep no slot. ``empty``: what is believed of the
    source is that nothing is there yet.
    """
    from monitor.model.digest import SourceCoverage  # a poll needs the words of this module and makes no digest

    looks = sum(_is_look(c) and c.started_at >= span.start_at for c in checks)
    checks = [c for c in checks if c.trigger is not Trigger.IMPORT]
    tried_before = {slot_of(c.started_at, source.every) for c in checks if c.started_at < span.start_at}
    checks = [c for c in checks if c.started_at >= span.start_at]
    good = [c for c in checks if c.ruling.verdict.verified]
    covered = {slot_of(c.started_at, source.every) for c in good}
    tried = {slot_of(c.started_at, source.every) for c in checks}
    slots = _slots(source.every, span, first_check_at, tried_before, tried)
    newest = checks[-1] if checks else None
    last_good_at = good[-1].ended_at if good else good_before
    failing = _failing(checks)
    verified = _verified_at_end(source, newest, last_good_at, span)
    return SourceCoverage(
        source_id=source.id,
        source_name=source.name,
        authority=source.authority,
        official_url=source.official_url,
        expected=len(slots),
        good=len(slots & covered),
        failed=len(checks) - len(good),
        not_run=len(slots - tried),
        last_good_at=last_good_at,
        verified_at_end=verified,
        result=_result(checks, good, verified=verified, empty=empty, is_late=bool(slots - tried)),
        failure_code=failing[-1].ruling.code if failing else None,
        failure_reason=failing[-1].ruling.reason if failing else None,
        failing_since=failing[0].started_at if failing else None,
        longest_gap_s=_longest_gap_s(good, span, good_before, first_check_at),
        items=next((c.items for c in reversed(good) if c.items is not None), None),
        hand_looks=looks,
        hand=hand,
        version=source.version,
        host=source.host,
        parent=source.parent,
    )


def _is_look(check: Check) -> bool:
    return check.trigger is Trigger.IMPORT and check.ruling.verdict.verified


def missed_slots(
    source: Source, checks: Sequence[Check], span: Span, *, first_check_at: datetime | None
) -> tuple[datetime, ...]:
    """The starts (UTC, in order) of the slots in which the source was due and no check was even tried; ``checks`` as
    for ``cover``.
    """
    checks = [c for c in checks if c.trigger is not Trigger.IMPORT]
    tried_before = {slot_of(c.started_at, source.every) for c in checks if c.started_at < span.start_at}
    tried = {slot_of(c.started_at, source.every) for c in checks if c.started_at >= span.start_at}
    return tuple(sorted(_slots(source.every, span, first_check_at, tried_before, tried) - tried))


def _slots(
    every: timedelta,
    span: Span,
    first_check_at: datetime | None,
    tried_before: Collection[datetime],
    tried: Collection[datetime],
) -> set[datetime]:
    """The slots this span answers for, none of them twice and none of them lost between two spans.

    A slot may lie across the edge of a span: a day begins at midnight UTC, a reader's week at midnight where he lives.
    It counts where it was first tried; one that was not tried at all counts where it ends, for until then it is not
    late.
    """
    if first_check_at is None:
        return set()
    slot = slot_of(max(span.start_at, first_check_at), every)
    if slot in tried_before:
        slot += every
    slots = set()
    while slot < span.end_at:
        if slot + every <= span.end_at or slot in tried:
            slots.add(slot)
        slot += every
    return slots


def _failing(checks: Sequence[Check]) -> Sequence[Check]:
    """The unbroken run of unverified checks at the end, oldest first."""
    run = 0
    for check in reversed(checks):
        if check.ruling.verdict.verified:
            break
        run += 1
    return checks[len(checks) - run :] if run else ()


def _verified_at_end(source: Source, newest: Check | None, last_good_at: datetime | None, span: Span) -> bool:
    """Good only when the newest check was, and it is not older than the schedule (with one slot's grace) allows."""
    if last_good_at is None or (newest is not None and not newest.ruling.verdict.verified):
        return False
    return span.end_at - last_good_at <= 2 * source.every


def _result(checks: Sequence[Check], good: Sequence[Check], *, verified: bool, empty: bool, is_late: bool) -> str:
    if not checks:
        return (EMPTY if empty else "due, not checked" if is_late else "not due yet") if verified else "NOT CHECKED"
    if not verified:
        last = checks[-1].ruling
        return "UNVERIFIED" if last.verdict.verified else result_word(last)
    changed = [c for c in good if c.ruling.verdict is Verdict.CHANGED]
    if any(c.ruling.code != "baseline" for c in changed):
        return "changed"
    if checks[-1].ruling.code == REMOVAL_PENDING:
        return result_word(checks[-1].ruling)
    if empty:
        return EMPTY
    return "baseline" if changed else "unchanged"


def _longest_gap_s(
    good: Sequence[Check], span: Span, good_before: datetime | None, first_check_at: datetime | None
) -> float:
    """The longest stretch without a verified check, the edges of the span included."""
    begin = good_before or (max(first_check_at, span.start_at) if first_check_at else span.start_at)
    marks = [min(begin, span.end_at), *(c.ended_at for c in good), span.end_at]
    return max((later - earlier).total_seconds() for earlier, later in pairwise(marks))
