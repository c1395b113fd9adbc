"""What the digest's two templates are given: words only, safe to show, each list already cut to its limit."""

from msgspec import Struct

from monitor.compose.cards import CardView, OneLiner
from monitor.compose.desk import Pointer
from monitor.compose.hostile import Link


class Limits(Struct, frozen=True, kw_only=True):
    """How much of each section is shown in full; the rest is counted, never dropped in silence.

    ``grounds_twice``: the brief says why an item matters also when its full card says it again. ``lean``: what was
    said above is not said again: of an item in the brief the one-liner gives the beginning and no date, of a date that
    a full card tells its item and the kind of its basis; and cards after the first give one reason.
    """

    full_cards: int = 5
    one_liners: int = 12
    brief: int = 5
    grounds_twice: bool = True
    lean: bool = False
    dates: int = 12
    awaiting: int = 6
    in_hand: int = 6
    corrections: int = 5
    filtered: int = 10
    gaps: int = 5
    sources: int = 60


class Bullet(Struct, frozen=True, kw_only=True):
    """A bold headline and one sentence."""

    headline: str
    text: str


class TierView(Struct, frozen=True, kw_only=True):
    """One tier's section; ``more`` counts the items that have no line."""

    name: str
    total: int
    cards: tuple[CardView, ...]
    lines: tuple[OneLiner, ...]
    more: str


class GapView(Struct, frozen=True, kw_only=True):
    """One source that could not be verified, and what to do about it."""

    name: str
    last_good: str
    failed: str
    official: Link | None


class DateRow(Struct, frozen=True, kw_only=True):
    """A date ahead, with its basis and the item or source it comes from. ``reminder``: how soon, of an open item."""

    day: str
    what: str
    basis: str
    reminder: str = ""


class SourceRow(Struct, frozen=True, kw_only=True):
    """One row of the assurance table."""

    name: str
    checks: str
    last_good: str
    result: str


class OlderItem(Struct, frozen=True, kw_only=True):
    """An item of another digest: one awaiting decision, in hand, corrected or filtered out."""

    change_id: str
    headline: str
    note: str
    redline: Pointer


class Older(Struct, frozen=True, kw_only=True):
    """A section of such items; ``total`` may be larger than the items shown."""

    total: int
    items: tuple[OlderItem, ...]
    more: str


class Standing(Struct, frozen=True, kw_only=True):
    """Where CMAA stands, and the article's four questions with what is known of each. ``whence``: who answered them all
    and of which day; "" where each answer says so itself.
    """

    as_of: str
    whence: str
    stage: str
    questions: tuple[tuple[str, str], ...]


class DigestView(Struct, frozen=True, kw_only=True):
    """One digest in words. ``form`` is normal, empty, gap or baseline."""

    id: str
    form: str
    subject: str
    preheader: str
    demo: bool
    preview: bool
    span: str
    rhythm: str
    made: str
    status: tuple[str, ...]
    gaps: tuple[GapView, ...]
    more_gaps: str
    gap_since: str
    manual_check: Link | None
    brief: tuple[Bullet, ...]
    more_brief: str
    tiers: tuple[TierView, ...]
    dates: tuple[DateRow, ...]
    more_dates: str
    standing: Standing
    awaiting: Older
    in_hand: Older
    open_changes: Pointer
    corrections: Older
    sources: tuple[SourceRow, ...]
    more_sources: str
    assurance: tuple[str, ...]
    ledger: Pointer
    all_changes: Pointer
    filtered: Older
    filtered_page: Pointer
    chain_short: str
    chain_full: str
    previous: str
    confirm: Link | None
    statement: str
    scope: str
