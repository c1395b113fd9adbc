"""Dates that a person entered: beside those stated or computed, and kept through every new opinion."""

from datetime import date

from msgspec.structs import replace

from monitor.model.assessment import Assessment, Basis, DateKind, LegalDate


def with_entered(opinion: Assessment, legal: LegalDate) -> Assessment:
    """``opinion`` with a date that a person entered; one entered before of that kind and item gives way to it."""
    return _with(without_entered(opinion, legal.kind, legal.key), (legal,))


def without_entered(opinion: Assessment, kind: DateKind, key: str | None) -> Assessment:
    """``opinion`` without the date that was entered of that kind for that item."""
    return replace(opinion, dates=tuple(one for one in opinion.dates if not _is(one, kind, key)))


def carried_over(was: Assessment, anew: Assessment) -> Assessment:
    """``anew`` with what people had entered before: other rules say nothing of that."""
    entered = tuple(one for one in was.dates if one.basis is Basis.ENTERED)
    return _with(anew, entered) if entered else anew


def entered_by(name: str, on: date, reason: str) -> str:
    """The ground of an entered date: ``A. Reader on 2026-11-23: contractor's webinar``."""
    return f"{name} on {on.isoformat()}: {reason}"


def _with(opinion: Assessment, entered: tuple[LegalDate, ...]) -> Assessment:
    dates = sorted((*opinion.dates, *entered), key=lambda each: (each.on, each.basis is not Basis.STATED))
    return replace(opinion, dates=tuple(dates))


def _is(one: LegalDate, kind: DateKind, key: str | None) -> bool:
    return one.basis is Basis.ENTERED and (one.kind, one.key) == (kind, key)
