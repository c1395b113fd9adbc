"""Opinions with the dates that stood entered beside them at some moment of the past."""

from collections.abc import Iterable
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from monitor.assess.entered_dates import entered_by, with_entered, without_entered
from monitor.model.assessment import Assessment, Basis, LegalDate
from monitor.model.difference import Change
from monitor.model.subject import Entered


class KeptChange(Protocol):
    """A change as the store gives it back."""

    @property
    def change(self) -> Change: ...
    @property
    def assessment(self) -> Assessment: ...
    @property
    def before_snapshot_id(self) -> int | None: ...


class _AsItStood(Struct, frozen=True, kw_only=True):
    """A change with the opinion of then."""

    change: Change
    assessment: Assessment
    before_snapshot_id: int | None


def as_they_stood(changes: Iterable[KeptChange], entered: Iterable[Entered], zone: ZoneInfo) -> list[KeptChange]:
    """The changes with the dates that people had entered beside them, and not taken back, by then."""
    by_change: dict[str, list[Entered]] = {}
    for one in entered:
        by_change.setdefault(one.change_id, []).append(one)
    return [
        _AsItStood(
            change=kept.change,
            assessment=_as_entered(kept.assessment, by_change.get(kept.change.id, ()), zone),
            before_snapshot_id=kept.before_snapshot_id,
        )
        for kept in changes
    ]


def _as_entered(opinion: Assessment, entries: Iterable[Entered], zone: ZoneInfo) -> Assessment:
    """``opinion`` with what ``entries``, oldest first, entered and took back."""
    for one in entries:
        if one.on is None:
            opinion = without_entered(opinion, one.kind, one.key)
            continue
        ground = entered_by(one.by, one.at.astimezone(zone).date(), one.reason)
        legal = LegalDate(kind=one.kind, on=one.on, basis=Basis.ENTERED, ground=ground, key=one.key, clock=one.clock)
        opinion = with_entered(opinion, legal)
    return opinion
