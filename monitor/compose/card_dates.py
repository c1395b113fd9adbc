"""The dates of a card in words: never a day without its basis, and which of them comes next."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from monitor.compose.hostile import safe_line
from monitor.compose.wording import day, kind_words
from monitor.model.assessment import Basis, DateKind, LegalDate
from monitor.model.digest import Card


class DateLine(Struct, frozen=True, kw_only=True):
    """``Dec 2, 2026`` / ``reconsideration closes`` / ``computed: 14 days after posting``."""

    day: str
    what: str
    basis: str


def date_line(legal: LegalDate) -> DateLine:
    """A date is never shown without its basis."""
    key = legal.key or ""
    about = f" for {safe_line(key, 40)}" if key and not key.startswith("§") and "://" not in key else ""
    return DateLine(day=day_and_clock(legal), what=kind_words(legal.kind) + about, basis=basis(legal))


def day_and_clock(legal: LegalDate) -> str:
    """``Dec 7, 2026, 5 p.m. EST``: the time of day and its zone as the source writes them."""
    return day(legal.on) + clock(legal)


def clock(legal: LegalDate) -> str:
    """``, 5 p.m. EST``; "" where no time is told."""
    return f", {safe_line(legal.clock, 40)}" if legal.clock else ""


def basis(legal: LegalDate, *, quoted: bool = True) -> str:
    """``computed: 14 days after posting``; ``stated on page: "..."``, the quotation only when ``quoted``."""
    ground = safe_line(legal.ground, 240 if legal.basis is Basis.COMPUTED else 90)  # a rule cut short explains nothing
    match legal.basis:
        case Basis.STATED:
            return f'stated on page: "{ground}"' if ground and quoted else "stated"
        case Basis.COMPUTED:
            return f"computed: {ground}" if ground else "computed"
        case Basis.ENTERED:
            return f"entered by {ground}" if ground else "entered by hand"


def next_date(card: Card, today: date) -> LegalDate | None:
    """The soonest of the change's dates that has not passed."""
    return next((d for d in soonest_first(card.assessment.dates) if d.on >= today), None)


_NO_DEADLINE = frozenset({DateKind.MEETING, DateKind.RELEASE, DateKind.NOTICE_STARTS})


def next_deadline(card: Card, today: date) -> date | None:
    """The soonest day that has not passed on which something closes, ends or takes effect."""
    dates = soonest_first(card.assessment.dates)
    return next((d.on for d in dates if d.on >= today and d.kind not in _NO_DEADLINE), None)


def soonest_first(dates: Sequence[LegalDate]) -> list[LegalDate]:
    """By day; of one day by kind."""
    return sorted(dates, key=lambda d: (d.on, d.kind))
